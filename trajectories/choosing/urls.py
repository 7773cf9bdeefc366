from django.urls import path

from trajectories.choosing import views

urlpatterns = [
    path("search/clients/", views.client_options, name="client_options"),
    path("search/employers/", views.employer_names, name="employer_names"),
]
