"""The estimators of the figures, by the textbook, in exact fractions."""

from fractions import Fraction
from math import floor, sqrt
from statistics import NormalDist


def proportion(numerator, denominator):
    """A proportion with its Wilson 95% interval; nothing to divide by gives no value."""
    low = high = None
    if denominator:
        low, high = (round(bound, 6) for bound in wilson(numerator, denominator))
    rate = rounded_rate(numerator, denominator)
    return {"numerator": numerator, "denominator": denominator, "rate": rate, "ci_low": low, "ci_high": high}


def rounded_rate(numerator, denominator):
    """Six decimals, half upwards from the exact fraction."""
    if not denominator:
        return None
    return floor(Fraction(numerator * 10**6, denominator) + Fraction(1, 2)) / 10**6


def wilson(numerator, denominator):
    z, share = NormalDist().inv_cdf(0.975), numerator / denominator
    centre = share + z * z / (2 * denominator)
    margin = z * sqrt(share * (1 - share) / denominator + z * z / (4 * denominator**2))
    scale = 1 + z * z / denominator
    return max(0.0, (centre - margin) / scale), min(1.0, (centre + margin) / scale)


def kaplan_meier_median(observed):
    """The first day on which survival is at one half or below; an end without a job is censoring."""
    survival = Fraction(1)
    for day in sorted({day for day, _ in observed}):
        at_risk = sum(other >= day for other, _ in observed)
        placed = sum(other == day and what == "placed" for other, what in observed)
        survival *= 1 - Fraction(placed, at_risk)
        if survival <= Fraction(1, 2):
            return day
    return None


def cumulative_incidence(observed):
    """Aalen-Johansen: steps of (day, probability of a placement by then); ends without a job compete."""
    free, incidence, steps = Fraction(1), Fraction(0), []
    for day in sorted({day for day, _ in observed}):
        at_risk = sum(other >= day for other, _ in observed)
        placed = sum(other == day and what == "placed" for other, what in observed)
        ended = sum(other == day and what == "ended" for other, what in observed)
        incidence += free * Fraction(placed, at_risk)
        free *= 1 - Fraction(placed + ended, at_risk)
        steps.append((day, incidence))
    return steps


def step_value(steps, day):
    return round(float(max((value for at, value in steps if at <= day), default=0)), 6)
