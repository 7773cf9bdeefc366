from django.urls import path

from clients.service_numbers import views

urlpatterns = [
    path("clients/<uuid:public_id>/service-number/", views.service_number, name="service_number"),
    path(
        "clients/<uuid:public_id>/service-number/record/",
        views.service_number_record,
        name="service_number_record",
    ),
    path(
        "clients/<uuid:public_id>/service-number/reveal/",
        views.service_number_reveal,
        name="service_number_reveal",
    ),
    path(
        "clients/<uuid:public_id>/service-number/remove/",
        views.service_number_remove,
        name="service_number_remove",
    ),
]
