from django.urls import path

from trajectories.caseload import views

urlpatterns = [
    path("caseload/", views.caseload_list, name="caseload_list"),
    path("caseload/export.<str:file_format>", views.caseload_export, name="caseload_export"),
]
