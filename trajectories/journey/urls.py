from django.urls import path

from trajectories.journey import views

urlpatterns = [
    path("clients/<uuid:public_id>/trajectories/start/", views.trajectory_start, name="trajectory_start"),
    path("trajectories/<uuid:public_id>/plan/", views.trajectory_plan, name="trajectory_plan"),
    path("trajectories/<uuid:public_id>/correct/", views.trajectory_correct, name="trajectory_correct"),
    path("trajectories/<uuid:public_id>/reopen/", views.trajectory_reopen, name="trajectory_reopen"),
    path("trajectories/<uuid:public_id>/withdraw/", views.trajectory_withdraw, name="trajectory_withdraw"),
    path("trajectories/<uuid:public_id>/stages/add/", views.stage_add, name="stage_add"),
    path("trajectories/<uuid:public_id>/stages/move/", views.stage_move, name="stage_move"),
    path("stages/<uuid:public_id>/end/", views.stage_end, name="stage_end"),
    path("stages/<uuid:public_id>/withdraw/", views.stage_withdraw, name="stage_withdraw"),
    path("stages/<uuid:public_id>/correct/", views.stage_correct, name="stage_correct"),
]
