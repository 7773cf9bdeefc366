from django.urls import path

from trajectories.snoozing import views

urlpatterns = [
    path("clients/<uuid:public_id>/snoozes/<slug:code>/make/", views.signal_snooze, name="signal_snooze"),
    path("snoozes/<uuid:public_id>/lift/", views.snooze_lift, name="snooze_lift"),
]
