"""The clocks of a client as PostgreSQL reads them: for lists that sort, choose and count by them.

The text is written by hand, and once: as subqueries of the ORM the same costs more to write than to answer
(ADR 55). Each fact is looked up for the clients of one list alone, in the indexes of ADR 52.
"""

from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, DateField, Field, Func, JSONField, TextField, Value
from django.utils import timezone

from clients.models import Client, ClientQuerySet
from staff.models import User
from trajectories.models import (
    CLIENT_CONTACT_KINDS,
    COMPETITIVE_FLAGS,
    EMPLOYER_VISIT,
    RECORDED_STAGES,
    Stage,
    TrajectoryKind,
)
from trajectories.signals.selectors import RULES, SignalCode, Thresholds, thresholds

_WITH_CLIENT = "kind IN ({})".format(", ".join(f"'{kind.value}'" for kind in CLIENT_CONTACT_KINDS))
_VISIT = f"kind = '{EMPLOYER_VISIT['kind']}' AND face_to_face"
_COMPETITIVE = " AND ".join(COMPETITIVE_FLAGS)
_PLACE_OF_STAGE = "array_position(ARRAY[{}], stage::text)".format(
    ", ".join(f"'{stage.value}'" for stage in RECORDED_STAGES)
)
_THRESHOLDS = [one.name for one in fields(Thresholds)]
FOLLOWER_COLUMNS = [
    one.attname
    for one in User._meta.concrete_fields
    if one.attname in {"id", "first_name", "name_prefix", "last_name", "role"}
]
_NAMES = ", ".join(f"u.{name}" for name in FOLLOWER_COLUMNS)
_ANY_SIGNAL = " OR ".join(f"({rule.holds})" for rule in RULES.values())

# The names of all facts; `one` holds what is asked about one client. `support` is what runs on the day,
# `past` what ran last when nothing does: together the present episode (`present_episode`). LIMIT makes
# PostgreSQL look up once what is used twice.
_FACTS = f"""
    SELECT one.id AS client_id, one.day, one.died_on, {", ".join(f"one.{name}" for name in _THRESHOLDS)},
        support.since AS running_since,
        support.ips_enrolled_on,
        past.ended_on AS support_ended_on,
        COALESCE(support.funder, '') AS funder,
        seen.seen_on AS last_seen_on,
        COALESCE(seen.seen_on, support.ips_enrolled_on, support.since) AS seen_or_enrolled_on,
        (
            SELECT (occurred_at AT TIME ZONE one.zone)::date FROM trajectories_contact
            WHERE client_id = one.id AND {_WITH_CLIENT} AND occurred_at >= episode.starts_at
            ORDER BY occurred_at DESC LIMIT 1
        ) AS last_contact_on,
        (
            SELECT (occurred_at AT TIME ZONE one.zone)::date FROM trajectories_contact
            WHERE client_id = one.id AND {_VISIT}
                AND occurred_at >= support.ips_enrolled_on::timestamp AT TIME ZONE one.zone
            ORDER BY occurred_at LIMIT 1
        ) AS first_employer_on,
        EXISTS (
            SELECT FROM trajectories_job j JOIN trajectories_trajectory t ON t.id = j.trajectory_id
            WHERE t.client_id = one.id AND {_COMPETITIVE}
                AND j.started_on <= one.day AND (j.ended_on IS NULL OR j.ended_on >= one.day)
        ) AS has_job,
        (
            SELECT s.stage FROM trajectories_stageperiod s
                JOIN trajectories_trajectory t ON t.id = s.trajectory_id
            WHERE t.client_id = one.id
                AND t.enrolled_on <= one.day AND (t.ended_on IS NULL OR t.ended_on >= one.day)
                AND s.started_on <= one.day AND (s.ended_on IS NULL OR s.ended_on >= one.day)
            ORDER BY {_PLACE_OF_STAGE} DESC LIMIT 1
        ) AS open_stage
    FROM (SELECT %(expressions)s) AS one (id, died_on, day, zone, {", ".join(_THRESHOLDS)})
    CROSS JOIN LATERAL (
        SELECT min(enrolled_on) AS since,
            min(enrolled_on) FILTER (WHERE kind = '{TrajectoryKind.IPS.value}') AS ips_enrolled_on,
            (
                array_agg(funder ORDER BY enrolled_on, id)
                FILTER (WHERE kind = '{TrajectoryKind.IPS.value}')
            )[1] AS funder
        FROM trajectories_trajectory
        WHERE client_id = one.id
            AND enrolled_on <= one.day AND (ended_on IS NULL OR ended_on >= one.day)
    ) AS support
    LEFT JOIN LATERAL (
        SELECT (
            SELECT min(other.enrolled_on) FROM trajectories_trajectory other
            WHERE other.client_id = one.id
                AND other.enrolled_on <= one.day AND other.ended_on >= last.enrolled_on
        ) AS since, last.ended_on
        FROM trajectories_trajectory last
        WHERE support.since IS NULL AND last.client_id = one.id AND last.enrolled_on <= one.day
        ORDER BY last.ended_on DESC, last.id DESC LIMIT 1
    ) AS past ON TRUE
    CROSS JOIN LATERAL (
        SELECT COALESCE(support.since, past.since, '-infinity')::timestamp AT TIME ZONE one.zone AS starts_at
    ) AS episode
    LEFT JOIN LATERAL (
        SELECT (occurred_at AT TIME ZONE one.zone)::date AS seen_on FROM trajectories_contact
        WHERE client_id = one.id AND {_WITH_CLIENT} AND face_to_face AND occurred_at >= episode.starts_at
        ORDER BY occurred_at DESC LIMIT 1
    ) AS seen ON TRUE
"""  # noqa: S608  # of constants

_NEED = f"""ARRAY[
    CASE WHEN died_on IS NULL AND ({_ANY_SIGNAL}) THEN DATE '-infinity' ELSE DATE 'infinity' END,
    COALESCE(seen_or_enrolled_on, 'infinity')
]"""
_STAGE = f"""CASE
    WHEN died_on IS NOT NULL THEN '' WHEN has_job THEN '{Stage.BETAALDE_BAAN.value}'
    ELSE COALESCE(open_stage, '')
END"""
_SIGNALS = "jsonb_strip_nulls(jsonb_build_object({}))".format(
    ", ".join(
        f"'{code.value}', CASE WHEN died_on IS NULL AND ({rule.holds})"
        f" THEN jsonb_build_array({rule.since}, {rule.never}) END"
        for code, rule in RULES.items()
    )
)
# What runs on the day, for a line that names it.
_JOBS = f"""(
    SELECT COALESCE(jsonb_agg(jsonb_build_array(j.started_on, e.name) ORDER BY j.started_on, j.id), '[]')
    FROM trajectories_job j
        JOIN trajectories_trajectory t ON t.id = j.trajectory_id
        JOIN trajectories_employer e ON e.id = j.employer_id
    WHERE t.client_id = facts.client_id AND {_COMPETITIVE}
        AND j.started_on <= facts.day AND (j.ended_on IS NULL OR j.ended_on >= facts.day)
)"""  # noqa: S608  # of constants
_OPEN_STAGES = """(
    SELECT COALESCE(jsonb_agg(s.stage ORDER BY s.started_on, s.id), '[]')
    FROM trajectories_stageperiod s JOIN trajectories_trajectory t ON t.id = s.trajectory_id
    WHERE t.client_id = facts.client_id
        AND t.enrolled_on <= facts.day AND (t.ended_on IS NULL OR t.ended_on >= facts.day)
        AND s.started_on <= facts.day AND (s.ended_on IS NULL OR s.ended_on >= facts.day)
)"""
_FOLLOWERS = f"""(
    SELECT COALESCE(jsonb_agg(jsonb_build_array({_NAMES}) ORDER BY a.started_on, a.id), '[]')
    FROM clients_assignment a JOIN staff_user u ON u.id = a.user_id
    WHERE a.client_id = facts.client_id
        AND a.started_on <= facts.day AND (a.ended_on IS NULL OR a.ended_on >= facts.day)
)"""  # noqa: S608  # of constants
_LINE = f"""jsonb_build_array(
    jsonb_build_array(
        last_contact_on, last_seen_on, first_employer_on, running_since, ips_enrolled_on, support_ended_on
    ),
    funder, {_SIGNALS}, {_JOBS}, {_OPEN_STAGES}, {_FOLLOWERS}
)"""

_STANDING = f"""jsonb_build_array(
    {_STAGE}, {_SIGNALS}, COALESCE(ips_enrolled_on, running_since), ips_enrolled_on,
    CASE WHEN running_since IS NOT NULL THEN seen_or_enrolled_on END,
    CASE WHEN NOT has_job THEN ips_enrolled_on END
)"""


class RunningJob(NamedTuple):
    """A regular job that runs: its first day, and the name of the employer."""

    started_on: date
    employer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What PostgreSQL knows of one client on a day. Days without a value are never, or not now.

    The first three are clocks of the present episode. `running_since` and `ips_enrolled_on` are the first
    days of the support that runs, `support_ended_on` the last day of who has none; `funder` pays for IPS.
    Signals: as `signals_of` reads them. Jobs, stages and followers run on the day, in the order of their
    beginning; of a follower the name and the role were read.
    """

    last_contact_on: date | None
    last_seen_on: date | None
    first_employer_on: date | None
    running_since: date | None
    ips_enrolled_on: date | None
    support_ended_on: date | None
    funder: str
    signals: dict[str, tuple[date, bool]]
    jobs: list[RunningJob]
    open_stages: list[str]
    followers: list[User]


def lines_of(clients: list[int], day: date) -> dict[int, Line]:
    """The lines of the clients with these keys, in one statement."""
    found = Client.objects.filter(pk__in=clients).order_by()
    people: dict[int, User] = {}
    return {key: _line(said, people) for key, said in found.values_list("pk", _said(_LINE, day, JSONField()))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What counts and lists of a whole team look at of one client. Days without a value are never.

    `unseen_since` is the last meeting, else the enrolment, while support runs; `looks_since` the enrolment
    for IPS of those without a regular job.
    """

    client: int
    stage: str
    signals: frozenset[str]
    enrolled_on: date | None
    ips_enrolled_on: date | None
    unseen_since: date | None
    looks_since: date | None


def standings(clients: ClientQuerySet, day: date) -> list[Standing]:
    """One of each client, in their order, in one statement: a row of a few values, without the person."""
    return [
        Standing(
            client=key,
            stage=at,
            signals=frozenset(signals),
            enrolled_on=_day(enrolled),
            ips_enrolled_on=_day(ips),
            unseen_since=_day(unseen),
            looks_since=_day(looks),
        )
        for key, (at, signals, enrolled, ips, unseen, looks) in clients.values_list(
            "pk", _said(_STANDING, day, JSONField())
        )
    ]


def need(day: date) -> Func:
    """The order of who needs me first: who has a signal, then who was not seen for longest."""
    return _said(_NEED, day, ArrayField(DateField()))


def stage(day: date) -> Func:
    """The stage at which each client is on `day`, as `position` says; empty for none."""
    return _said(_STAGE, day, TextField())


def funder(day: date) -> Func:
    """Who pays for the IPS trajectory that runs; empty when unknown or without one."""
    return _said("funder", day, TextField())


def has_signal(day: date, code: str | None = None) -> Func:
    """Whether the signal with this code applies to each client; without a code: any."""
    rules = [RULES[SignalCode(code)]] if code else RULES.values()
    holds = " OR ".join(f"({rule.holds})" for rule in rules)
    return _said(f"died_on IS NULL AND ({holds})", day, BooleanField())


def _said(said: str, day: date, output_field: Field) -> Func:
    """What PostgreSQL says of each client of a query on `day`, by the names of the facts."""
    asked = (day, timezone.get_current_timezone_name(), *astuple(thresholds()))
    return Func(
        "pk",
        "died_on",
        *(Value(one) for one in asked),
        template=f"(SELECT {said} FROM ({_FACTS}) AS facts)",  # noqa: S608  # of constants
        output_field=output_field,
    )


def _line(said: list, people: dict[int, User]) -> Line:
    """`people` are the followers of the lines before; each is made once."""
    days, paid_by, signals, jobs, stages, followers = said
    contact, seen, employer, since, ips, ended = map(_day, days)
    return Line(
        last_contact_on=contact,
        last_seen_on=seen,
        first_employer_on=employer,
        running_since=since,
        ips_enrolled_on=ips,
        support_ended_on=ended,
        funder=paid_by,
        signals={code: (date.fromisoformat(first), never) for code, (first, never) in signals.items()},
        jobs=[RunningJob(date.fromisoformat(first), name) for first, name in jobs],
        open_stages=stages,
        followers=[people.setdefault(one[0], User.from_db(None, FOLLOWER_COLUMNS, one)) for one in followers],
    )


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None
