"""The journey to work (seed 000): where a client takes part, and since when."""

import uuid
from collections.abc import Iterable

from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from ipsplatform.common.history import keeps_history
from ipsplatform.common.periods import NoOverlap, PeriodQuerySet, ends_after_start, inclusive_range
from staff.models import User
from trajectories.models.trajectory import Trajectory


class Stage(models.TextChoices):
    """The four stops, in order. Participation that is recorded, never a gate."""

    INLOOP = "inloop", _("drop-in")
    DAGBESTEDING = "dagbesteding", _("day activities")
    BEGELEID_WERK = "begeleid_werk", _("supported work")
    BETAALDE_BAAN = "betaalde_baan", _("paid job")


RECORDED_STAGES = (Stage.INLOOP, Stage.DAGBESTEDING, Stage.BEGELEID_WERK)
STAGE_CHOICES = [(stage.value, stage.label) for stage in RECORDED_STAGES]


def furthest(stages: Iterable[str]) -> str:
    """The stage furthest along of several at once (domain.md, section 4); empty when there is none."""
    return max(stages, key=Stage.values.index, default="")


class StagePeriodQuerySet(PeriodQuerySet):
    def visible_to(self, user: User) -> "StagePeriodQuerySet":
        return self.filter(trajectory__client__in=Client.objects.visible_to(user))


@keeps_history(model_name="StagePeriodHistory")
class StagePeriod(models.Model):
    """Days spent in one of the three recorded stages; `betaalde_baan` follows from the jobs."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trajectory = models.ForeignKey(
        Trajectory, on_delete=models.PROTECT, related_name="stage_periods", verbose_name=_("trajectory")
    )
    stage = models.CharField(
        _("stage"), max_length=16, choices=[(stage.value, stage.label) for stage in RECORDED_STAGES]
    )
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("until"), null=True, blank=True)
    reason = models.TextField(_("why"), blank=True)
    client_words = models.TextField(_("in the client's own words"), blank=True)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    objects = StagePeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("stage period")
        verbose_name_plural = _("stage periods")
        ordering = ["started_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=[stage.value for stage in RECORDED_STAGES]),
                name="stage_is_recorded_kind",
                violation_error_message=_("A paid job is not recorded as a stage: register the job."),
            ),
            models.CheckConstraint(
                condition=ends_after_start(),
                name="stage_ends_after_start",
                violation_error_message=_("A stage can't end before it starts."),
            ),
            NoOverlap(
                name="stages_do_not_overlap",
                expressions=[
                    ("trajectory", RangeOperators.EQUAL),
                    (inclusive_range(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Another stage of this trajectory lies in that period."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.started_on}"
