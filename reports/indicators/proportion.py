"""A share of people or trajectories, with its uncertainty."""

from dataclasses import dataclass

DECIMALS = 6


@dataclass(frozen=True, kw_only=True)
class Proportion:
    """Numerator, denominator and the Wilson 95% interval; without a denominator there is no rate."""

    numerator: int
    denominator: int
    rate: float | None
    ci_low: float | None
    ci_high: float | None

    @classmethod
    def of(cls, numerator: int, denominator: int) -> "Proportion":
        if not denominator:
            return cls(numerator=0, denominator=0, rate=None, ci_low=None, ci_high=None)
        # Here and not above: a process that estimates nothing must not carry the statistics libraries.
        from reports.indicators.estimators import wilson_interval  # noqa: PLC0415

        low, high = wilson_interval(numerator, denominator)
        return cls(
            numerator=numerator,
            denominator=denominator,
            rate=round(numerator / denominator, DECIMALS),
            ci_low=low,
            ci_high=high,
        )

    def as_dict(self) -> dict[str, int | float | None]:
        return {
            "numerator": self.numerator,
            "denominator": self.denominator,
            "rate": self.rate,
            "ci_low": self.ci_low,
            "ci_high": self.ci_high,
        }
