"""clients.csv and assignments.csv: who is supported, and by whom."""

from django.utils.translation import gettext as _

from clients.models import PRIMARY_ROLE, Assignment, Client
from clients.people.given_numbers import numbers_that_cannot_be_given, refuse_look_alikes
from ipsplatform.common.errors import RuleError
from ipsplatform.common.periods import refuse_future
from staff.models import CASEWORK_ROLES, Team, User
from trajectories.case_import.tables.cells import code, day
from trajectories.case_import.tables.fields import email_of, text_of
from trajectories.case_import.tables.reading import Column, Row
from trajectories.case_import.tables.rules import OpenBook, PeriodBook, refuse_wrong_period
from trajectories.case_import.tables.table import CaseTable, Reference, Step
from trajectories.case_import.tables.writing import Change


class ClientsTable(CaseTable[Client]):
    name = "clients.csv"
    model = Client
    key = ("client_number",)
    is_referred_to = True
    references = (Reference("team_code", "teams.csv", "team", Team, "code"),)
    columns = (
        Column("client_number", text_of(Client, "client_number"), "client_number", compulsory=True),
        Column("first_name", text_of(Client, "first_name"), "first_name"),
        Column("name_prefix", text_of(Client, "name_prefix"), "name_prefix"),
        Column("last_name", text_of(Client, "last_name"), "last_name", compulsory=True),
        Column("birth_date", day, "birth_date", empty=None),
        Column("team_code", text_of(Team, "code")),
        Column("municipality", text_of(Client, "municipality"), "municipality"),
        Column("phone", text_of(Client, "phone"), "phone"),
        Column("email", email_of(Client, "email"), "email"),
    )

    def prepare(self, rows: list[Row]) -> None:
        self._refused = numbers_that_cannot_be_given(row.values["client_number"] for row in rows)

    def check(self, instance: Client, row: Row) -> None:  # noqa: ARG002
        refuse_future(instance.birth_date, field="birth_date")
        if instance.pk is None:
            refuse_look_alikes(instance.client_number)
        if instance.pk is None and instance.client_number in self._refused:
            raise RuleError(
                _("This client number can't be used. A client who comes back gets a new number."),
                field="client_number",
            )

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
        Reference("client_number", "clients.csv", "client", Client, "client_number"),
        Reference("staff_number", "staff.csv", "user", User, "staff_number"),
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
        return {(one.client_id, one.user_id, one.role, one.started_on): one for one in self._around}

    def prepare(self, rows: list[Row]) -> None:  # noqa: ARG002
        self._book = PeriodBook()
        for one in self._around:
            group = (one.client_id, one.user_id, one.role)
            self._book.add(group, one.started_on, one.ended_on, is_recorded=one.pk not in self.made)
        self._open = OpenBook(
            (one.client_id, one.pk) for one in self._around if one.is_primary and one.ended_on is None
        )

    def complete(self, instance: Assignment, row: Row) -> None:  # noqa: ARG002
        if instance.pk is None:
            instance.is_primary = instance.role == PRIMARY_ROLE

    def check(self, instance: Assignment, row: Row) -> None:  # noqa: ARG002
        group = (instance.client_id, instance.user_id, instance.role)
        refuse_wrong_period(instance.started_on, instance.ended_on, start_field="started_on", facts=False)
        self._book.refuse_overlap(group, instance.started_on, instance.ended_on)
        if instance.is_primary and instance.ended_on is None:
            reason = _("This client already has a fixed trajectbegeleider. End that assignment first.")
            self._open.refuse_second(instance.client_id, instance.pk, reason, field="staff_number")
            self._open.add(instance.client_id, instance.pk)
        self._book.add(group, instance.started_on, instance.ended_on)
