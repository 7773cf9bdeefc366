"""What a figure is: conditions on trajectories, words, the rule for small numbers, published figures.

A figure is declared once, in the file of its family; counting, stored runs, pages and files read it there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import Enum

from django.db.models import Q
from django.utils.translation import gettext as _

from ipsplatform.common.texts import Text
from reports.indicators.facts import Reading
from reports.indicators.scope import ReportWindow

Condition = Callable[[ReportWindow], Q]
ReadCondition = Callable[[ReportWindow, Reading], Q]


class Unit(Enum):
    """What a figure counts; a client with two trajectories counts once."""

    CLIENT = "client"
    TRAJECTORY = "pk"


class FigurePart(Enum):
    """The people of a figure: those it is about, those for whom it holds, those who are too recent.

    `UNKNOWN` and `DOUBTFUL`: those for whom an answer, or an end, that nobody recorded decides.
    """

    DENOMINATOR = "denominator"
    NUMERATOR = "numerator"
    LEFT_OUT = "left_out"
    UNKNOWN = "unknown"
    DOUBTFUL = "doubtful"


class Block(Enum):
    """Where a page shows a figure; figures of different blocks are never compared."""

    FLOW = "flow"
    PERIOD = "period"
    POINT = "point"
    COHORT = "cohort"
    SUSTAINMENT = "sustainment"


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What a figure is called, what it means, where the definition comes from, and whom it counts."""

    label: Text
    definition: Text
    source: Text
    numerator: Text = ""
    denominator: Text = ""
    left_out: Text = ""

    def part(self, part: FigurePart) -> str:
        """Whom one part of the figure counts."""
        if part is FigurePart.UNKNOWN:
            return _("not counted, a question about the job is unanswered")
        if part is FigurePart.DOUBTFUL:
            return _("counted, the trajectory ended and the job has no end")
        return getattr(self, part.value)

    def filled(self, known: Mapping[str, int]) -> "Words":
        """In the language of this moment, with the numbers that they name."""
        texts = {each.name: str(getattr(self, each.name)) for each in fields(self)}
        return replace(self, **{name: text % known for name, text in texts.items()})


@dataclass(frozen=True, kw_only=True, slots=True)
class Benchmark:
    """A published rate, as a fraction, of the same definition as the figure it is declared with."""

    name: Text
    rate: float
    measured: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A proportion: of the trajectories in `denominator` (or their clients), those in `numerator` too.

    A bare count has no numerator. `key` is the one of domain.md, section 5, with the number of months or
    weeks (`horizon`) behind a dot. `is_of_period`: who came, went or was there in the period follows from
    it, so it is hidden where few moved, and compared by whole quarters only.
    `is_of_division`: readers outside the team see it of one team, funder or target group too.
    `has_bounds`: it says how much missing answers could move it.
    """

    key: str
    block: Block
    unit: Unit
    words: Words
    denominator: Condition
    numerator: ReadCondition | None = None
    left_out: Condition | None = None
    horizon: Mapping[str, int] = field(default_factory=dict)
    is_of_period: bool = False
    is_of_division: bool = False
    has_bounds: bool = False
    benchmarks: tuple[Benchmark, ...] = ()

    def conditions(self, window: ReportWindow) -> dict[FigurePart, Q]:
        """The trajectories behind each part of the figure."""
        found = {FigurePart.DENOMINATOR: self.denominator(window)}
        if self.numerator is not None:
            found[FigurePart.NUMERATOR] = self.holds(window)
        if self.left_out is not None:
            found[FigurePart.LEFT_OUT] = self.left_out(window)
        return found

    def holds(self, window: ReportWindow, reading: Reading = Reading.KNOWN) -> Q:
        """The trajectories for which the figure holds when jobs are read like this."""
        condition = self.denominator(window)
        return condition & self.numerator(window, reading) if self.numerator else condition

    def readings(self) -> tuple[Reading, ...]:
        """The other readings in which the figure is counted too, for its bounds."""
        return (Reading.POSSIBLE, Reading.CERTAIN) if self.has_bounds else ()

    @property
    def family(self) -> str:
        """The name in the report contract: cohort_placement_rate.18 is part of cohort_placement_rate."""
        return self.key.partition(".")[0]

    @property
    def texts(self) -> Words:
        """The words, ready to show."""
        return self.words.filled(self.horizon)
