"""Who is a member of which team, from when until when."""

import uuid

from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical
from ipsplatform.common.history import keeps_history
from ipsplatform.common.periods import NoOverlap, PeriodQuerySet, ends_after_start, inclusive_range
from staff.models.team import Team
from staff.models.user import User


class MembershipAction(models.TextChoices):
    """Changes of a membership in the log of changes."""

    JOINED = "team_joined", _("joined a team")
    LEFT = "team_left", _("left a team")
    CORRECTED = "membership_corrected", _("team membership corrected")


@keeps_history(model_name="TeamMembershipHistory")
class TeamMembership(models.Model):
    """A member of staff in a team; access to its clients ends on the last day."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("member of staff")
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("team")
    )
    fte = models.DecimalField(
        _("fte"),
        max_digits=4,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(2)],
        help_text=_("Working time for this team; 1 is a full week. Empty: unknown."),
    )
    is_trainee = models.BooleanField(_("trainee"), default=False)
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("until"), null=True, blank=True)

    declared = Classified(
        about=About.STAFF,
        actions=MembershipAction,
        fields={
            **technical("id", "public_id", "user", "team"),
            **of_class(DataClass.WORK, "fte", "is_trainee", "started_on", "ended_on"),
        },
    )

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("team membership")
        verbose_name_plural = _("team memberships")
        ordering = ["-started_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=ends_after_start(),
                name="membership_ends_after_start",
                violation_error_message=_("A membership can't end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(fte=None) | Q(fte__gte=0),
                name="membership_fte_not_negative",
                violation_error_message=_("The fte can't be negative."),
            ),
            NoOverlap(
                name="membership_periods_do_not_overlap",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("team", RangeOperators.EQUAL),
                    (inclusive_range(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person is already a member of this team in that period."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.team}"
