from reports.models.run import MonitoringRun, PeriodKind, RunState, ScopeFigures

__all__ = ["MonitoringRun", "PeriodKind", "RunState", "ScopeFigures"]
