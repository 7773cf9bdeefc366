from django.urls import path

from trajectories.jobs import views

urlpatterns = [
    path("trajectories/<uuid:public_id>/jobs/register/", views.job_register, name="job_register"),
    path("trajectories/<uuid:public_id>/end/", views.trajectory_end, name="trajectory_end"),
    path("jobs/<uuid:public_id>/call-off/", views.job_call_off, name="job_call_off"),
    path("jobs/<uuid:public_id>/end/", views.job_end, name="job_end"),
    path("jobs/<uuid:public_id>/withdraw/", views.job_withdraw, name="job_withdraw"),
    path("jobs/<uuid:public_id>/correct/", views.job_correct, name="job_correct"),
]
