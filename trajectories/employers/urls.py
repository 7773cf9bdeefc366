from django.urls import path

from trajectories.employers import views

urlpatterns = [
    path("employers/", views.employer_list, name="employer_list"),
    path("employers/add/", views.employer_add, name="employer_add"),
    path("employers/<uuid:public_id>/", views.employer_detail, name="employer_detail"),
    path("employers/<uuid:public_id>/correct/", views.employer_correct, name="employer_correct"),
    path("employers/<uuid:public_id>/share/", views.employer_share, name="employer_share"),
    path("employers/<uuid:public_id>/people/add/", views.employer_person_add, name="employer_person_add"),
    path("employers/<uuid:public_id>/merge/", views.employer_merge, name="employer_merge"),
    path("employer-merges/<uuid:public_id>/take-apart/", views.employer_unmerge, name="employer_unmerge"),
    path(
        "employer-people/<uuid:public_id>/correct/",
        views.employer_person_correct,
        name="employer_person_correct",
    ),
    path(
        "employer-people/<uuid:public_id>/withdraw/",
        views.employer_person_withdraw,
        name="employer_person_withdraw",
    ),
]
