"""The journey of one client in words."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ipsplatform.common.day_texts import day_text
from ipsplatform.common.durations import length_in_words, period_in_words
from trajectories.journey.selectors import Journey, Moment, SearchClock, Span, Stop
from trajectories.models import ContactKind, Position, Stage


def journey_words(journey: Journey) -> list[str]:
    """The picture as sentences: for screen readers, and for people who prefer to read."""
    words = [_earlier_words(first, last) for first, last in journey.earlier]
    words += [_("Enrolled on %(day)s") % {"day": day_text(day, "j F Y")} for day in journey.enrolments]
    words += [_span_words(span, journey.ended_on) for span in [*journey.stages, *journey.jobs]]
    counts = _contact_counts(journey.moments)
    if counts:
        words.append(_("Contacts: %(counts)s") % {"counts": counts})
    if journey.clock:
        words.append(_("Search for work: %(words)s") % {"words": clock_words(journey.clock)})
    if journey.ended_on:
        words.append(_("Ended on %(day)s") % {"day": day_text(journey.ended_on, "j F Y")})
    return [sentence[:1].upper() + sentence[1:] for sentence in words]


def span_name(span: Span) -> str:
    """The job, else the stage."""
    return span.job or str(Stage(span.stage).label)


def position_name(position: Position) -> str:
    """Where a client takes part, and what runs beside it: "day activities, also drop-in"."""
    if not position.stage:
        return _("no stage yet")
    name = str(Stage(position.stage).label)
    if not position.beside:
        return name
    beside = ", ".join(str(Stage(stage).label) for stage in position.beside)
    return _("%(stage)s, also %(beside)s") % {"stage": name, "beside": beside}


def stop_length(stop: Stop) -> str:
    """All the time spent at a stop; empty for none."""
    return length_in_words(stop.periods)


def clock_words(clock: SearchClock) -> str:
    """How long the search for an employer took, or has taken so far."""
    if clock.found_on:
        text = ngettext(
            "first employer contact after %(days)s day",
            "first employer contact after %(days)s days",
            clock.days,
        )
    else:
        text = ngettext(
            "%(days)s day without employer contact", "%(days)s days without employer contact", clock.days
        )
    return text % {"days": clock.days}


def _earlier_words(first: date, last: date) -> str:
    return _("supported before: %(start)s until %(end)s") % {
        "start": day_text(first, "j F Y"),
        "end": day_text(last, "j F Y"),
    }


def _span_words(span: Span, support_ended_on: date | None) -> str:
    """ "Drop-in: 3 March until 1 June 2025 (13 weeks)"."""
    name, start = span_name(span), day_text(span.started_on, "j F Y")
    if span.is_ahead:
        return _("%(name)s: starts on %(start)s") % {"name": name, "start": start}
    facts = {"name": name, "start": start, "length": period_in_words(span.started_on, span.last_day)}
    if span.ended_on is None or span.ended_on > span.last_day:
        if support_ended_on is not None:
            return _("%(name)s: since %(start)s, went on when the support ended") % facts
        return _("%(name)s: since %(start)s (%(length)s)") % facts
    facts["end"] = day_text(span.ended_on, "j F Y")
    return _("%(name)s: from %(start)s until %(end)s (%(length)s)") % facts


def _contact_counts(moments: list[Moment]) -> str:
    counts = [(kind.label, sum(moment.kind == kind for moment in moments)) for kind in ContactKind]
    return ", ".join(f"{number} × {label}" for label, number in counts if number)
