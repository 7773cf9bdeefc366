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
    rates = {rate.months: rate for rate in report(**days).cohort_placement_rate}
    return rates[months]


def sustainment(weeks, **days):
    rates = {rate.weeks: rate.proportion for rate in report(**days).job_sustainment}
    return rates[weeks]
