"""What an administrator asks on the pages, by every route, and what a second person says of it."""

from contextlib import suppress
from datetime import timedelta

from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client
from ipsplatform.common.errors import RuleError
from staff.asking import services as asking
from staff.confirming import services
from staff.models import AccessChange, Role, TeamMembership, User
from staff.permissions import Ability, roles_with
from tests.factories import TeamFactory, TeamMembershipFactory, UserFactory

PASSWORD = "een lange zin die ik onthoud"
OWN = "een heel andere zin daarna"
WHY = "Noor begint maandag in dit team."
NO_MEMBERSHIPS = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
OPENING_ROLES = sorted(set(roles_with(Ability.READ_TEAM_CLIENTS)))


def person_page(desk: Browser, user: User, rows: dict | None = None, **differences):
    names = ["username", "first_name", "name_prefix", "last_name", "staff_number", "email", "role"]
    facts = {name: getattr(user, name) or "" for name in names} | {"why": WHY}
    facts |= {"is_active": "on"} if user.is_active else {}
    facts |= NO_MEMBERSHIPS | (rows or {}) | differences
    url = reverse("admin:staff_user_change", args=[user.pk])
    return desk.post(url, {name: value for name, value in facts.items() if value is not None})


def new_row(team, **facts) -> dict:
    values = {"team": team.pk, "started_on": "2020-01-01"} | facts
    return {f"memberships-0-{name}": value for name, value in values.items()} | {"memberships-TOTAL_FORMS": 1}


def known_row(membership: TeamMembership, **facts) -> dict:
    values = {
        "id": membership.pk,
        "user": membership.user_id,
        "team": membership.team_id,
        "fte": "1",
        "started_on": membership.started_on,
        "ended_on": membership.ended_on or "",
    }
    rows = {f"memberships-0-{name}": value for name, value in (values | facts).items()}
    return rows | {"memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 1}


def judge(user: User, change: AccessChange, verdict: str = "confirmed", note: str = ""):
    desk = Browser()
    desk.force_login(user)
    url = reverse("staff:access_change_detail", args=[change.public_id])
    return desk.post(url, {"verdict": verdict, "note": note})


def make_new(desk, team, secret, role) -> User:
    facts = {"username": "nieuw", "last_name": "Vries", "email": "noor@example.org", "role": role, "why": WHY}
    desk.post(reverse("admin:staff_user_add"), facts | new_row(team) | {
        "memberships-INITIAL_FORMS": 0, "password": PASSWORD,
    })  # fmt: skip
    return User.objects.get(username="nieuw")


def change_role(desk, team, secret, role) -> User:
    user = UserFactory(monitor=True, team=team)
    person_page(desk, user, role=role)
    return user


def reopen(desk, team, secret, role) -> User:
    user = UserFactory(role=role, team=team, is_active=False)
    person_page(desk, user, is_active="on")
    return user


def reopen_under_another_role(desk, team, secret, role) -> User:
    """In two steps: the role of a closed account first."""
    user = UserFactory(monitor=True, team=team, is_active=False)
    person_page(desk, user, role=role)
    user.refresh_from_db()
    person_page(desk, user, is_active="on")
    return user


def join(desk, team, secret, role) -> User:
    user = UserFactory(role=role, team=TeamFactory())
    rows = new_row(team)
    person_page(desk, user, rows)
    return user


def move(desk, team, secret, role) -> User:
    membership = TeamMembershipFactory(user__role=role)
    person_page(desk, membership.user, known_row(membership, team=team.pk))
    return membership.user


def stay_longer(desk, team, secret, role) -> User:
    membership = TeamMembershipFactory(user__role=role, team=team, ended_on="2021-01-01")
    person_page(desk, membership.user, known_row(membership, ended_on=""))
    return membership.user


def start_earlier(desk, team, secret, role) -> User:
    ahead = timezone.localdate() + timedelta(days=30)
    membership = TeamMembershipFactory(user__role=role, team=team, started_on=ahead)
    person_page(desk, membership.user, known_row(membership, started_on="2020-01-01"))
    return membership.user


ROUTES = {
    route.__name__: route
    for route in (
        make_new, change_role, reopen, reopen_under_another_role, join, move, stay_longer, start_earlier,
    )
}  # fmt: skip


def sees(user: User, client: Client) -> bool:
    user = User.objects.get(pk=user.pk)
    return Client.objects.visible_to(user).filter(pk=client.pk).exists() and user.is_active


def confirm_all(by: User) -> None:
    """Each request; one that was asked before another was confirmed may have to be asked again."""
    for change in AccessChange.objects.open().order_by("pk"):
        with suppress(RuleError):
            services.confirm_access_change(change=change, by=by)


def ask(administrator: User, person: User, **facts) -> AccessChange:
    return asking.ask_for_access(
        person=person, facts=facts or {"role": Role.TEAMLEIDER}, memberships=[], reason=WHY, by=administrator
    )
