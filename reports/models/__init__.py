from reports.models.run import MonitoringRun, PeriodKind, RunAction, RunState, ScopeFigures

__all__ = [
    "MonitoringRun",
    "PeriodKind",
    "RunAction",
    "RunState",
    "ScopeFigures",
]
