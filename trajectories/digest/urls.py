from django.urls import path

from trajectories.digest import views

urlpatterns = [
    path("signals/mail/", views.signal_digest, name="signal_digest"),
]
