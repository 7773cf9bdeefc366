"""The requests to let somebody see more, as the second person finds them."""

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q

from staff.models import AccessChange, Team, TeamMembership, User
from staff.models.access_change import AccessChangeQuerySet
from staff.permissions import Ability, has_ability, roles_with


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


def count_waiting(user: User) -> int:
    """How many requests wait for `user` as the second person."""
    return access_changes_for(user).open().exclude(asked_by=user).count()


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
