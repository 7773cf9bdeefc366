from django.urls import path

from trajectories.search import views

urlpatterns = [path("search/", views.search, name="search")]
