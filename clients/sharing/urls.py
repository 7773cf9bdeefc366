from django.urls import path

from clients.sharing import views

urlpatterns = [
    path("clients/<uuid:public_id>/consents/give/", views.consent_give, name="consent_give"),
    path("consents/<uuid:public_id>/withdraw/", views.consent_withdraw, name="consent_withdraw"),
    path("clients/<uuid:public_id>/grounds/record/", views.ground_record, name="ground_record"),
    path("grounds/<uuid:public_id>/end/", views.ground_end, name="ground_end"),
]
