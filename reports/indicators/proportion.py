"""A share of people or trajectories, with its uncertainty."""

from dataclasses import dataclass

from statsmodels.stats.proportion import proportion_confint

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
        low, high = proportion_confint(numerator, denominator, alpha=0.05, method="wilson")
        return cls(
            numerator=numerator,
            denominator=denominator,
            rate=round(numerator / denominator, DECIMALS),
            # Floating point leaves bounds like -1e-17, which would read as -0.0.
            ci_low=round(max(0.0, float(low)), DECIMALS),
            ci_high=round(min(1.0, float(high)), DECIMALS),
        )

    def as_dict(self) -> dict[str, int | float | None]:
        return {
            "numerator": self.numerator,
            "denominator": self.denominator,
            "rate": self.rate,
            "ci_low": self.ci_low,
            "ci_high": self.ci_high,
        }
