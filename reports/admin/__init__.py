"""Monitoring runs to look at, and the schedule by which they are made."""

from reports.admin.monitoring_run import MonitoringRunAdmin
from reports.admin.schedule import CrontabAdmin, IntervalAdmin, TaskAdmin

__all__ = ["CrontabAdmin", "IntervalAdmin", "MonitoringRunAdmin", "TaskAdmin"]
