from django.urls import path

from trajectories.death import views

urlpatterns = [
    path("clients/<uuid:public_id>/death/", views.death_record, name="death_record"),
    path("clients/<uuid:public_id>/death/take-back/", views.death_take_back, name="death_take_back"),
]
