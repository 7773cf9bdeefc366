from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("team/", views.team_dashboard, name="team_dashboard"),
    path("team/people/", views.team_people, name="team_people"),
    path("reports/", views.run_list, name="run_list"),
    path("reports/now/", views.report_now, name="report_now"),
    path("reports/runs/start/", views.run_start, name="run_start"),
    path("reports/runs/<uuid:public_id>/", views.run_detail, name="run_detail"),
    path("reports/runs/<uuid:public_id>/export.<str:file_format>", views.run_export, name="run_export"),
]
