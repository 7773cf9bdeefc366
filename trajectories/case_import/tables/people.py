"""clients.csv and assignments.csv: who is supported, and by whom."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _

from clients.following.selectors import last_days_in_teams
from clients.models import PRIMARY_ROLE, Assignment, AssignmentAction, Client, ClientAction
from clients.people.facts import first_facts, refuse_birth_after
from clients.people.given_numbers import (
    numbers_that_cannot_be_given,
    refuse_look_alikes,
    refuse_service_number,
)
from ipsplatform.common.errors import RuleError
from ipsplatform.common.periods import refuse_future
from ipsplatform.common.plausible import doubt_about_birth
from staff.audit import services as audit
from staff.models import CASEWORK_ROLES, Team, User
from trajectories.case_import.tables.cells import code, day, partial_date
from trajectories.case_import.tables.endings import clients_without_support
from trajectories.case_import.tables.fields import email_of, text_of
from trajectories.case_import.tables.problems import Problem
from trajectories.case_import.tables.reading import Column, Reference, Row
from trajectories.case_import.tables.rules import DoesNotFitError, OpenBook, PeriodBook, refuse_wrong_period
from trajectories.case_import.tables.table import CaseTable, Step
from trajectories.case_import.tables.writing import Change


class ClientsTable(CaseTable[Client]):
    name = "clients.csv"
    model = Client
    key = ("client_number",)
    is_referred_to = True
    references = (Reference("team_code", "teams.csv", "team", Team, "code", ("public_id",)),)
    columns = (
        Column("client_number", text_of(Client, "client_number"), "client_number", compulsory=True),
        Column("first_name", text_of(Client, "first_name"), "first_name"),
        Column("name_prefix", text_of(Client, "name_prefix"), "name_prefix"),
        Column("last_name", text_of(Client, "last_name"), "last_name", compulsory=True),
        Column("birth_name", text_of(Client, "birth_name"), "birth_name"),
        Column("birth_date", partial_date, "birth_date", empty=None),
        Column("team_code", text_of(Team, "code")),
        Column("municipality", text_of(Client, "municipality"), "municipality"),
        Column("phone", text_of(Client, "phone"), "phone"),
        Column("email", email_of(Client, "email"), "email"),
    )

    asked_when: ClassVar = {"birth_date": doubt_about_birth}

    def prepare(self, rows: list[Row]) -> None:
        self._refused = numbers_that_cannot_be_given(row.values["client_number"] for row in rows)
        told = {row.values["client_number"]: row.values.get("birth_date") for row in rows}
        moved = [pk for pk, (number, birth) in self._births.items() if told.get(number) not in (None, birth)]
        self._first_facts = first_facts(moved) if moved else {}

    def existing(self, rows: list[Row]) -> dict[tuple, Client]:
        """Also keep what is known of the days of birth: see `complete`."""
        found = super().existing(rows)
        self._births = {one.pk: (one.client_number, one.birth) for one in found.values()}
        return found

    def complete(self, instance: Client, row: Row) -> None:
        """A date of birth that a file knows in part takes nothing away from one that fits and says more."""
        recorded, written = self._births.get(instance.pk, ("", None))[1], row.values.get("birth_date")
        if recorded is not None and written is not None and written.holds(recorded):
            instance.birth_date, instance.birth_precision = recorded.earliest, recorded.precision

    def check_alone(self, instance: Client) -> None:
        refuse_future(instance.birth_date, field="birth_date")

    def check(self, instance: Client, row: Row) -> None:  # noqa: ARG002
        if instance.pk is None:
            refuse_look_alikes(instance.client_number)
            refuse_service_number(instance.client_number)
        if instance.pk in self._first_facts:
            try:
                refuse_birth_after(self._first_facts[instance.pk], instance.birth)
            except RuleError as error:
                raise DoesNotFitError(str(error), field="birth_date") from error
        if instance.pk is None and instance.client_number in self._refused:
            raise RuleError(
                _("This client number can't be used. A client who comes back gets a new number."),
                field="client_number",
            )

    def shows_more(self, instance: Client, before: dict[str, Any] | None) -> Problem | None:
        """Another team: it reads the files of its clients, and team leads those of clients without one.

        The administrator reads this: their own list of clients names the team of each.
        """
        if before is None or before.get("team_id", instance.team_id) == instance.team_id:
            return None
        return Problem(
            "team_code",
            _(
                "This client is recorded here already, in another team or without one. Whoever follows the "
                "client, or the team lead, changes that on the page of the client."
            ),
        )

    def after_write(self, changes: list[Change]) -> None:
        """A line for each new client, and for each who goes to another team."""
        moved = [change for change in changes if "team" in change.fields and not change.is_new]
        left = Team.objects.in_bulk([team for change in moved if (team := change.before["team_id"])])
        lines = [audit.Line(ClientAction.REGISTERED, change.instance) for change in changes if change.is_new]
        for change in moved:
            before = Client(team=left.get(change.before["team_id"]))
            told = audit.differences(before, team=change.row.found.get("team"))
            lines.append(audit.Line(ClientAction.CORRECTED, change.instance, told))
        self.so_far.record(lines)

    def note_made(self, change: Change) -> None:
        """Also: about a new client nothing was recorded, so a reason can tell nothing of that."""
        super().note_made(change)
        self.so_far.new_clients.add(change.instance.pk)


class AssignmentsTable(CaseTable[Assignment]):
    """Who follows whom. A trajectbegeleider from a file is the fixed person of the client."""

    name = "assignments.csv"
    model = Assignment
    key = ("client_number", "staff_number", "role", "started_on")
    steps = (Step.CLOSING, Step.OPENING, Step.NEW)
    together = ("ended_on",)
    references = (
        Reference(
            "client_number",
            "clients.csv",
            "client",
            Client,
            "client_number",
            ("public_id", "team", "died_on"),
        ),
        Reference("staff_number", "staff.csv", "user", User, "staff_number", ("role",)),
    )
    columns = (
        Column("client_number", text_of(Client, "client_number"), compulsory=True),
        Column("staff_number", text_of(User, "staff_number"), compulsory=True),
        Column("role", code(CASEWORK_ROLES), "role", compulsory=True),
        Column("started_on", day, "started_on", compulsory=True),
        Column("ended_on", day, "ended_on", empty=None),
    )

    def row_key(self, row: Row) -> tuple:
        return (row.found["client"].pk, row.found["user"].pk, row.values["role"], row.values["started_on"])

    def existing(self, rows: list[Row]) -> dict[tuple, Assignment]:
        clients = {row.found["client"].pk for row in rows}
        self._around = list(Assignment.objects.filter(client__in=clients))
        self._ended = {one.pk: one.ended_on for one in self._around}
        return {(one.client_id, one.user_id, one.role, one.started_on): one for one in self._around}

    def prepare(self, rows: list[Row]) -> None:
        self._last_days = last_days_in_teams({row.found["user"].pk for row in rows})
        ended = {one.client_id for one in self._around if one.ended_on}
        self._without_support = clients_without_support(ended)
        self._book = PeriodBook()
        for one in self._around:
            group = (one.client_id, one.user_id, one.role)
            self._book.add(group, one.started_on, one.ended_on, is_recorded=one.pk not in self.made)
        self._open = OpenBook(
            (one.client_id, one.pk) for one in self._around if one.is_primary and one.ended_on is None
        )

    def complete(self, instance: Assignment, row: Row) -> None:
        """Also: it never outlives the team or the role, and what ended with the support is not opened again,
        whatever the file says (ADR 47).
        """
        if instance.pk is None:
            instance.is_primary = instance.role == PRIMARY_ROLE
        user, client = row.found["user"], row.found["client"]
        last_day = self._last_days.get((user.pk, client.team_id))
        outlives = last_day is not None and last_day >= instance.started_on
        goes_on = not client.died_on and client.pk not in self._without_support
        if not outlives and instance.role == user.role and goes_on:
            return
        recorded = self._ended.get(instance.pk) if instance.pk else last_day if outlives else None
        if recorded is not None and (instance.ended_on is None or instance.ended_on > recorded):
            instance.ended_on = recorded

    def check_alone(self, instance: Assignment) -> None:
        refuse_wrong_period(instance.started_on, instance.ended_on, start_field="started_on", facts=False)

    def check(self, instance: Assignment, row: Row) -> None:
        group = (instance.client_id, instance.user_id, instance.role)
        died_on = row.found["client"].died_on
        if instance.pk is None and died_on and (instance.ended_on is None or instance.ended_on > died_on):
            raise DoesNotFitError(_("This client has died."), field="ended_on")
        self._book.refuse_overlap(group, instance.started_on, instance.ended_on)
        if instance.is_primary and instance.ended_on is None:
            reason = _("This client already has a fixed trajectbegeleider. End that assignment first.")
            self._open.refuse_second(instance.client_id, instance.pk, reason, field="staff_number")
            self._open.add(instance.client_id, instance.pk)
        self._book.add(group, instance.started_on, instance.ended_on)

    def shows_more(self, instance: Assignment, before: dict[str, Any] | None) -> Problem | None:
        """Whatever changes in who follows a client whom this import did not make.

        Also an end: the next person is refused, and half a handover leaves a client alone. The reason is the
        same whatever is recorded, and only who may see the client reads it.
        """
        if instance.client_id in self.so_far.new_clients:
            return None
        if before is not None and before.get("ended_on", instance.ended_on) == instance.ended_on:
            return None
        return Problem(
            "staff_number",
            _(
                "This client is recorded here already. An upload does not change who follows the client: "
                "the team lead does, on the page of the client."
            ),
            is_compared=True,
            client=instance.client_id,
        )

    def after_write(self, changes: list[Change]) -> None:
        """A line for each assignment that was made or changed."""
        for change in changes:
            change.instance.client = change.row.found["client"]
        self.so_far.record([_line(change) for change in changes])


def _line(change: Change) -> audit.Line:
    assignment = change.instance
    if change.is_new:
        return audit.Line(AssignmentAction.ASSIGNED, assignment)
    told = audit.differences(Assignment(ended_on=change.before["ended_on"]), ended_on=assignment.ended_on)
    action = AssignmentAction.ENDED if assignment.ended_on else AssignmentAction.REOPENED
    return audit.Line(action, assignment, told)
