from django.urls import path

from trajectories.file import views

urlpatterns = [
    path("clients/<uuid:public_id>/", views.client_overview, name="client_overview"),
    path("clients/<uuid:public_id>/journey/", views.client_journey_tab, name="client_journey"),
    path("clients/<uuid:public_id>/journey/print/", views.client_journey_print, name="client_journey_print"),
    path("clients/<uuid:public_id>/contacts/", views.client_contacts, name="client_contacts"),
    path("clients/<uuid:public_id>/jobs/", views.client_work, name="client_work"),
    path("clients/<uuid:public_id>/sharing/", views.client_sharing, name="client_sharing"),
    path("clients/<uuid:public_id>/sharing/print/", views.client_sharing_print, name="client_sharing_print"),
]
