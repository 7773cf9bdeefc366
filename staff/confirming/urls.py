from django.urls import path

from staff.confirming import views

urlpatterns = [
    path("access-changes/", views.access_change_list, name="access_change_list"),
    path("access-changes/<uuid:public_id>/", views.access_change_detail, name="access_change_detail"),
    path(
        "access-changes/<uuid:public_id>/withdraw/",
        views.access_change_withdraw,
        name="access_change_withdraw",
    ),
]
