from django.urls import path

from trajectories.agenda import views

urlpatterns = [
    path("agenda/", views.agenda, name="agenda"),
    path("appointments/make/", views.appointment_make, name="appointment_make"),
    path("appointments/<uuid:public_id>/", views.appointment_detail, name="appointment_detail"),
    path("appointments/<uuid:public_id>/change/", views.appointment_change, name="appointment_change"),
    path("appointments/<uuid:public_id>/move/", views.appointment_move, name="appointment_move"),
    path("appointments/<uuid:public_id>/cancel/", views.appointment_cancel, name="appointment_cancel"),
    path("appointments/<uuid:public_id>/missed/", views.appointment_miss, name="appointment_miss"),
]
