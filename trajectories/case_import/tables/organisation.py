"""teams.csv and staff.csv: who works where."""

import re
from copy import copy
from datetime import date
from itertools import chain

from django.contrib.auth.hashers import make_password
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from staff.models import Role, Team, TeamKind, TeamMembership, User
from staff.models.user import plain_address
from staff.people.services import move_address
from trajectories.case_import.tables.cells import code, day, flag
from trajectories.case_import.tables.fields import decimal_of, email_of, label_in, text_of, whole_of
from trajectories.case_import.tables.reading import Column, Row
from trajectories.case_import.tables.rules import PeriodBook, refuse_wrong_period
from trajectories.case_import.tables.second_person import SecondPerson
from trajectories.case_import.tables.table import CaseTable, Reference
from trajectories.case_import.tables.writing import Change


def _staff_address(cell: str) -> str:
    return plain_address(email_of(User, "email")(plain_address(cell)))


class TeamsTable(CaseTable[Team]):
    name = "teams.csv"
    model = Team
    key = ("team_code",)
    is_referred_to = True
    columns = (
        Column("team_code", text_of(Team, "code"), "code", compulsory=True),
        Column("name", text_of(Team, "name"), "name", compulsory=True),
        Column("kind", code(TeamKind.values), "kind", compulsory=True),
        Column("inhabitants", whole_of(Team, "inhabitants"), "inhabitants", empty=None),
    )


class StaffTable(CaseTable[User]):
    """A member of staff and, with a team, the membership of that team."""

    name = "staff.csv"
    model = User
    key = ("staff_number",)
    is_referred_to = True
    references = (Reference("team_code", "teams.csv", "team", Team, "code", fills=False),)
    columns = (
        Column("staff_number", text_of(User, "staff_number"), "staff_number", compulsory=True),
        Column("first_name", text_of(User, "first_name"), "first_name"),
        Column("name_prefix", text_of(User, "name_prefix"), "name_prefix"),
        Column("last_name", text_of(User, "last_name"), "last_name", compulsory=True),
        Column("email", _staff_address, "email"),
        Column("role", code(Role.values), "role", compulsory=True),
        Column("team_code", text_of(Team, "code")),
        Column("fte", decimal_of(TeamMembership, "fte"), empty=None),
        Column("trainee", flag, empty=False),
        Column("started_on", day, empty=None),
        Column("ended_on", day, empty=None),
    )
    membership_fields = {"fte": "fte", "trainee": "is_trainee", "ended_on": "ended_on"}

    @classmethod
    def label_of(cls, column: str) -> str:
        """Of what a membership holds: in its words."""
        beside = {"team_code": "team", "started_on": "started_on", **cls.membership_fields}
        return label_in(TeamMembership, beside[column]) if column in beside else super().label_of(column)

    def prepare(self, rows: list[Row]) -> None:
        numbers = [row.values["staff_number"] for row in rows]
        people = {str(one.staff_number): one for one in User.objects.filter(staff_number__in=numbers)}
        self._addresses = {number: one.email for number, one in people.items()}
        self._second_person = SecondPerson(self.so_far.upload, people)
        self._prepare_memberships(numbers)
        self._note_other_memberships(rows)
        wanted = {_username(number) for number in numbers}
        taken = User.objects.annotate(lower=Lower("username")).filter(lower__in=wanted)
        self._taken_names = set(taken.values_list("lower", flat=True))

    def complete(self, instance: User, row: Row) -> None:
        if instance.pk is None:
            instance.username = self._free_username(row.values["staff_number"])
            instance.password = make_password(None)  # nobody signs in until an administrator sets one

    def check(self, instance: User, row: Row) -> None:
        """Also: what waits for a second person is not for an upload to decide."""
        self._check_membership(row)
        second, before = self._membership_change(row)
        self._seconds[row.line] = second, before
        self._second_person.look_at(instance, second, before)

    def _check_membership(self, row: Row) -> None:
        team = self._team(row)
        if team is None:
            return
        started_on = row.values.get("started_on")
        if started_on is None:
            raise RuleError(_("Somebody in a team needs a first day there (started_on)."), field="started_on")
        group = (row.values["staff_number"], team.pk)
        ended_on = self._ended_on(row, group, started_on)
        refuse_wrong_period(started_on, ended_on, start_field="started_on", facts=False)
        self._book.refuse_overlap(group, started_on, ended_on)

    def after_write(self, changes: list[Change]) -> None:
        lines = [self._second_person.lines(change, self._seconds[change.row.line][1]) for change in changes]
        self.so_far.record(chain.from_iterable(lines))
        for change in changes:
            user = change.instance
            if "email" in change.fields and not change.is_new:
                move_address(user=user, before=self._addresses[user.staff_number], by=None)
            waits = self._second_person.ask(user, is_check=self.so_far.is_check)
            self.so_far.tally.people_who_wait += waits

    def asks(self, change: Change) -> bool:
        second, _before = self._seconds[change.row.line]
        if second is not None and not self._second_person.holds_back(change.instance, second.instance):
            change.second = second
        change.link = "user"
        return super().asks(change)

    def _prepare_memberships(self, numbers: list[str]) -> None:
        self._book, self._memberships = PeriodBook(), {}
        self._seconds: dict[int, tuple[Change | None, TeamMembership | None]] = {}
        for one in TeamMembership.objects.filter(user__staff_number__in=numbers).select_related("user"):
            group = (str(one.user.staff_number), one.team_id)
            self._book.add(group, one.started_on, one.ended_on)
            self._memberships[*group, one.started_on] = one

    def _note_other_memberships(self, rows: list[Row]) -> None:
        named = {
            (row.values["staff_number"], team.pk, row.values.get("started_on"))
            for row in rows
            if (team := self._team(row))
        }
        for key, membership in self._memberships.items():
            if key not in named and membership.ended_on is None:
                self.so_far.tally.other_memberships.add(key[0])

    def _team(self, row: Row) -> Team | None:
        return row.found.get("team") if row.values.get("team_code") else None

    def _ended_on(self, row: Row, group: tuple, started_on: date) -> date | None:
        if "ended_on" in row.values or not self._book.taken(group, started_on):
            return row.values.get("ended_on")
        return self._book.end_of(group, started_on)

    def _membership_change(self, row: Row) -> tuple[Change | None, TeamMembership | None]:
        """What the row asks of a membership, and that membership as it is recorded."""
        team = self._team(row)
        if team is None:
            return None, None
        started_on = row.values["started_on"]
        known = self._memberships.get((row.values["staff_number"], team.pk, started_on))
        before = copy(known)
        membership = known or TeamMembership(team=team, started_on=started_on)
        changed = []
        for column, field_name in self.membership_fields.items():
            if column in row.values and getattr(membership, field_name) != row.values[column]:
                setattr(membership, field_name, row.values[column])
                changed.append(field_name)
        return Change(row=row, instance=membership, is_new=known is None, fields=tuple(changed)), before

    def _free_username(self, staff_number: str) -> str:
        base = name = _username(staff_number)
        attempt = 1
        while name in self._taken_names:
            attempt += 1
            name = f"{base}-{attempt}"
            if User.objects.filter(username__iexact=name).exists():
                self._taken_names.add(name)
        self._taken_names.add(name)
        return name


def _username(staff_number: str) -> str:
    """The staff number as a user name: small letters, other signs than those allowed become a dash."""
    return re.sub(r"[^\w.@+-]", "-", staff_number.lower())
