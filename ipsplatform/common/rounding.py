"""Rounding as people do it: half a unit upwards, from the exact value."""

from decimal import Decimal
from fractions import Fraction


def half_up(exact: Fraction, decimals: int) -> Decimal:
    """A fraction rounded half upwards: 29 of 200 is 0.15 with two decimals, although its float is not."""
    doubled = 2 * exact.numerator * 10**decimals
    whole = (doubled + exact.denominator) // (2 * exact.denominator)
    return Decimal(whole).scaleb(-decimals)
