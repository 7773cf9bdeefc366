from django.urls import path

from reports.live import views

urlpatterns = [path("reports/now/", views.report_now, name="report_now")]
