"""The figures of a report under the keys of domain.md, section 5."""

from collections.abc import Mapping

# Lists of the report contract, by the field that tells their entries apart.
_LISTS = {"cohort_placement_rate": "months", "job_sustainment": "weeks"}
_FIGURES = (
    "flow",
    "period_employment_rate",
    "period_employment_rate_new",
    "point_employment_rate",
    "point_sustained_rate",
    *_LISTS,
    "time_to_first_job",
)


def by_figure(figures: Mapping[str, object] | None) -> dict[str, object]:
    """The figures of one scope under the keys of domain.md, section 5: `cohort_placement_rate.6`."""
    found: dict[str, object] = {}
    for name in (name for name in _FIGURES if name in (figures or {})):
        if name in _LISTS:
            found |= {f"{name}.{entry[_LISTS[name]]}": entry for entry in figures[name]}
        else:
            found[name] = figures[name]
    return found
