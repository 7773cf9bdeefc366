from django.urls import path

from reports.team import views

urlpatterns = [
    path("team/", views.team_dashboard, name="team_dashboard"),
    path("team/people/", views.team_people, name="team_people"),
]
