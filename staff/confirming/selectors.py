"""The requests to let somebody see more, as the second person finds them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db.models import BooleanField, Exists, F, Func, Min, OuterRef, Q
from django.utils import timezone

from staff.asking.selectors import IDENTITY
from staff.models import AccessChange, AuditEvent, StaffAction, Team, TeamMembership, User
from staff.models.access_change import AccessChangeQuerySet
from staff.permissions import Ability, has_ability, roles_with

RECENT = timedelta(days=30)  # older changes of an account have had time to be noticed
PASSWORD_GIVEN = {StaffAction.PASSWORD_SET, StaffAction.PASSWORD_CHOSEN}
# What changes by whom somebody is taken for, or how somebody signs in.
WAYS_IN = {
    *PASSWORD_GIVEN, StaffAction.PASSWORD_REMOVED, StaffAction.FACTOR_ADDED, StaffAction.FACTOR_REMOVED,
    StaffAction.FACTORS_FORGOTTEN, StaffAction.CODES_MADE, StaffAction.IDENTITY_LINKED,
    StaffAction.IDENTITY_UNLINKED, StaffAction.IDENTITIES_FORGOTTEN,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Account:
    """How an account began, since when somebody can sign in with it, and what changed of it lately.

    `made` is its line in the log of changes, None where there is none. `changes` are the lines of the last
    30 days about the name, number, address, password and second factor, the latest first.
    """

    made: AuditEvent | None
    is_password_typed: bool
    password_since: datetime | None
    factor_since: datetime | None
    changes: list[AuditEvent]


class IsAmong(Func):
    """PostgreSQL's `value = ANY(array)`."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def access_changes_for(user: User) -> AccessChangeQuerySet:
    """Requests that `user` may see: administrators all, team leads those about their own teams.

    About a team are requests for a membership of it; for several teams, the lead leads all of them. A
    request for none is about the teams in which the person works today. What has no other team lead at all is
    there for every team lead. One about oneself is there only for the one who asked it.
    """
    if not has_ability(user, Ability.CONFIRM_ACCESS):
        return AccessChange.objects.none()
    others = ~Q(person=user)
    if not has_ability(user, Ability.ADMINISTER):
        others &= _led_wholly_by(user) | ~_led_by()
    return AccessChange.objects.filter(others | Q(asked_by=user))


def judges_of(change: AccessChange) -> list[User]:
    """The people who can be the second person for `change`."""
    roles = roles_with(Ability.CONFIRM_ACCESS)
    people = (
        User.objects.active().filter(role__in=roles).exclude(pk__in=[change.person_id, change.asked_by_id])
    )
    return [one for one in people if access_changes_for(one).filter(pk=change.pk).exists()]


def teams_today(person: User) -> list[str]:
    """The names of the teams in which somebody works today."""
    memberships = TeamMembership.objects.current().filter(user=person).select_related("team")
    return [membership.team.name for membership in memberships.order_by("team__name", "pk")]


def account_of(person: User) -> Account:
    """What the second person can't ask the person, for whoever made the account may answer (ADR 35)."""
    lines = list(
        AuditEvent.objects.filter(
            target_type=User._meta.label_lower,
            target_id=person.public_id,
            action__in=[StaffAction.CREATED, StaffAction.CORRECTED, *WAYS_IN],
        ).select_related("by")
    )
    made = next((line for line in lines if line.action == StaffAction.CREATED), None)
    given = [line.at for line in lines if line.action in PASSWORD_GIVEN]
    factors = Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return Account(
        made=made,
        is_password_typed=_began_with_a_typed_password(person),
        password_since=max(given, default=person.created_at) if person.has_usable_password() else None,
        factor_since=factors.aggregate(first=Min("created_at"))["first"],
        changes=[line for line in lines if line.at >= timezone.now() - RECENT and _is_of_identity(line)],
    )


def count_waiting(user: User) -> int:
    """How many requests wait for `user` as the second person."""
    return access_changes_for(user).open().exclude(asked_by=user).count()


def _began_with_a_typed_password(person: User) -> bool:
    """Whether who made the account typed its password: the state before its first change, or of now.

    The database keeps it by itself. The flag in the row goes when another password is chosen, by whomever.
    """
    changed = apps.get_model("staff", "UserHistory").objects.filter(pgh_obj_id=person.pk)
    return (changed.order_by("pgh_id").first() or person).must_change_password


def _is_of_identity(line: AuditEvent) -> bool:
    return line.action in WAYS_IN or bool(line.changes.keys() & set(IDENTITY))


def _led_wholly_by(user: User) -> Q:
    """Requests about teams of which `user` is a lead, all of them where they are asked."""
    led = TeamMembership.objects.current().filter(
        user=user, user__role__in=roles_with(Ability.LEAD_TEAM), user__is_active=True
    )
    asked = Team.objects.filter(IsAmong(F("public_id"), OuterRef("teams")))
    of_others = asked.exclude(pk__in=led.order_by().values("team"))
    return _led_by(user=user.pk) & (Q(teams=[]) | ~Q(Exists(of_others)))


def _led_by(**lead: object) -> Q:
    """Requests about a team with a lead who is not the person; with `lead` given, with that lead."""
    leads = (
        TeamMembership.objects.current()
        .filter(user__role__in=roles_with(Ability.LEAD_TEAM), user__is_active=True, **lead)
        .exclude(user=OuterRef("person"))
    )
    works_in = TeamMembership.objects.current().filter(user=OuterRef(OuterRef("person")))
    of_asked = leads.filter(IsAmong(F("team__public_id"), OuterRef("teams")))
    of_person = leads.filter(team__in=works_in.order_by().values("team"))
    return (~Q(teams=[]) & Q(Exists(of_asked))) | (Q(teams=[]) & Q(Exists(of_person)))
