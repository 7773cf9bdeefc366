from django.urls import path

from trajectories.client_data import views

urlpatterns = [
    path("clients/<uuid:public_id>/export/", views.client_export_prepare, name="client_export_prepare"),
    path("exports/<uuid:public_id>/", views.client_paper_export, name="client_paper_export"),
    path("exports/<uuid:public_id>/json/", views.client_json_export, name="client_json_export"),
]
