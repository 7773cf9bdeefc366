from django.urls import path

from trajectories import views

app_name = "trajectories"
urlpatterns = [
    path("caseload/", views.caseload_list, name="caseload_list"),
    path("caseload/export.<str:file_format>", views.caseload_export, name="caseload_export"),
    path("contacts/write/", views.contact_write, name="contact_write"),
    path("contacts/<uuid:public_id>/correct/", views.contact_correct, name="contact_correct"),
    path("clients/<uuid:public_id>/", views.client_overview, name="client_overview"),
    path("clients/<uuid:public_id>/journey/", views.client_journey_tab, name="client_journey"),
    path("clients/<uuid:public_id>/journey/print/", views.client_journey_print, name="client_journey_print"),
    path("clients/<uuid:public_id>/contacts/", views.client_contacts, name="client_contacts"),
    path("clients/<uuid:public_id>/work/", views.client_work, name="client_work"),
    path("clients/<uuid:public_id>/export/", views.client_export_prepare, name="client_export_prepare"),
    path("exports/<uuid:public_id>/", views.client_paper_export, name="client_paper_export"),
    path("exports/<uuid:public_id>/json/", views.client_json_export, name="client_json_export"),
    path("clients/<uuid:public_id>/trajectories/start/", views.trajectory_start, name="trajectory_start"),
    path("trajectories/<uuid:public_id>/plan/", views.trajectory_plan, name="trajectory_plan"),
    path("trajectories/<uuid:public_id>/correct/", views.trajectory_correct, name="trajectory_correct"),
    path("trajectories/<uuid:public_id>/end/", views.trajectory_end, name="trajectory_end"),
    path("trajectories/<uuid:public_id>/stages/move/", views.stage_move, name="stage_move"),
    path("stages/<uuid:public_id>/end/", views.stage_end, name="stage_end"),
    path("stages/<uuid:public_id>/correct/", views.stage_correct, name="stage_correct"),
    path("trajectories/<uuid:public_id>/jobs/register/", views.job_register, name="job_register"),
    path("jobs/<uuid:public_id>/end/", views.job_end, name="job_end"),
    path("jobs/<uuid:public_id>/correct/", views.job_correct, name="job_correct"),
    path("search/", views.search, name="search"),
    path("employers/", views.employer_list, name="employer_list"),
    path("employers/<uuid:public_id>/", views.employer_detail, name="employer_detail"),
]
