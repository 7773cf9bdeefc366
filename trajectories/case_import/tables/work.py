"""jobs.csv and contacts.csv: paid work, and who spoke to whom."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from ipsplatform.common.errors import RuleError
from ipsplatform.common.form_fields import LONGEST_TEXT
from ipsplatform.common.periods import in_digits, refuse_end_before_start, refuse_future
from ipsplatform.common.plausible import doubt_about_hours, doubt_about_minutes
from staff.models import User
from trajectories.case_import.tables.cells import NOON, code, day, flag, moment, one_line, text
from trajectories.case_import.tables.fields import decimal_of, text_of, whole_of
from trajectories.case_import.tables.problems import Doubt, Problem
from trajectories.case_import.tables.reading import Column, Reference, Row
from trajectories.case_import.tables.rules import DoesNotFitError, does_not_fit, refuse_reason_without_end
from trajectories.case_import.tables.table import CaseTable
from trajectories.case_import.tables.writing import Change
from trajectories.contacts.services import CLOCK_TOLERANCE, refuse_outside_life
from trajectories.jobs.services import LOOKS_THE_SAME, refuse_far_ahead
from trajectories.models import (
    ABOUT_SEVERAL,
    COMPETITIVE_FLAGS,
    Contact,
    ContactKind,
    Contract,
    Employer,
    Job,
    JobEndReason,
    Location,
    Trajectory,
)

NAME_LENGTH = Employer._meta.get_field("name").max_length or 0
EMPLOYER_NAME = one_line(NAME_LENGTH)


WithEmployer = TypeVar("WithEmployer", Job, Contact)


class WithEmployerTable(CaseTable[WithEmployer]):
    """A file that names employers: known ones are found by name, others are created."""

    derived: ClassVar[tuple[str, ...]] = ("employer_id",)

    def make_named(self, rows: list[Row]) -> None:
        """Make the employers that are not known yet, also those of rows that will not fit.

        The administration lists employers, and numbers them: which are made may not tell which rows fitted.
        """
        names = dict.fromkeys(name for row in rows if (name := row.values.get("employer")))
        self._employers = known_employers(set(names))
        new: dict[str, str] = {}
        for name in names:
            if name.lower() not in self._employers:
                new.setdefault(name.lower(), name)
        if not new:
            return
        numbers = self.so_far.numbers.take(Employer, len(new))
        made = [Employer(pk=pk, name=name) for pk, name in zip(numbers, new.values(), strict=True)]
        # Somebody may make the same employer on a page at this moment: theirs is as good as ours.
        Employer.objects.bulk_create(made, ignore_conflicts=True)
        self._employers |= known_employers(set(new.values()))

    def emptied(self, row: Row, known: Any) -> list[str]:
        """Also: the employer of a contact."""
        emptied = super().emptied(row, known)
        if "employer" in row.blank and known.employer_id is not None:
            emptied.append("employer")
        return emptied

    def complete(self, instance: WithEmployer, row: Row) -> None:
        if "employer" not in row.values:
            return
        name = row.values["employer"]
        employer = self._employers[name.lower()] if name else None
        instance.employer = employer  # type: ignore[assignment]  # a contact may have none


def known_employers(names: set[str]) -> dict[str, Employer]:
    """Employers by name in small letters. The database may see other capitals than Python does."""
    if not names:
        return {}
    lower = {name.lower() for name in names}
    named = Employer.objects.annotate(lower=Lower("name")).filter(Q(lower__in=lower) | Q(name__in=names))
    # Of one name the last stands: the shared, without a place. A merged one is found as the other.
    order = (F("merged_into").asc(nulls_last=True), "is_shared", "-municipality", "-pk")
    found = named.select_related("merged_into").order_by(*order)
    return {one.name.lower(): one.merged_into or one for one in found}


class JobsTable(WithEmployerTable[Job]):
    asked_when: ClassVar = {"hours_per_week": doubt_about_hours}
    name = "jobs.csv"
    model = Job
    key = ("job_number",)
    derived = ("end_reason", "employer_id")
    together = ("ended_on", "end_reason")
    references = (
        Reference(
            "trajectory_number",
            "trajectories.csv",
            "trajectory",
            Trajectory,
            "trajectory_number",
            ("ended_on", "client"),
            stays=True,
        ),
    )
    columns = (
        Column("job_number", text_of(Job, "job_number"), "job_number", compulsory=True),
        Column("trajectory_number", text_of(Trajectory, "trajectory_number"), compulsory=True),
        Column("employer", EMPLOYER_NAME, compulsory=True),
        Column("occupation", text_of(Job, "occupation"), "occupation"),
        Column("started_on", day, "started_on", compulsory=True),
        Column("ended_on", day, "ended_on", empty=None),
        Column("hours_per_week", decimal_of(Job, "hours_per_week"), "hours_per_week", empty=None),
        Column("contract", code(Contract.values), "contract"),
        Column("open_to_anyone", flag, "open_to_anyone", empty=None),
        Column("regular_wage", flag, "regular_wage", empty=None),
        Column("regular_employer", flag, "regular_employer", empty=None),
        Column("end_reason", code(JobEndReason.values), "end_reason"),
    )

    def complete(self, instance: Job, row: Row) -> None:
        super().complete(instance, row)
        if instance.ended_on and not instance.end_reason:
            instance.end_reason = JobEndReason.ONBEKEND
        if instance.ended_on is None and "end_reason" not in row.values:
            instance.end_reason = ""

    def doubts(self, written: list[Change]) -> Iterable[tuple[Change, Doubt]]:
        """Whether it is another job than one at the same employer that began around that day."""
        asked = [one for one in written if one.is_new or {"employer", "started_on"} & {*one.fields}]
        alike = _that_look_alike([change.instance for change in asked])
        for change in (one for one in asked if one.instance.pk in alike):
            text = _("Another job at this employer began around the same day. Is it one job?")
            yield change, Doubt("employer", text)

    @classmethod
    def still_asks(cls, row: str) -> bool:
        """Until one of the two is corrected or withdrawn."""
        job = Job.objects.filter(job_number=row.removeprefix(f"{cls.name}: ")).first()
        return job is not None and bool(_that_look_alike([job]))

    def leaves_untold(self, row: Row) -> bool:
        """A job counts as paid with three times yes; one no is an answer as well."""
        told = [row.values.get(name) for name in COMPETITIVE_FLAGS]
        return None in told and False not in told

    def check_alone(self, instance: Job) -> None:
        refuse_far_ahead(instance.started_on)
        refuse_future(instance.ended_on, field="ended_on")
        refuse_end_before_start(started_on=instance.started_on, ended_on=instance.ended_on, field="ended_on")
        refuse_reason_without_end(instance.ended_on, instance.end_reason)

    def check(self, instance: Job, row: Row) -> None:
        trajectory = row.found["trajectory"]
        last_day = self.so_far.unwritten_end(trajectory.pk) or trajectory.ended_on
        if last_day is None or instance.started_on <= last_day:
            return
        if trajectory.pk not in self.so_far.told_ends:
            raise DoesNotFitError(_("This job starts after its trajectory ended."), field="started_on")
        reason = _("This job starts after its trajectory ended (%(day)s).") % {"day": in_digits(last_day)}
        raise DoesNotFitError(reason, field="started_on")


def _that_look_alike(jobs: list[Job]) -> set[int]:
    """Those beside which another one stands, at the same employer and from around the same day."""
    beside: dict[tuple[int, int], list[Job]] = defaultdict(list)
    for job in Job.objects.filter(trajectory__in={one.trajectory_id for one in jobs}):
        beside[job.trajectory_id, job.employer_id].append(job)
    return {
        one.pk
        for one in jobs
        for other in beside[one.trajectory_id, one.employer_id]
        if other.pk != one.pk and abs(other.started_on - one.started_on) <= LOOKS_THE_SAME
    }


class ContactsTable(WithEmployerTable[Contact]):
    asked_when: ClassVar = {"minutes": doubt_about_minutes}
    name = "contacts.csv"
    model = Contact
    key = ("contact_number",)
    derived = ("employer_id", "client_is_named")
    together = ("client_number", "employer")
    references = (
        Reference("staff_number", "staff.csv", "staff", User, "staff_number"),
        Reference(
            "client_number",
            "clients.csv",
            "client",
            Client,
            "client_number",
            ("birth_date", "died_on"),
            stays=True,
        ),
    )
    columns = (
        Column("contact_number", text_of(Contact, "contact_number"), "contact_number", compulsory=True),
        Column("staff_number", text_of(User, "staff_number")),
        Column("client_number", text_of(Client, "client_number")),
        Column("employer", EMPLOYER_NAME),
        Column("occurred_at", moment, "occurred_at", compulsory=True),
        Column("minutes", whole_of(Contact, "minutes"), "minutes", empty=None),
        Column("kind", code(ContactKind.values), "kind", compulsory=True),
        Column("face_to_face", flag, "face_to_face", empty=None),
        Column("hiring_manager", flag, "hiring_manager", empty=None),
        Column("location", code(Location.values), "location"),
        Column("note", text(LONGEST_TEXT), "note"),
    )

    def complete(self, instance: Contact, row: Row) -> None:
        """No column says whether the employer knew; in a contact of another kind nobody was named."""
        super().complete(instance, row)
        if instance.kind != ContactKind.WERKGEVER:
            instance.client_is_named = None

    def shows_more(self, instance: Contact, before: dict[str, Any] | None) -> Problem | None:
        """A contact that names no client is its author's: the note may be about several people."""
        if before is None or before.get("client_id", instance.client_id) is not None:
            return None
        if instance.client_id is None and before.get("staff_id", instance.staff_id) == instance.staff_id:
            return None
        return Problem(
            "staff_number" if instance.client_id is None else "client_number",
            _(
                "This contact is recorded without a client: only who wrote it sees it. An upload leaves that "
                "as it is."
            ),
            is_compared=True,
        )

    def leaves_untold(self, row: Row) -> bool:
        """Whether the two saw each other."""
        return row.values.get("face_to_face") is None

    def check_alone(self, instance: Contact) -> None:
        if _is_future(instance.occurred_at):
            raise RuleError(
                _("This date is in the future. A fact can be recorded from the day it happens."),
                field="occurred_at",
            )

    def check(self, instance: Contact, row: Row) -> None:
        if "client" in row.found or instance.client_id is None:
            day = timezone.localdate(instance.occurred_at)
            with does_not_fit():
                refuse_outside_life(client=row.found.get("client"), kind=instance.kind, day=day)
        about_nobody = instance.client_id is None and instance.employer_id is None
        if about_nobody and instance.kind not in ABOUT_SEVERAL:
            raise RuleError(
                _("This contact names neither a client nor an employer; only a group or consultation may."),
                field="client_number",
            )


def _is_future(occurred_at: datetime) -> bool:
    """Later than now, but for a contact of today of which only the day is known: that is stored as noon."""
    local = timezone.localtime(occurred_at)
    if local.date() == timezone.localdate() and local.time() == NOON:
        return False
    return occurred_at > timezone.now() + CLOCK_TOLERANCE
