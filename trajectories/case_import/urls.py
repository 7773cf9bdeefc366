from django.urls import path

from trajectories.case_import import views

urlpatterns = [
    path("import-rows/", views.import_row_list, name="import_row_list"),
    path("import-rows/answer/", views.import_own_row_answer, name="import_own_row_answer"),
    path("clients/<uuid:public_id>/import-rows/answer/", views.import_row_answer, name="import_row_answer"),
]
