from reports.models.run import MonitoringRun, PeriodKind, RunAction, RunState, ScopeFigures
