from django.urls import path

from trajectories.employers import views

urlpatterns = [
    path("employers/", views.employer_list, name="employer_list"),
    path("employers/<uuid:public_id>/", views.employer_detail, name="employer_detail"),
    path("employers/<uuid:public_id>/share/", views.employer_share, name="employer_share"),
]
