from django.urls import path

from trajectories.calendar_feed import views

urlpatterns = [
    path("calendar/", views.calendar_feed, name="calendar_feed"),
    path("calendar/make/", views.calendar_feed_make, name="calendar_feed_make"),
    path("calendar/revoke/", views.calendar_feed_revoke, name="calendar_feed_revoke"),
    path("calendar/<str:token>.ics", views.calendar_file_of, name="calendar_file"),
]
