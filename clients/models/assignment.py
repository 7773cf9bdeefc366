"""Who follows whom: several professions share one client."""

import uuid
from typing import Self

from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.models.part import Part
from ipsplatform.common.classification import DataClass, of_class, technical
from ipsplatform.common.declared import NUMBERS_OF_CLIENT, Given, OfClient, left_out
from ipsplatform.common.history import keeps_history
from ipsplatform.common.periods import NoOverlap, PeriodQuerySet, ends_after_start, inclusive_range
from staff.models import CASEWORK_ROLES, Role, User

PRIMARY_ROLE = Role.IPS_TRAJECTBEGELEIDER  # the profession of the one fixed person (seed 003)


class AssignmentQuerySet(PeriodQuerySet["Assignment"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(client__in=Client.objects.visible_to(user))


class AssignmentAction(models.TextChoices):
    """Changes of an assignment in the log of changes."""

    ASSIGNED = "client_assigned", _("client assigned")
    ENDED = "assignment_ended", _("assignment ended")
    REOPENED = "assignment_reopened", _("assignment goes on")
    CORRECTED = "assignment_corrected", _("assignment corrected")
    TAKEN_BACK = "assignment_taken_back", _("assignment taken back")


@keeps_history(model_name="AssignmentHistory", removed_index="removed_assignment")
class Assignment(models.Model):
    """A member of staff who follows a client in one role; access ends on the last day.

    `is_primary` marks the one fixed trajectbegeleider who arranges everything (seed 003).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("client")
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("member of staff")
    )
    role = models.CharField(
        _("role"), max_length=24, choices=[(role.value, role.label) for role in CASEWORK_ROLES]
    )
    is_primary = models.BooleanField(_("fixed trajectbegeleider"), default=False)
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("until"), null=True, blank=True)

    declared = OfClient(
        noun="assignments",
        part=Part.PEOPLE,
        actions=AssignmentAction,
        named_by="user",
        fields={
            **technical("id", "public_id", "client", "user"),
            **of_class(DataClass.HEALTH, "role", "is_primary", "started_on", "ended_on"),
        },
        given=Given(
            section="assignments",
            title=_("Who helped or helps you"),
            place=2,
            fields=("role", "is_primary", "started_on", "ended_on"),
            left_out=NUMBERS_OF_CLIENT
            | left_out(
                "a person of staff: the client reads role and team, a name is given by decision (ADR 26)",
                "user",
            ),
            order=("started_on", "pk"),
        ),
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["started_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in CASEWORK_ROLES]),
                name="assignment_role_follows_clients",
                violation_error_message=_("Somebody in this role does not follow clients."),
            ),
            models.CheckConstraint(
                condition=ends_after_start(),
                name="assignment_ends_after_start",
                violation_error_message=_("An assignment can't end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(is_primary=False) | Q(role=PRIMARY_ROLE),
                name="assignment_primary_is_trajectbegeleider",
                violation_error_message=_("Only an IPS trajectbegeleider can be the fixed person."),
            ),
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(is_primary=True, ended_on=None),
                name="one_open_primary_trajectbegeleider",
                violation_error_message=_(
                    "This client already has a fixed trajectbegeleider. "
                    "Hand over or end that assignment first."
                ),
            ),
            NoOverlap(
                name="assignment_periods_do_not_overlap",
                expressions=[
                    ("client", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (inclusive_range(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_(
                    "This person already follows this client in this role in that period."
                ),
            ),
        ]
        indexes = [models.Index(fields=["user", "client"], name="assignment_user_client")]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"
