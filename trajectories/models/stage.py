"""The journey to work (seed 000): where a client takes part, and since when."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import pgtrigger
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Part
from ipsplatform.common.classification import DataClass, of_class, technical
from ipsplatform.common.declared import NUMBERS, Given, OfClient
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


@dataclass(frozen=True, slots=True)
class Position:
    """Where a client takes part: the stage furthest along, empty for none yet, and what runs beside it."""

    stage: str
    beside: tuple[str, ...] = ()

    @property
    def everywhere(self) -> tuple[str, ...]:
        """All stages at once, the furthest first."""
        return (self.stage, *self.beside) if self.stage else ()


def position(*, open_stages: Iterable[str], has_job: bool) -> Position:
    """Where a client is who has these open periods in running trajectories (domain.md, section 4).

    `has_job`: a regular job runs. The only place that decides this, for lists, file, sheet and figures; a
    list that chooses by stage asks the database the same (`trajectories/caseload/clocks.py`).
    """
    found = {*open_stages, *([Stage.BETAALDE_BAAN.value] if has_job else [])}
    if not found:
        return Position("")
    first, *beside = sorted((str(stage) for stage in found), key=Stage.values.index, reverse=True)
    return Position(first, tuple(beside))


class StagePeriodQuerySet(PeriodQuerySet["StagePeriod"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(trajectory__client__in=Client.objects.visible_to(user))


class StageAction(models.TextChoices):
    """Changes of a stage in the log of changes."""

    MOVED = "stage_moved", _("moved to a stage")
    MOVE_UNDONE = "stage_move_undone", _("move to a stage undone")  # of older lines
    ENDED = "stage_ended", _("stage ended")
    CORRECTED = "stage_corrected", _("stage corrected")
    ADDED = "stage_added", _("forgotten stage put in")


@keeps_history(model_name="StagePeriodHistory", removed_index="removed_stageperiod")
class StagePeriod(models.Model):
    """Days spent in one of the three recorded stages; `betaalde_baan` follows from the jobs."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trajectory = models.ForeignKey(
        Trajectory, on_delete=models.PROTECT, related_name="stage_periods", verbose_name=_("trajectory")
    )
    stage = models.CharField(_("stage"), max_length=16, choices=STAGE_CHOICES)
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("until"), null=True, blank=True)
    reason = models.TextField(_("why"), blank=True)
    client_words = models.TextField(_("in the client's own words"), blank=True)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    declared = OfClient(
        noun="stages",
        in_life={"started_on": _("the stage that began on %(day)s")},
        client="trajectory__client",
        part=Part.JOURNEY,
        actions=StageAction,
        named_by="stage",
        fields={
            **technical("id", "public_id", "trajectory", "recorded_by", "recorded_at"),
            **of_class(DataClass.HEALTH, "stage", "started_on", "ended_on"),
            **of_class(DataClass.FREE_TEXT, "reason", "client_words"),
        },
        given=Given(
            section="stages",
            title=_("Your journey to work"),
            place=4,
            fields=(
                "trajectory", "stage", "started_on", "ended_on", "reason", "client_words", "recorded_by",
                "recorded_at",
            ),
            left_out=NUMBERS,
            order=("started_on", "pk"),
        ),
    )  # fmt: skip

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
        triggers = [
            # The other half of the rule on Trajectory; the row lock makes both halves wait for each other.
            pgtrigger.Trigger(
                name="lies_in_its_trajectory",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("trajectory_id", "started_on", "ended_on"),
                func="""
                    PERFORM 1 FROM trajectories_trajectory t WHERE t.id = NEW.trajectory_id FOR SHARE;
                    IF EXISTS (SELECT 1 FROM trajectories_trajectory t WHERE t.id = NEW.trajectory_id AND (
                            NEW.started_on < t.enrolled_on OR COALESCE(NEW.ended_on, 'infinity')
                                > COALESCE(NULLIF(t.ended_on, DATE '9999-12-31'), 'infinity'))) THEN
                        RAISE EXCEPTION USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'stage_within_its_trajectory',
                            MESSAGE = 'this stage does not lie in its trajectory';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.started_on}"
