"""What an administrator does at the pages, with the message that the next page tells."""

from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from staff.asking import services as asking
from staff.models import AccessChange, Role, TeamMembership, User

PASSWORD = "een lange zin die ik onthoud"


WHY = "Noor begint maandag in dit team."


FACTS = ["username", "first_name", "name_prefix", "last_name", "staff_number", "email", "role"]


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def page_of(change: AccessChange) -> str:
    return reverse("staff:access_change_detail", args=[change.public_id])


def judge(user: User, change: AccessChange, verdict: str = "confirmed", note: str = ""):
    return signed_in(user).post(page_of(change), {"verdict": verdict, "note": note}, follow=True)


def ask(by: User, person: User, memberships=(), **facts) -> AccessChange:
    return asking.ask_for_access(person=person, facts=facts, memberships=list(memberships), reason=WHY, by=by)


def new_membership(person: User, team) -> TeamMembership:
    return TeamMembership(user=person, team=team, started_on=timezone.localdate())


def save_person(desk: Browser, user: User, rows: dict | None = None, **differences):
    facts = {name: getattr(user, name) or "" for name in FACTS} | {"why": WHY, "is_active": "on"}
    facts |= {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0} | (rows or {}) | differences
    return desk.post(reverse("admin:staff_user_change", args=[user.pk]), facts, follow=True)


def add_person(desk: Browser, **differences):
    facts = {"username": "noor", "first_name": "Noor", "last_name": "Bakker", "email": "noor@example.org"}
    facts |= {"role": Role.TEAMLEIDER, "why": WHY, "memberships-INITIAL_FORMS": 0}
    facts |= {"memberships-TOTAL_FORMS": 0} | differences
    return desk.post(reverse("admin:staff_user_add"), facts, follow=True)


def new_row(team) -> dict:
    row = {"memberships-0-team": team.pk, "memberships-0-started_on": "2020-01-01"}
    return row | {"memberships-TOTAL_FORMS": 1}


def told(page) -> list[str]:
    form = getattr(page.context.get("adminform"), "form", None)  # a refusal stands on the form
    errors = [str(error) for of_field in form.errors.values() for error in of_field] if form else []
    return [*errors, *(str(message) for message in page.context["messages"])]
