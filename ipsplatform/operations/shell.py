"""What the shell around every page shows."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from clients.emergency.selectors import running_access
from clients.models import EmergencyAccess
from clients.permissions import can_open_retention
from ipsplatform.accounts.session_limits import seconds_until_the_end
from ipsplatform.common.access import notes_of
from ipsplatform.operations.access_subject import FILE
from staff.models import Organisation, User
from staff.permissions import (
    can_confirm_access,
    can_open_files,
    can_open_in_emergency,
    can_read_figures,
    can_review_access,
    can_use_admin,
)
from trajectories.case_import.selectors.asked import has_rows_that_do_not_fit

PLACES_ON_A_PHONE = 3  # in the bar, beside the contact and what is behind "more"


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    url: str
    icon: str
    is_current: bool


def shell(request: HttpRequest) -> dict:
    """Navigation by role; made only when a template asks for it."""
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request: HttpRequest) -> dict[str, object]:
    asks = getattr(request, "user", None)
    user = asks if isinstance(asks, User) else None
    opens_files = user is not None and can_open_files(user)
    return {
        "nav": (nav := _nav(request, user) if user else []),
        "more": nav[PLACES_ON_A_PHONE:] if opens_files else [],
        "contact_url": _contact_url(request) if opens_files else None,
        "search_url": reverse("trajectories:search") if opens_files else None,
        "person_name": str(user) if user else "",
        "role_label": user.get_role_display() if user else "",
        "is_demo": getattr(settings, "DEMO", False),
        "language_url": reverse("set_language"),
        "security_url": reverse("mfa_index"),
        "retention_url": _url_if(user and can_open_retention(user), "trajectories:retention_list"),
        "digest_url": reverse("trajectories:signal_digest") if opens_files else None,
        "session_idle_seconds": settings.SESSION_IDLE_SECONDS,
        "session_seconds_left": seconds_until_the_end(request) if user else 0,
        "home_url": reverse("home"),
        "emergency_url": _url_if(user and can_open_in_emergency(user), "clients:emergency_start"),
        "reviews_url": _url_if(user and can_review_access(user), "clients:review_list"),
        "access_changes_url": _url_if(user and can_confirm_access(user), "staff:access_change_list"),
        "import_rows_url": SimpleLazyObject(lambda: _import_rows_url(user)),  # asked by the caseload alone
        "emergency": _emergency(request, user) if user and opens_files else None,
        "organisation": SimpleLazyObject(Organisation.objects.first),  # asked where a template names it
    }


def _import_rows_url(user: User | None) -> str:
    """Where the rows of imports are that do not fit; empty without any."""
    has_some = user is not None and has_rows_that_do_not_fit(user)
    return reverse("trajectories:import_row_list") if has_some else ""


def _url_if(allowed: object, name: str) -> str | None:
    return reverse(name) if allowed else None


def _emergency(request: HttpRequest, user: User) -> EmergencyAccess | None:
    """The emergency access with which this file is open, on every page that is about one client."""
    client_id = _client_of_the_page(request)
    return running_access(user=user, client_id=client_id) if client_id else None


def _client_of_the_page(request: HttpRequest) -> UUID | None:
    noted = notes_of(request).client
    match = request.resolver_match
    if noted is None and match is not None and match.route.startswith(FILE):
        return match.kwargs["public_id"]
    return noted


def _contact_url(request: HttpRequest) -> str:
    """Where a contact is written; from a client's file with that client filled in."""
    url = reverse("trajectories:contact_write")
    match = request.resolver_match
    if match is not None and match.route.startswith(FILE):
        return f"{url}?client={match.kwargs['public_id']}"
    return url


def _nav(request: HttpRequest, user: User) -> list[NavItem]:
    places = []
    if can_open_files(user):
        places.append((_("Caseload"), reverse("trajectories:caseload_list"), "people"))
        places.append((_("Agenda"), reverse("trajectories:agenda"), "calendar-week"))
        places.append((_("Employers"), reverse("trajectories:employer_list"), "building"))
        places.append((_("Team"), reverse("reports:team_dashboard"), "diagram-3"))
    if can_read_figures(user):
        places.append((_("Figures"), reverse("reports:run_list"), "bar-chart"))
    if can_open_files(user):
        places.append((_("Search"), reverse("trajectories:search"), "search"))
    if can_use_admin(user):
        places.append((_("Administration"), reverse("admin:index"), "gear"))
    return [NavItem(label, url, icon, request.path.startswith(url)) for label, url, icon in places]
