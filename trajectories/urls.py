from django.urls import include, path

app_name = "trajectories"
urlpatterns = [
    path("", include("trajectories.caseload.urls")),
    path("", include("trajectories.agenda.urls")),
    path("", include("trajectories.calendar_feed.urls")),
    path("", include("trajectories.contacts.urls")),
    path("", include("trajectories.file.urls")),
    path("", include("trajectories.snoozing.urls")),
    path("", include("trajectories.digest.urls")),
    path("", include("trajectories.client_data.urls")),
    path("", include("trajectories.disclosure.urls")),
    path("", include("trajectories.journey.urls")),
    path("", include("trajectories.death.urls")),
    path("", include("trajectories.jobs.urls")),
    path("", include("trajectories.retention.urls")),
    path("", include("trajectories.search.urls")),
    path("", include("trajectories.choosing.urls")),
    path("", include("trajectories.employers.urls")),
    path("", include("trajectories.case_import.urls")),
]
