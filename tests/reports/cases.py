"""Short ways to ask for figures in these tests; the period is the third quarter of 2025."""

from datetime import date

from reports.indicators.report import placement_report
from reports.indicators.scope import ReportWindow, Scope

FIRST, LAST = date(2025, 7, 1), date(2025, 9, 30)


def window(period_from=FIRST, period_to=LAST, **days):
    return ReportWindow.of(period_from, period_to, **days)


def report(scope=None, **days):
    return placement_report(scope or Scope(), window(**days))


def fraction(proportion):
    return proportion.numerator, proportion.denominator


def cohort_rate(months, **days):
    return report(**days).rates[f"cohort_placement_rate.{months}"]


def sustainment(weeks, **days):
    return report(**days).rates[f"job_sustainment.{weeks}"]
