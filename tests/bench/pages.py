"""What the benchmark asks for: pages as the demo people open them, and the figures themselves."""

from collections.abc import Callable
from uuid import uuid4

from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client
from reports.models import MonitoringRun
from staff.models import User
from tests.bench.timing import EMPTY
from trajectories.models import ContactKind, Location


def asked_pages() -> dict[str, Callable[[], None]]:
    """Name and a call that gets one answer. The people are those of `seed_demo`."""
    worker, lead = _signed_in("trajectbegeleider"), _signed_in("teamleider")
    caseload = reverse("trajectories:caseload_list")
    client = _fullest_file(User.objects.get(username="trajectbegeleider"))
    pages = {
        EMPTY: _page(worker, reverse("trajectories:search")),
        "caseload, nobody on it": _page(worker, f"{caseload}?stage=none&funder=geen&attention=no_employer"),
        "caseload, own": _page(worker, f"{caseload}?scope=mine"),
        "caseload, team": _page(worker, f"{caseload}?scope=team"),
        "caseload, team, ended": _page(worker, f"{caseload}?scope=team&state=ended"),
        "caseload, team, by name": _page(worker, f"{caseload}?scope=team&order=name"),
        "contact form": _page(worker, reverse("trajectories:contact_write")),
        "employers": _page(worker, reverse("trajectories:employer_list")),
        "search by name": _page(worker, f"{reverse('trajectories:search')}?q=jansen"),
        "team dashboard": _page(lead, reverse("reports:team_dashboard")),
        "runs": _page(lead, reverse("reports:run_list")),
    }
    for tab in ("overview", "journey", "contacts", "work"):
        url = reverse(f"trajectories:client_{tab}", args=[client.public_id])
        pages[f"client file, {tab}"] = _page(worker, url)
    run = MonitoringRun.objects.filter(state="done").first()
    if run is not None:
        pages["stored run"] = _page(lead, reverse("reports:run_detail", args=[run.public_id]))
    return pages


def saved_contact() -> dict[str, Callable[[], None]]:
    """A contact that is saved; it stays in the database, so only an organisation for measuring gets it."""
    worker = _signed_in("trajectbegeleider")
    client = _fullest_file(User.objects.get(username="trajectbegeleider"))

    def save() -> None:
        typed = {
            "form_number": uuid4(), "client": client.public_id, "kind": ContactKind.WERK,
            "location": Location.ELDERS, "minutes": "30", "face_to_face": "yes", "note": "Over werk.",
            "occurred_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
        }  # fmt: skip
        response = worker.post(reverse("trajectories:contact_write"), typed)
        assert response.status_code == 302, f"saving answers {response.status_code}"

    return {"saving a contact": save}


def _signed_in(username: str) -> Browser:
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(User.objects.get(username=username))
    return browser


def _page(browser: Browser, url: str) -> Callable[[], None]:
    def ask() -> None:
        response = browser.get(url)
        assert response.status_code == 200, f"{url} answers {response.status_code}"

    return ask


def _fullest_file(user: User) -> Client:
    """The client of this caseload with most contacts: the heaviest file there is."""
    clients = Client.objects.on_caseload_of(user)
    return max(clients, key=lambda client: client.contacts.count())
