"""What an uploaded staff.csv can't decide by itself: whatever waits for a second person (ADR 35)."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from staff.asking.services import ask_for_access, membership_opens_more, waits_for_second_person
from staff.audit import services as audit
from staff.models import MembershipAction, StaffAction, TeamMembership, User
from trajectories.case_import.tables.report import Uploaded
from trajectories.case_import.tables.writing import Change

WATCHED = ("first_name", "name_prefix", "last_name", "email", "role")


class SecondPerson:
    """Asks the rule of the administration about every row of an upload.

    The command on the server has no `upload`: who may run it may write in the database. `people` are those
    who are known, by staff number, as they were before the file.
    """

    def __init__(self, upload: Uploaded | None, people: dict[str, User]) -> None:
        self._upload = upload
        self._people = people
        self._asked: dict[str, tuple[dict[str, object], list[TeamMembership]]] = {}

    def look_at(self, person: User, second: Change | None, before: TeamMembership | None) -> None:
        """Refuse what would let a known person see more; note what a new one has to be asked for.

        Raises RuleError for the row of a known person that waits, and for one's own row.
        """
        if self._upload is None:
            return
        opens = bool(second and second.asks_something and _opens(second.instance, before))
        known = self._people.get(str(person.staff_number))
        waits = waits_for_second_person(known, role=person.role, email=person.email)
        if known is not None and self._is_own(known) and _differs(known, person, second):
            raise RuleError(_("Nobody imports a row about themself. Ask another administrator."))
        if not waits and not opens:
            return
        if known is not None or self._upload.by is None:
            raise RuleError(
                _("This waits for a second person: change it at the person in the administration.")
            )
        person.is_active = not waits
        facts: dict[str, object] = {"is_active": True} if waits else {}
        in_other_rows = self._asked.get(str(person.staff_number), (facts, []))[1]
        memberships = [second.instance] if second and opens else []
        self._asked[str(person.staff_number)] = (facts, [*in_other_rows, *memberships])

    def holds_back(self, person: User, membership: TeamMembership) -> bool:
        """Whether this membership is asked for and not written."""
        return membership in self._asked.get(str(person.staff_number), ({}, []))[1]

    def ask(self, person: User, *, is_check: bool) -> bool:
        """One request for all that waits of a new person; whether something waits. A check asks nobody."""
        if self._upload is None or self._upload.by is None or str(person.staff_number) not in self._asked:
            return False
        facts, memberships = self._asked.pop(str(person.staff_number))
        if is_check:
            return True
        reason = _("Import of %(day)s") % {"day": date_format(self._upload.on)}
        ask_for_access(person=person, facts=facts, memberships=memberships, reason=reason, by=self._upload.by)
        return True

    def lines(self, change: Change, before: TeamMembership | None) -> list[audit.Line]:
        """What the log of changes tells: a line about the person, and one about the membership."""
        person, lines = change.instance, []
        if change.is_new:
            lines.append(audit.Line(StaffAction.CREATED, person))
        elif change.fields:
            facts = {name: getattr(person, name) for name in change.fields}
            told = audit.differences(self._people[str(person.staff_number)], **facts)
            lines.append(audit.Line(StaffAction.CORRECTED, person, told))
        second = change.second
        if second is None or not second.asks_something:
            return lines
        if before is None:
            lines.append(audit.Line(MembershipAction.JOINED, second.instance))
        else:
            facts = {name: getattr(second.instance, name) for name in second.fields}
            told = audit.differences(before, **facts)
            lines.append(audit.Line(MembershipAction.CORRECTED, second.instance, told))
        return lines

    def _is_own(self, known: User) -> bool:
        return self._upload is not None and self._upload.by is not None and known.pk == self._upload.by.pk


def _opens(after: TeamMembership, before: TeamMembership | None) -> bool:
    return membership_opens_more(after, before=before, today=timezone.localdate())


def _differs(known: User, person: User, second: Change | None) -> bool:
    if second is not None and second.asks_something:
        return True
    return any(getattr(known, name) != getattr(person, name) for name in WATCHED)
