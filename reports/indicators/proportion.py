"""A proportion of people or trajectories, with its uncertainty."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import sqrt
from statistics import NormalDist

from ipsplatform.common.rounding import half_up

DECIMALS = 6
_Z = NormalDist().inv_cdf(0.975)  # of an interval that holds 95%
_KEPT = 4096  # the thousands of scopes of a run have the same few small counts


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What was counted for one proportion; see there for its fields."""

    numerator: int
    denominator: int
    not_yet_mature: int | None = None
    unknown: int | None = None
    doubtful: int | None = None


@dataclass(frozen=True, kw_only=True)
class Proportion:
    """Numerator, denominator and the Wilson 95% interval; without a denominator there is no rate.

    Rates are fractions. `not_yet_mature` counts those who are too recent, where the figure leaves any out.
    `unknown` and `doubtful` count those for whom something that nobody recorded decides, and the rate lies
    between `worst` and `best` whatever that turns out to be; None where the figure has no such bounds.
    A hidden or withheld proportion has None where a number is not for this reader.
    """

    numerator: int | None = None
    denominator: int | None = None
    rate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    not_yet_mature: int | None = None
    unknown: int | None = None
    doubtful: int | None = None
    best: float | None = None
    worst: float | None = None
    is_hidden: bool = False
    is_withheld: bool = False

    @classmethod
    def of(
        cls,
        numerator: int,
        denominator: int,
        *,
        not_yet_mature: int | None = None,
        unknown: int | None = None,
        doubtful: int | None = None,
    ) -> "Proportion":
        """`numerator` of `denominator`, with the rate, its interval and its bounds."""
        (found,) = proportions(
            [
                Tally(
                    numerator=numerator,
                    denominator=denominator,
                    not_yet_mature=not_yet_mature,
                    unknown=unknown,
                    doubtful=doubtful,
                )
            ]
        )
        return found

    @property
    def parts(self) -> dict[str, int]:
        """For how many it holds and for how many not, of a proportion that is not hidden."""
        numerator, denominator = self.numerator or 0, self.denominator or 0
        return {"yes": numerator, "no": denominator - numerator}

    @property
    def exact(self) -> Fraction | None:
        """The rate before it was rounded; None where there is none, or it is not for this reader."""
        if self.rate is None or self.numerator is None or not self.denominator:
            return None
        return Fraction(self.numerator, self.denominator)

    @property
    def bounds(self) -> tuple[Fraction, Fraction] | None:
        """Between which exact rates it lies whatever the missing answers are; None when none is missing."""
        missing = (self.unknown or 0) + (self.doubtful or 0)
        exact = self.exact
        if exact is None or not missing or not self.denominator:
            return None
        lower, higher = (
            Fraction(self.doubtful or 0, self.denominator),
            Fraction(self.unknown or 0, self.denominator),
        )
        return exact - lower, exact + higher

    @property
    def without_bounds(self) -> "Proportion":
        """The same without how many answers are missing: a small number, or one of another definition."""
        return replace(self, unknown=None, doubtful=None, best=None, worst=None)


def proportions(tallies: Sequence[Tally]) -> list[Proportion]:
    """The proportion of each tally, in their order."""
    return [_proportion(tally) for tally in tallies]


@lru_cache(maxsize=_KEPT)
def wilson_interval(numerator: int, denominator: int) -> tuple[float, float]:
    """The 95% interval (Wilson 1927), as two fractions; `denominator` is at least 1."""
    share, width = numerator / denominator, _Z * _Z / denominator
    margin = _Z * sqrt(share * (1 - share) / denominator + width / (4 * denominator))
    low, high = ((share + width / 2 + side * margin) / (1 + width) for side in (-1, 1))
    # Floating point leaves bounds like -1e-17, which would read as -0.0.
    return round(max(0.0, low), DECIMALS), round(min(1.0, high), DECIMALS)


def _proportion(tally: Tally) -> Proportion:
    low, high = wilson_interval(tally.numerator, tally.denominator) if tally.denominator else (None, None)
    unknown, doubtful = tally.unknown, tally.doubtful
    return Proportion(
        numerator=tally.numerator,
        denominator=tally.denominator,
        rate=_rate(tally.numerator, tally.denominator),
        ci_low=low,
        ci_high=high,
        not_yet_mature=tally.not_yet_mature,
        unknown=unknown,
        doubtful=doubtful,
        best=None if unknown is None else _rate(tally.numerator + unknown, tally.denominator),
        worst=None if doubtful is None else _rate(tally.numerator - doubtful, tally.denominator),
    )


@lru_cache(maxsize=_KEPT)
def _rate(count: int, denominator: int) -> float | None:
    return float(half_up(Fraction(count, denominator), DECIMALS)) if denominator else None


HIDDEN = Proportion(is_hidden=True)
WITHHELD = Proportion(is_withheld=True)
