"""Stored runs of the placement monitoring."""

import uuid
from datetime import date, datetime
from typing import Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical
from staff.models import Team, User
from staff.permissions import can_read_all_figures, can_read_figures
from trajectories.models import Funder, TargetGroup


class PeriodKind(models.TextChoices):
    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")


class RunState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class MovedIn(Func):
    """How many lines of `changes` are about one of these teams: counted where they are, none is read."""

    template = "(SELECT count(*) FROM jsonb_array_elements(%(expressions)s))"
    arg_joiner = ") AS line (change) WHERE line.change #>> '{scope,team}' = ANY ("
    output_field = models.IntegerField()


class MonitoringRunQuerySet(models.QuerySet["MonitoringRun"]):
    def visible_to(self, user: User) -> Self:
        """Finished runs, for whoever reads figures at all; which figures is asked of the scopes.

        Readers outside the team get whole quarters, and of each the newest revision: what a month or an
        older revision adds is small (ADR 45).
        """
        if can_read_all_figures(user):
            return self.latest_revisions().filter(period_kind=PeriodKind.QUARTER)
        return self.done() if can_read_figures(user) else self.none()

    def of_period(self, kind: str, period_from: date, period_to: date) -> Self:
        return self.filter(period_kind=kind, period_from=period_from, period_to=period_to)

    def done(self) -> Self:
        return self.filter(state=RunState.DONE)

    def unfinished(self) -> Self:
        """Runs that wait for a worker, are being computed, or stopped half-way."""
        return self.exclude(state=RunState.DONE)

    def not_taken_up_since(self, moment: datetime) -> Self:
        """Runs that were asked for, or begun, before this moment, and neither finished nor failed."""
        return self.filter(state__in=[RunState.WAITING, RunState.RUNNING], started_at__lt=moment)

    def without_changes(self) -> Self:
        """Without the list of all figures that moved: only the page of one run reads it."""
        return self.defer("changes")

    def with_moved_in(self, teams: models.QuerySet[Team]) -> Self:
        """Add `moved`: how many figures moved in the scopes of these teams."""
        return self.annotate(moved=MovedIn("changes", ArraySubquery(teams.order_by().values("code"))))

    def latest_revisions(self) -> Self:
        """Of each period the last finished revision."""
        later = MonitoringRun.objects.done().filter(
            period_kind=OuterRef("period_kind"),
            period_from=OuterRef("period_from"),
            period_to=OuterRef("period_to"),
            revision__gt=OuterRef("revision"),
        )
        return self.done().filter(~Exists(later))


class RunAction(models.TextChoices):
    """What the log of changes tells of a run."""

    REQUESTED = "monitoring_run_requested", _("figures asked for")
    FINISHED = "monitoring_run_finished", _("figures computed")


class MonitoringRun(models.Model):
    """The figures of one period, frozen. A re-run after corrections is a new revision.

    `changes` says, against the revision before, which figure of which scope moved from what to what.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    period_kind = models.CharField(_("period"), max_length=8, choices=PeriodKind.choices)
    period_from = models.DateField(_("from"))
    period_to = models.DateField(_("to"))
    as_of = models.DateField(_("as of"))
    definition_version = models.CharField(_("definitions"), max_length=12)
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    state = models.CharField(_("state"), max_length=8, choices=RunState.choices, default=RunState.RUNNING)
    started_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("started by")
    )
    started_at = models.DateTimeField(_("started at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    changes = models.JSONField(_("changes against the revision before"), default=list)

    declared = Classified(
        noun="reports/runs",
        about=About.NOBODY,
        actions=RunAction,
        fields={
            **technical(
                "id", "public_id", "period_kind", "period_from", "period_to", "as_of",
                "definition_version", "revision", "state", "started_by", "started_at", "finished_at",
            ),
            **of_class(DataClass.HEALTH, "changes"),
        },
        leaves_no_copy=True,
    )  # fmt: skip

    objects = MonitoringRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("monitoring run")
        verbose_name_plural = _("monitoring runs")
        ordering = ["-period_to", "-period_from", "-revision", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from")),
                name="run_period_ends_after_start",
                violation_error_message=_("A period can't end before it starts."),
            ),
            models.UniqueConstraint(
                fields=["period_kind", "period_from", "period_to", "revision"],
                name="run_revision_unique",
                violation_error_message=_("This revision exists already."),
            ),
            models.UniqueConstraint(
                fields=["period_kind", "period_from", "period_to"],
                condition=Q(state="running"),
                name="one_running_run_per_period",
                violation_error_message=_("The figures of this period are being computed already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_from} – {self.period_to} ({self.revision})"


class ScopeFiguresQuerySet(models.QuerySet["ScopeFigures"]):
    def visible_to(self, user: User) -> Self:
        """The scopes of the user's teams; readers of all figures get the whole and its parts.

        Divided in one way at a time: of a combination, what one table hides follows from another (ADR 18).
        """
        if can_read_all_figures(user):
            return self.one_way().filter(run__in=MonitoringRun.objects.visible_to(user))
        if can_read_figures(user):
            return self.filter(team__in=Team.objects.of_member(user))
        return self.none()

    def one_way(self) -> Self:
        """The whole, and what divides it by team, by funder or by target group."""
        team, funder, group = Q(team=None), Q(funder=""), Q(target_group="")
        return self.filter((team & funder) | (team & group) | (funder & group))

    def whole(self) -> Self:
        """The whole organisation."""
        return self.filter(team=None, funder="", target_group="")


class ScopeFigures(models.Model):
    """All indicators of one scope in one run, in the form of the report contract (domain.md §11).

    An empty team, funder or target group means: all of them.
    """

    run = models.ForeignKey(
        MonitoringRun, on_delete=models.CASCADE, related_name="scopes", verbose_name=_("run")
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    funder = models.CharField(_("funder"), max_length=20, choices=Funder.choices, blank=True)
    target_group = models.CharField(_("target group"), max_length=20, choices=TargetGroup.choices, blank=True)
    figures = models.JSONField(_("figures"))

    declared = Classified(
        about=About.NOBODY,
        fields={
            **technical("id", "run", "team", "funder", "target_group"),
            **of_class(DataClass.HEALTH, "figures"),
        },
        leaves_no_copy=True,
    )

    objects = ScopeFiguresQuerySet.as_manager()

    class Meta:
        verbose_name = _("figures of a scope")
        verbose_name_plural = _("figures of scopes")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "team", "funder", "target_group"],
                name="one_row_per_scope_and_run",
                nulls_distinct=False,
                violation_error_message=_("This scope is in the run already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.run} · {self.team or '–'} · {self.funder or '–'} · {self.target_group or '–'}"

    @property
    def is_whole(self) -> bool:
        """Whether it is about everybody, not one team, funder or target group."""
        return not (self.team_id or self.funder or self.target_group)
