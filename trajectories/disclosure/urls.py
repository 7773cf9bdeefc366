from django.urls import path

from trajectories.disclosure import views

urlpatterns = [
    path("clients/<uuid:public_id>/disclosures/choose/", views.disclosure_choose, name="disclosure_choose"),
    path("disclosures/<uuid:public_id>/withdraw/", views.disclosure_withdraw, name="disclosure_withdraw"),
]
