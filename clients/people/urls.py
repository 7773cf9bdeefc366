from django.urls import path

from clients.people import views

urlpatterns = [
    path("clients/register/", views.client_register, name="client_register"),
    path("clients/<uuid:public_id>/correct/", views.client_correct, name="client_correct"),
]
