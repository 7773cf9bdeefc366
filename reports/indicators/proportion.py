"""A proportion of people or trajectories, with its uncertainty."""

from dataclasses import dataclass

DECIMALS = 6


@dataclass(frozen=True, kw_only=True)
class Proportion:
    """Numerator, denominator and the Wilson 95% interval; without a denominator there is no rate.

    Rates are fractions. `not_yet_mature` counts those who are too recent, where the figure leaves any out.
    A hidden or withheld proportion has None where a number is not for this reader.
    """

    numerator: int | None = None
    denominator: int | None = None
    rate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    not_yet_mature: int | None = None
    is_hidden: bool = False
    is_withheld: bool = False

    @classmethod
    def of(cls, numerator: int, denominator: int, *, not_yet_mature: int | None = None) -> "Proportion":
        """`numerator` of `denominator`, with the rate and its interval."""
        if not denominator:
            return cls(numerator=0, denominator=0, not_yet_mature=not_yet_mature)
        # Imported here: a process that estimates nothing must not load the statistics libraries.
        from reports.indicators.estimators import wilson_interval  # noqa: PLC0415

        low, high = wilson_interval(numerator, denominator)
        return cls(
            numerator=numerator,
            denominator=denominator,
            rate=round(numerator / denominator, DECIMALS),
            ci_low=low,
            ci_high=high,
            not_yet_mature=not_yet_mature,
        )

    @property
    def parts(self) -> dict[str, int]:
        """For how many it holds and for how many not, of a proportion that is not hidden."""
        numerator, denominator = self.numerator or 0, self.denominator or 0
        return {"yes": numerator, "no": denominator - numerator}


HIDDEN = Proportion(is_hidden=True)
WITHHELD = Proportion(is_withheld=True)
