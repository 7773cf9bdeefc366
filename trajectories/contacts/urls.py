from django.urls import path

from trajectories.contacts import views

urlpatterns = [
    path("contacts/write/", views.contact_write, name="contact_write"),
    path("contacts/<uuid:public_id>/withdraw/", views.contact_withdraw, name="contact_withdraw"),
    path("contacts/<uuid:public_id>/correct/", views.contact_correct, name="contact_correct"),
]
