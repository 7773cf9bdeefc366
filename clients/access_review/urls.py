from django.urls import path

from clients.access_review import views

urlpatterns = [
    path("clients/<uuid:public_id>/access/", views.client_access, name="client_access"),
    path("access-reviews/", views.review_list, name="review_list"),
    path("access-reviews/<uuid:public_id>/", views.review_detail, name="review_detail"),
    path("access-reviews/<uuid:public_id>/lift/", views.review_lift, name="review_lift"),
]
