from django.urls import path

from trajectories.journey import views

urlpatterns = [
    path("clients/<uuid:public_id>/trajectories/start/", views.trajectory_start, name="trajectory_start"),
    path("trajectories/<uuid:public_id>/plan/", views.trajectory_plan, name="trajectory_plan"),
    path("trajectories/<uuid:public_id>/correct/", views.trajectory_correct, name="trajectory_correct"),
    path("trajectories/<uuid:public_id>/end/", views.trajectory_end, name="trajectory_end"),
    path("trajectories/<uuid:public_id>/stages/move/", views.stage_move, name="stage_move"),
    path("trajectories/<uuid:public_id>/stages/<uuid:period_id>/undo/", views.stage_undo, name="stage_undo"),
    path("stages/<uuid:public_id>/end/", views.stage_end, name="stage_end"),
    path("stages/<uuid:public_id>/correct/", views.stage_correct, name="stage_correct"),
]
