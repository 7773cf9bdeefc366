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
from trajectories.case_import.tables.cells import code, day, flag, shown
from trajectories.case_import.tables.fields import decimal_of, email_of, label_in, text_of, whole_of
from trajectories.case_import.tables.problems import Problem
from trajectories.case_import.tables.reading import Column, Reference, Row
from trajectories.case_import.tables.rules import PeriodBook, refuse_wrong_period
from trajectories.case_import.tables.second_person import SecondPerson
from trajectories.case_import.tables.table import CaseTable
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
    """A member of staff and, with a team, the membership of that team.

    Who is in two teams stands in two rows, which say the same of the person. They are right together: with
    one of them all are refused, so no file makes a person who is in half of their teams.
    """

    name = "staff.csv"
    model = User
    key = ("staff_number", "team_code", "started_on")
    at_once = 100_000  # all rows of one person together
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

    def row_key(self, row: Row) -> tuple:
        return (row.values["staff_number"],)

    def existing(self, rows: list[Row]) -> dict[tuple, User]:
        found = User.objects.filter(staff_number__in={row.values["staff_number"] for row in rows})
        return {(str(one.staff_number),): one for one in found}

    def prepare(self, rows: list[Row]) -> None:
        self._first_rows: dict[str, Row] = {}
        self._new: dict[str, Change] = {}
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
        if instance.pk is None and not instance.username:
            instance.username = self._free_username(row.values["staff_number"])
            instance.password = make_password(None)  # nobody signs in until an administrator sets one

    def check(self, instance: User, row: Row) -> None:
        """Also: what waits for a second person is not for an upload to decide."""
        self._refuse_another_person(row)
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
        self._book.add(group, started_on, ended_on)

    def _refuse_another_person(self, row: Row) -> None:
        """Raise RuleError when an earlier row with this number says something else of the person."""
        first = self._first_rows.setdefault(row.values["staff_number"], row)
        for name in ("first_name", "name_prefix", "last_name", "email", "role"):
            if first.values.get(name) != row.values.get(name):
                reason = _(
                    "Line %(line)s has the same number and says something else here. Two rows with one "
                    "number are one person in two teams: give them the same name, address and role."
                )
                raise RuleError(reason % {"line": first.line}, field=name)

    def _change(self, row: Row, existing: dict[tuple, User]) -> Change | None:
        """Also: a second row of a new person hangs on the first one."""
        change = super()._change(row, existing)
        if change is None:
            return None
        number = row.values["staff_number"]
        if change.is_new:
            self._new[number] = change
            existing[self.row_key(row)] = change.instance
        elif number in self._new:
            change.first = self._new[number]
        return change

    def together_right(self, changes: list[Change]) -> list[Change]:
        """Without the other rows of a person of whom one row was refused."""
        refused = self.so_far.refused_numbers.get("staff_number", {})
        right = []
        for change in changes:
            number = change.row.values["staff_number"]
            if number not in refused:
                right.append(change)
                continue
            reason = _("%(number)s was refused in %(file)s, line %(line)s.")
            values = {"number": shown(number), "file": self.name, "line": refused[number][0]}
            self.so_far.refuse(self, change.row, Problem("staff_number", reason % values, follows=True))
        return right

    def recorded(self, rows: list[Row]) -> list[tuple[Row, User]]:
        """Also: fetch the memberships of these people."""
        self._prepare_memberships([row.values["staff_number"] for row in rows])
        return super().recorded(rows)

    def emptied(self, row: Row, known: User) -> list[str]:
        """Also: of the membership that the row is about."""
        membership = self._known_membership(row)
        if membership is None:
            return super().emptied(row, known)
        fields = {name: own for name, own in self.membership_fields.items() if name in row.blank}
        left_out = [name for name, own in fields.items() if getattr(membership, own) not in (None, False)]
        return [*super().emptied(row, known), *left_out]

    def changed_columns(self, change: Change) -> list[str]:
        """Also: of the membership; a new one is a change of the team."""
        second = change.second
        if second is None:
            return super().changed_columns(change)
        columns = {own: name for name, own in self.membership_fields.items()}
        of_membership = ["team_code"] if second.is_new else [columns[name] for name in second.fields]
        return [*super().changed_columns(change), *of_membership]

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
        known = self._known_membership(row)
        before = copy(known)
        membership = known or TeamMembership(team=team, started_on=started_on)
        changed = []
        for column, field_name in self.membership_fields.items():
            if column in row.values and getattr(membership, field_name) != row.values[column]:
                setattr(membership, field_name, row.values[column])
                changed.append(field_name)
        return Change(row=row, instance=membership, is_new=known is None, fields=tuple(changed)), before

    def _known_membership(self, row: Row) -> TeamMembership | None:
        team, started_on = self._team(row), row.values.get("started_on")
        if team is None or started_on is None:
            return None
        return self._memberships.get((row.values["staff_number"], team.pk, started_on))

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
