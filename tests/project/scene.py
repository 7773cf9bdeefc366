"""Every address of the product, from the resolver, filled in with one full file and the rest."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from clients.emergency.services import start_emergency_access
from clients.models import Client, ClientAction, ClientExport, EmergencyAccess
from ipsplatform.operations.access_log import task_line, write_line
from reports.runs.services import store_run
from staff.asking.services import ask_to_forget_factors
from staff.audit import services as audit
from staff.models import AccessChange, GuessKind, SignInWarning, Team, User
from staff.organisation.services import name_organisation
from tests.factories import (
    AppointmentFactory,
    CertificateFactory,
    ConsentFactory,
    ContactFactory,
    DisclosureFactory,
    EmployerFactory,
    EmployerPersonFactory,
    JobFactory,
    LegalHoldFactory,
    OccurrenceFactory,
    ProposalFactory,
    RetentionTermFactory,
    SharingGroundFactory,
    SignalSnoozeFactory,
    StagePeriodFactory,
    TrajectoryFactory,
    UserFactory,
)
from tests.personas import World
from trajectories.client_data.selectors import key_of, texts_of
from trajectories.client_data.services import make_client_export
from trajectories.employers.services.merging import merge_employers
from trajectories.models import Appointment, Employer, EmployerMerge, ImportRun, ImportState, SignalCode

TODAY = date(2026, 3, 2)
NOBODYS = UUID("00000000-0000-4000-8000-000000000000")
QUARTER = {"period_from": date(2025, 10, 1), "period_to": date(2025, 12, 31)}


@dataclass(frozen=True)
class Address:
    """One URL pattern: its name with namespace, and its route as written in urls.py."""

    name: str
    route: str
    parameters: frozenset[str]


@dataclass(frozen=True)
class Scene:
    """What fills the addresses in: the noun at the head of a route tells which object is meant."""

    world: World
    objects: dict[str, models.Model]

    def url(self, address: Address) -> str:
        arguments = {}
        if "public_id" in address.parameters:
            arguments["public_id"] = self.objects[address.route.split("/<")[0]].public_id
        if "number" in address.parameters:  # of a form that one sent oneself: nobody sent this one
            arguments["number"] = NOBODYS
        if "pk" in address.parameters:  # of one's own account only: nobody has this one
            arguments["pk"] = 1
        if "uidb36" in address.parameters:  # a link that nobody was sent
            arguments |= {"uidb36": "1", "key": "nonsense"}
        if "code" in address.parameters:
            arguments["code"] = SignalCode.NOT_SEEN.value
        if "token" in address.parameters:  # an address for a calendar that nobody was given
            arguments["token"] = "nonsense"
        if "file_format" in address.parameters:
            arguments["file_format"] = "csv"
        return reverse(address.name, kwargs=arguments) + self._query(address)

    def admin_url(self, address: Address) -> str:
        """An address of the admin about a row that exists."""
        path = "/" + address.route
        for parameter, value in (
            ("<path:content_type_id>", ContentType.objects.get_for_model(Team).pk),
            ("<path:object_id>", self._admin_row(address)),
            ("<id>", self.world.people["owner"].pk),
        ):
            path = path.replace(parameter, str(value))
        return re.sub(r"\^?\(\?P<(\w+)>([^)|]*)[^)]*\)(/?)\$", _example, path)

    def _query(self, address: Address) -> str:
        if address.name != "reports:team_people":
            return ""
        first, last = QUARTER.values()
        team = self.world.team.public_id
        return f"?figure=flow.running&part=denominator&team={team}&from={first}&to={last}"

    def _admin_row(self, address: Address) -> object:
        """The first row of the model that the route is about."""
        if "object_id" not in address.parameters or "content_type_id" in address.parameters:
            return self.world.team.pk
        parts = address.route.split("/")
        model = apps.get_model(parts[1], parts[2])
        row = model._default_manager.order_by("pk").first()
        assert row is not None, f"the scene has no {model._meta.label}"
        return row.pk


def addresses() -> dict[str, Address]:
    """Every address outside the admin, by name."""
    return {
        address.name: address for address in _walk(get_resolver()) if not address.name.startswith("admin:")
    }


def admin_addresses() -> list[Address]:
    return [address for address in _walk(get_resolver()) if address.name.startswith("admin:")]


def make_scene(world: World) -> Scene:
    """The client of the world with a whole file, an employer, a finished run and an import."""
    owner = world.people["owner"]
    trajectory = TrajectoryFactory(client=world.client)
    employer = EmployerFactory(name="Bakkerij De Korenschoof")
    contact = ContactFactory(client=world.client, staff=owner)
    ContactFactory(client=world.client, staff=owner, employer=employer, kind="werkgever")
    RetentionTermFactory(client=world.client)
    _make_admin_rows(world)
    ImportRun.objects.create(state=ImportState.DONE, started_by=world.people["administrator"])
    access = _make_emergency_access(world)
    objects = {
        "clients": world.client,
        "emergency-accesses": access,
        "access-reviews": access.review,
        "access-changes": _make_access_change(world),
        "assignments": world.client.assignments.get(user=owner),
        "trajectories": trajectory,
        "proposals": ProposalFactory(client=world.client),
        "holds": LegalHoldFactory(client=world.client, placed_by=world.people["team_lead"]),
        "snoozes": SignalSnoozeFactory(
            client=world.client, code=SignalCode.NO_EMPLOYER, made_by=world.people["team_lead"]
        ),
        "certificates": CertificateFactory(),
        "stages": StagePeriodFactory(trajectory=trajectory),
        "jobs": JobFactory(trajectory=trajectory, employer=employer),
        "contacts": contact,
        "appointments": (appointment := _make_appointments(world)),
        "occurrences": appointment.occurrences.get(),
        "consents": ConsentFactory(client=world.client, recorded_by=owner),
        "grounds": SharingGroundFactory(client=world.client, recorded_by=owner),
        "disclosures": DisclosureFactory(client=world.client, employer=employer, recorded_by=owner),
        "employers": employer,
        "employer-people": EmployerPersonFactory(),
        "employer-merges": _make_merge(world, employer),
        "reports/runs": store_run(period_kind="quarter", **QUARTER),
    }
    objects["exports"] = export_of(world.client, owner)  # of everything above
    return Scene(world=world, objects=objects)


def _make_appointments(world: World) -> Appointment:
    """Each week from this morning on, to which the owner goes; next week it is cancelled."""
    appointment = AppointmentFactory(
        weekly=True, client=world.client, made_by=world.people["owner"], starts_on=TODAY
    )
    OccurrenceFactory(appointment=appointment, original_on=TODAY + timedelta(days=7))
    return appointment


def _make_emergency_access(world: World) -> EmergencyAccess:
    """Of somebody who is no persona, so that nobody else sees more by it."""
    return start_emergency_access(
        client=world.client, reason="hulpvraag", explanation="Belde in paniek.", hours=2, by=UserFactory()
    )


def _make_merge(world: World, employer: Employer) -> EmployerMerge:
    """Another spelling of this employer, found as this one."""
    other = EmployerFactory(name="Bakkerij Korenschoof")
    return merge_employers(source=other, target=employer, by=world.people["team_lead"])


def _make_access_change(world: World) -> AccessChange:
    """About somebody in the team, asked by somebody who is no persona."""
    return ask_to_forget_factors(
        person=world.people["owner"], reason="Telefoon kwijt.", by=UserFactory(beheerder=True)
    )


def export_of(client: Client, by: User) -> ClientExport:
    """The data of `client` as they are now, made ready to give away."""
    return make_client_export(client=client, texts_key=key_of(texts_of(client)), left_out=[], by=by)


def _make_admin_rows(world: World) -> None:
    audit.record(by=world.people["owner"], action=ClientAction.CORRECTED, target=world.client)
    write_line(task_line("none", is_done=True, number=None))
    name_organisation(
        name="GGZ Voorbeeldstad", questions_to="privacy@voorbeeld.example", by=world.people["administrator"]
    )
    interval = IntervalSchedule.objects.create(every=1, period=IntervalSchedule.HOURS)
    CrontabSchedule.objects.create()
    SignInWarning.objects.create(user=world.people["owner"], kind=GuessKind.PASSWORD)
    PeriodicTask.objects.create(name="every hour", task="none", interval=interval)


def _example(match: re.Match) -> str:
    """A value for a parameter of an old-style route: its first alternative, or a word."""
    first = match.group(2) if re.fullmatch(r"\w+", match.group(2)) else "nonsense"
    return first + match.group(3)


def _walk(resolver: URLResolver, namespace: str = "", prefix: str = "") -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, inner, route)
        else:
            yield Address(f"{namespace}{pattern.name}", route, frozenset(_parameters(pattern)))


def _parameters(pattern: URLPattern) -> set[str]:
    return set(pattern.pattern.converters) | set(pattern.pattern.regex.groupindex)


def break_search() -> None:
    """For this connection a column is gone, as after a change that was half put in place: searching fails."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE clients_client AS SELECT * FROM public.clients_client")
        cursor.execute("ALTER TABLE pg_temp.clients_client DROP COLUMN search_name")
