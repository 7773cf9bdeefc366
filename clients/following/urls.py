from django.urls import path

from clients.following import views

urlpatterns = [
    path("clients/<uuid:public_id>/assignments/add/", views.assignment_add, name="assignment_add"),
    path("assignments/<uuid:public_id>/end/", views.assignment_end, name="assignment_end"),
    path("assignments/<uuid:public_id>/correct/", views.assignment_correct, name="assignment_correct"),
    path("assignments/<uuid:public_id>/hand-over/", views.assignment_hand_over, name="assignment_hand_over"),
]
