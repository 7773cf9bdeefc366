from django.urls import path

from reports.runs import views

urlpatterns = [
    path("reports/", views.run_list, name="run_list"),
    path("reports/runs/start/", views.run_start, name="run_start"),
    path("reports/runs/<uuid:public_id>/", views.run_detail, name="run_detail"),
    path("reports/runs/<uuid:public_id>/export.<str:file_format>", views.run_export, name="run_export"),
]
