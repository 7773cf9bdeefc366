"""Who changed what in a client's file, and when, in sentences."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import (
    Assignment,
    Client,
    ClientExport,
    Consent,
    EmergencyAccess,
    RevealReason,
    SharingGround,
)
from ipsplatform.common.day_texts import day_text
from staff.models import AuditEvent
from trajectories.models import (
    Contact,
    DisclosureChoice,
    Job,
    Stage,
    StagePeriod,
    StagePeriodHistory,
    Trajectory,
)

SHOWN_AT_FIRST = 20
LONGEST_VALUE = 120  # characters of a text that was replaced
SENTENCES = {
    "client_registered": gettext_lazy("Client registered"),
    "client_corrected": gettext_lazy("Client corrected"),
    "client_data_given": gettext_lazy("Data made ready for the client"),
    "client_assigned": gettext_lazy("Assigned"),
    "assignment_ended": gettext_lazy("Assignment ended"),
    "emergency_access_started": gettext_lazy("Emergency access started"),
    "emergency_access_ended": gettext_lazy("Emergency access ended"),
    "service_number_recorded": gettext_lazy("Citizen service number recorded"),
    "service_number_removed": gettext_lazy("Citizen service number removed"),
    "service_number_revealed": gettext_lazy("Citizen service number shown"),
    "trajectory_started": gettext_lazy("Trajectory started"),
    "trajectory_corrected": gettext_lazy("Trajectory changed"),
    "trajectory_ended": gettext_lazy("Trajectory ended"),
    "stage_moved": gettext_lazy("Moved to a stage"),
    "stage_move_undone": gettext_lazy("Move to a stage undone"),
    "stage_ended": gettext_lazy("Stage ended"),
    "stage_corrected": gettext_lazy("Stage corrected"),
    "job_registered": gettext_lazy("Job registered"),
    "job_ended": gettext_lazy("Job ended"),
    "job_corrected": gettext_lazy("Job corrected"),
    "consent_given": gettext_lazy("Consent given"),
    "consent_withdrawn": gettext_lazy("Consent withdrawn"),
    "ground_recorded": gettext_lazy("Ground for sharing recorded"),
    "ground_ended": gettext_lazy("Ground for sharing ended"),
    "disclosure_chosen": gettext_lazy("Choice about an employer recorded"),
    "disclosure_withdrawn": gettext_lazy("Choice about an employer withdrawn"),
    "contact_written": gettext_lazy("Contact written"),
    "contact_corrected": gettext_lazy("Contact corrected"),
}
# What an audit line keeps that is no field of the row that it is about.
KEPT_BESIDE = {"reveal_reason": (gettext_lazy("reason"), RevealReason)}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field and what stood there; both values are empty where they would say nothing."""

    field: str
    before: str
    after: str

    @property
    def text(self) -> str:
        return f"{self.field}: {self.before} → {self.after}" if self.before else self.field


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """`action` is the code of the change; the sentence may name who or what it was about."""

    action: str
    sentence: str
    by: str
    at: datetime
    changes: list[FieldChange]

    @property
    def nameless(self) -> str:
        """What was done, without whom or what it was about."""
        return str(SENTENCES.get(self.action, self.action))


@dataclass(frozen=True, slots=True)
class History:
    lines: list[HistoryLine]
    has_more: bool
    is_open: bool


def client_history(client: Client, *, show_all: bool = False) -> History:
    """The last changes of this client's file, or all of them. Six statements."""
    names = _names_in(client)
    lines = [_line(event, names) for event in _events(client=client.pk, show_all=show_all)]
    if show_all:
        return History(lines, has_more=False, is_open=True)
    return History(lines[:SHOWN_AT_FIRST], has_more=len(lines) > SHOWN_AT_FIRST, is_open=False)


def _names_in(client: Client) -> dict[UUID, str]:
    """What a line is about: the person assigned, the reason of an emergency, the stage, the employer."""
    key = client.pk
    return {
        **{access.public_id: str(access.get_reason_display()) for access in _accesses(client=key)},
        **{assignment.public_id: str(assignment.user) for assignment in _assignments(client=key)},
        **{public_id: str(Stage(stage).label) for public_id, stage in _stages(client=key)},
        **dict(_employers_of_jobs(client=key)),
        **dict(_employers_of_choices(client=key)),
    }


def _accesses(client: int) -> QuerySet:
    return EmergencyAccess.objects.filter(client=client).only("public_id", "reason")


def _assignments(client: int) -> QuerySet:
    return Assignment.objects.filter(client=client).select_related("user")


def _stages(client: int) -> QuerySet:
    periods = StagePeriod.objects.filter(trajectory__client=client).values_list("public_id", "stage")
    return periods.union(_stages_taken_back(client).values_list("public_id", "stage"))


def _employers_of_jobs(client: int) -> QuerySet:
    return Job.objects.filter(trajectory__client=client).values_list("public_id", "employer__name")


def _employers_of_choices(client: int) -> QuerySet:
    return DisclosureChoice.objects.filter(client=client).values_list("public_id", "employer__name")


def _events(client: int, *, show_all: bool) -> QuerySet:
    """The audit lines about the client and about everything that hangs on the client, the latest first."""
    rows = {
        Client: Client.objects.filter(pk=client),
        Assignment: Assignment.objects.filter(client=client),
        EmergencyAccess: EmergencyAccess.objects.filter(client=client),
        Trajectory: Trajectory.objects.filter(client=client),
        StagePeriod: StagePeriod.objects.filter(trajectory__client=client),
        StagePeriodHistory: _stages_taken_back(client),
        Job: Job.objects.filter(trajectory__client=client),
        Contact: Contact.objects.filter(client=client),
        ClientExport: ClientExport.objects.filter(client=client),
        Consent: Consent.objects.filter(client=client),
        SharingGround: SharingGround.objects.filter(client=client),
        DisclosureChoice: DisclosureChoice.objects.filter(client=client),
    }
    rule = Q()
    for model, mine in rows.items():
        ids = mine.order_by().values("public_id")
        about = getattr(model, "pgh_tracked_model", model)  # a line about a row that is gone
        rule |= Q(target_type=about._meta.label_lower, target_id__in=ids)
    events = AuditEvent.objects.filter(rule).select_related("by").order_by("-at", "-pk")
    return events if show_all else events[: SHOWN_AT_FIRST + 1]


def _stages_taken_back(client: int) -> QuerySet[StagePeriodHistory]:
    return StagePeriodHistory.objects.filter(trajectory__client=client, pgh_label="removed")


def _line(event: AuditEvent, names: dict[UUID, str]) -> HistoryLine:
    sentence = str(SENTENCES.get(event.action, event.action))
    name = names.get(event.target_id)
    return HistoryLine(
        action=event.action,
        sentence=f"{sentence}: {name}" if name else sentence,
        by=str(event.by) if event.by else _("the system"),
        at=timezone.localtime(event.at),
        changes=[_change(event.target_type, *item) for item in event.changes.items()],
    )


def _change(target_type: str, name: str, values: list) -> FieldChange:
    if name in KEPT_BESIDE:
        label, choices = KEPT_BESIDE[name]
        return FieldChange(str(label), "–", str(choices(values[1]).label))
    field = _field(target_type, name)
    label = str(field.verbose_name) if field else name
    if field is None or field.is_relation:
        return FieldChange(label, "", "")
    before, after = (_in_words(field, value) for value in values)
    return FieldChange(label, before, after)


def _field(target_type: str, name: str) -> models.Field | None:
    try:
        return apps.get_model(target_type)._meta.get_field(name)
    except (LookupError, FieldDoesNotExist):
        return None


def _in_words(field: models.Field, value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateTimeField):
        return day_text(timezone.localtime(datetime.fromisoformat(value)), "j M Y H:i")
    if isinstance(field, models.DateField):
        return day_text(date.fromisoformat(value))
    text = str(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
