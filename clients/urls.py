from django.urls import path

from clients import views

app_name = "clients"
urlpatterns = [
    path("clients/register/", views.client_register, name="client_register"),
    path("clients/<uuid:public_id>/correct/", views.client_correct, name="client_correct"),
    path("clients/<uuid:public_id>/access/", views.client_access, name="client_access"),
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
    path("clients/<uuid:public_id>/assignments/add/", views.assignment_add, name="assignment_add"),
    path("emergency-accesses/start/", views.emergency_start, name="emergency_start"),
    path("emergency-accesses/<uuid:public_id>/end/", views.emergency_end, name="emergency_end"),
    path("access-reviews/", views.review_list, name="review_list"),
    path("access-reviews/<uuid:public_id>/", views.review_detail, name="review_detail"),
    path("assignments/<uuid:public_id>/end/", views.assignment_end, name="assignment_end"),
    path("assignments/<uuid:public_id>/hand-over/", views.assignment_hand_over, name="assignment_hand_over"),
    path("clients/<uuid:public_id>/consents/give/", views.consent_give, name="consent_give"),
    path("consents/<uuid:public_id>/withdraw/", views.consent_withdraw, name="consent_withdraw"),
    path("clients/<uuid:public_id>/grounds/record/", views.ground_record, name="ground_record"),
    path("grounds/<uuid:public_id>/end/", views.ground_end, name="ground_end"),
]
