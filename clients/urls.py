from django.urls import include, path

app_name = "clients"
urlpatterns = [
    path("", include("clients.people.urls")),
    path("", include("clients.access_review.urls")),
    path("", include("clients.service_numbers.urls")),
    path("", include("clients.following.urls")),
    path("", include("clients.emergency.urls")),
    path("", include("clients.sharing.urls")),
    path("", include("clients.undoing.urls")),
]
