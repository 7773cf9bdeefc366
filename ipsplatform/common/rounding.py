"""Rounding as people do it: half a unit upwards, from the exact value."""

from decimal import Decimal
from fractions import Fraction


def half_up(exact: Fraction, decimals: int) -> Decimal:
    """A fraction rounded half upwards: 29 of 200 is 0.15 with two decimals, although its float is not."""
    scaled = exact * 10**decimals
    whole = Decimal((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator))
    return whole.scaleb(-decimals)
