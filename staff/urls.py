from django.urls import include, path

app_name = "staff"
urlpatterns = [
    path("", include("staff.confirming.urls")),
    path("", include("staff.typed.urls")),
]
