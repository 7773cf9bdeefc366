from django.urls import path

from clients.undoing import views

urlpatterns = [
    path("forms/<uuid:number>/undo/", views.form_undo, name="form_undo"),
]
