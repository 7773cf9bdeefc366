"""Published figures to set beside ours, each with the definition that it uses."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """A published rate. `figure` is the key of the one figure with the same definition."""

    figure: str
    name: Promise
    rate: float
    measured: str
    source: str


BENCHMARKS = (
    Benchmark(
        figure="point_employment_rate",
        name=_("the Netherlands (Werkmonitor IPS)"),
        rate=round(1328 / 3679, 6),
        measured="2023 Q2",
        source="Werkmonitor IPS, Q2 2023: 1.328 / 3.679",
    ),
    *(
        Benchmark(
            figure="period_employment_rate",
            name=name,
            rate=rate,
            measured="VS",
            source="IPS Employment Center, international quarterly rate",
        )
        for name, rate in (
            (_("American programmes, low"), 0.31),
            (_("American programmes, average"), 0.41),
            (_("American programmes, high"), 0.50),
        )
    ),
)


def benchmarks_for(figure: str) -> tuple[Benchmark, ...]:
    """The published figures that may stand beside this one: those of the same definition, no others."""
    return tuple(benchmark for benchmark in BENCHMARKS if benchmark.figure == figure)
