"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path

from ipsplatform.accounts.views import sign_in as views
from ipsplatform.operations import health

handler500 = "ipsplatform.operations.failures.server_error"
urlpatterns = [
    path("", views.home, name="home"),
    path("", include("trajectories.urls")),
    path("", include("clients.urls")),
    path("", include("reports.urls")),
    path("", include("staff.urls")),
    path("", include("ipsplatform.accounts.urls")),
    path("language/", views.set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("health/live/", health.live, name="health_live"),
    path("health/ready/", health.ready, name="health_ready"),
]
