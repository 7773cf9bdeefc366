from django.urls import path

from clients.emergency import views

urlpatterns = [
    path("emergency-accesses/start/", views.emergency_start, name="emergency_start"),
    path("emergency-accesses/<uuid:public_id>/end/", views.emergency_end, name="emergency_end"),
]
