from django.urls import path

from trajectories.retention import views

urlpatterns = [
    path("clients/<uuid:public_id>/hold/", views.client_hold, name="client_hold"),
    path("holds/<uuid:public_id>/lift/", views.hold_lift, name="hold_lift"),
    path("retention/", views.retention_list, name="retention_list"),
    path("proposals/<uuid:public_id>/", views.proposal_detail, name="proposal_detail"),
    path("proposals/<uuid:public_id>/approve/", views.proposal_approve, name="proposal_approve"),
    path("proposals/<uuid:public_id>/withdraw/", views.proposal_withdraw, name="proposal_withdraw"),
    path("proposals/<uuid:public_id>/keep/", views.proposal_keep, name="proposal_keep"),
    path("proposals/<uuid:public_id>/correct/", views.proposal_correct, name="proposal_correct"),
    path("certificates/<uuid:public_id>/", views.certificate_print, name="certificate_print"),
]
