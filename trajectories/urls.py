from django.urls import path

from trajectories import views

app_name = "trajectories"
urlpatterns = [
    path("caseload/", views.caseload_list, name="caseload_list"),
    path("caseload/export.<str:file_format>", views.caseload_export, name="caseload_export"),
    path("contacts/write/", views.contact_write, name="contact_write"),
    path("contacts/<uuid:public_id>/correct/", views.contact_correct, name="contact_correct"),
    path("search/", views.search, name="search"),
    path("employers/", views.employer_list, name="employer_list"),
    path("employers/<uuid:public_id>/", views.employer_detail, name="employer_detail"),
]
