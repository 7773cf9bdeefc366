from django.urls import include, path

app_name = "reports"
urlpatterns = [
    path("", include("reports.team.urls")),
    path("", include("reports.runs.urls")),
    path("", include("reports.live.urls")),
]
