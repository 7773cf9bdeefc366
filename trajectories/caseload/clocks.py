"""The clocks of a client as PostgreSQL reads them: for lists that sort, choose and count by them.

Each fact is looked up for the clients of one list alone, in the indexes of ADR 52 (`facts.py`).
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Field, Func, IntegerField, JSONField, TextField, Value
from django.utils import timezone

from clients.models import Client, ClientQuerySet
from staff.models import User
from trajectories.caseload.facts import COMPETITIVE, FACTS, snoozed_by
from trajectories.models import SignalCode, Stage
from trajectories.signals.selectors import RULES, Rule

FOLLOWER_COLUMNS = [
    one.attname
    for one in User._meta.concrete_fields
    if one.attname in {"id", "first_name", "name_prefix", "last_name", "role"}
]
_NAMES = ", ".join(f"u.{name}" for name in FOLLOWER_COLUMNS)
_NEVER_SEEN = 2**31 - 1


def _holds(rule: Rule) -> str:
    """Every signal is about somebody who lives and is supported."""
    return f"(died_on IS NULL AND running_since IS NOT NULL AND ({rule.holds}))"


def _asks(code: SignalCode) -> str:
    """A signal that holds and was not set aside: its present spell, that is, and until a day to come."""
    rule = RULES[code]
    slept = f"to_jsonb({rule.since}) = snoozed -> '{code.value}'"
    return f"({_holds(rule)} AND (snoozed IS NULL OR ({slept}) IS NOT TRUE))"


_ANY_SIGNAL = " OR ".join(_asks(code) for code in RULES)
_DAY_NUMBER = "- DATE '2000-01-01'"
_SEEN_NUMBER = f"COALESCE(seen_or_enrolled_on {_DAY_NUMBER}, {_NEVER_SEEN})"

# The place of the worst signal, since when, and when the client was seen.
_NEED = "CASE {} ELSE ARRAY[{}, 0, {}] END".format(
    " ".join(
        f"WHEN {_asks(code)} THEN ARRAY[{place}, {rule.since} {_DAY_NUMBER}, {_SEEN_NUMBER}]"
        for place, (code, rule) in enumerate(RULES.items())
    ),
    len(RULES),
    _SEEN_NUMBER,
)
_STAGE = f"""CASE
    WHEN died_on IS NOT NULL THEN '' WHEN has_job THEN '{Stage.BETAALDE_BAAN.value}'
    ELSE COALESCE(open_stage, '')
END"""
_SIGNALS = "jsonb_strip_nulls(jsonb_build_object({}))".format(
    ", ".join(
        f"'{code.value}', CASE WHEN {_holds(rule)} THEN jsonb_build_array({rule.since}, {rule.about_day},"
        f" {rule.never}, {rule.subject}, CASE WHEN NOT {_asks(code)} THEN {snoozed_by(code)} END) END"
        for code, rule in RULES.items()
    )
)
_CODES = "array_remove(ARRAY[{}], NULL)".format(
    ", ".join(f"CASE WHEN {_asks(code)} THEN '{code.value}' END" for code in RULES)
)
# What runs on the day, for a line that names it.
_JOBS = f"""(
    SELECT COALESCE(jsonb_agg(jsonb_build_array(j.started_on, e.name) ORDER BY j.started_on, j.id), '[]')
    FROM trajectories_job j
        JOIN trajectories_trajectory t ON t.id = j.trajectory_id
        JOIN trajectories_employer e ON e.id = j.employer_id
    WHERE t.client_id = facts.client_id AND {COMPETITIVE}
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
    funder, {_SIGNALS}, {_JOBS}, {_OPEN_STAGES}, {_FOLLOWERS}, {_NEED}
)"""

_STANDING = f"""jsonb_build_array(
    {_STAGE}, to_jsonb({_CODES}), COALESCE(ips_enrolled_on, running_since), ips_enrolled_on,
    CASE WHEN running_since IS NOT NULL THEN seen_or_enrolled_on END,
    CASE WHEN NOT has_job AND ips_enrolled_on IS NOT NULL THEN GREATEST(ips_enrolled_on, worked_until) END
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
    beginning; of a follower the name and the role were read. `need` is the place by `need`.
    """

    last_contact_on: date | None
    last_seen_on: date | None
    first_employer_on: date | None
    running_since: date | None
    ips_enrolled_on: date | None
    support_ended_on: date | None
    funder: str
    signals: dict[str, list]
    jobs: list[RunningJob]
    open_stages: list[str]
    followers: list[User]
    need: list[int]


def lines_of(clients: list[int], day: date) -> dict[int, Line]:
    """The lines of the clients with these keys, in one statement."""
    found = Client.objects.filter(pk__in=clients).order_by()
    people: dict[int, User] = {}
    return {key: _line(said, people) for key, said in found.values_list("pk", _said(_LINE, day, JSONField()))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What counts and lists of a whole team look at of one client. Days without a value are never.

    `unseen_since` is the last meeting, else the enrolment, while support runs; `looks_since` the enrolment
    for IPS of those without a regular job, or the last day of the one that they had since. `signals` are
    those that were not set aside.
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
    """The order of who needs me first: the worst signal, the oldest of those, then not seen for longest."""
    return _said(_NEED, day, ArrayField(IntegerField()))


def stage(day: date) -> Func:
    """The stage at which each client is on `day`, as `position` says; empty for none."""
    return _said(_STAGE, day, TextField())


def funder(day: date) -> Func:
    """Who pays for the IPS trajectory that runs; empty when unknown or without one."""
    return _said("funder", day, TextField())


def has_signal(day: date, code: str | None = None) -> Func:
    """Whether the signal with this code asks for attention to each client; without a code: any."""
    return _said(_asks(SignalCode(code)) if code else _ANY_SIGNAL, day, BooleanField())


def _said(said: str, day: date, output_field: Field) -> Func:
    """What PostgreSQL says of each client of a query on `day`, by the names of the facts."""
    return Func(
        "pk",
        "died_on",
        "team_id",
        Value(day),
        Value(timezone.get_current_timezone_name()),
        template=f"(SELECT {said} FROM ({FACTS}) AS facts)",  # noqa: S608  # of constants
        output_field=output_field,
    )


def _line(said: list, people: dict[int, User]) -> Line:
    """`people` are the followers of the lines before; each is made once."""
    days, paid_by, signals, jobs, stages, followers, need_of_client = said
    contact, seen, employer, since, ips, ended = map(_day, days)
    return Line(
        last_contact_on=contact,
        last_seen_on=seen,
        first_employer_on=employer,
        running_since=since,
        ips_enrolled_on=ips,
        support_ended_on=ended,
        funder=paid_by,
        signals=signals,
        jobs=[RunningJob(date.fromisoformat(first), name) for first, name in jobs],
        open_stages=stages,
        followers=[people.setdefault(one[0], User.from_db(None, FOLLOWER_COLUMNS, one)) for one in followers],
        need=need_of_client,
    )


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None
