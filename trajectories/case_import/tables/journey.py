"""trajectories.csv and stages.csv: the journey of a client."""

from datetime import date
from decimal import Decimal

from django.db.models import Max
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from clients.models import Client
from ipsplatform.common.periods import refuse_future
from trajectories.case_import.tables import questions
from trajectories.case_import.tables.cells import CellError, code, day
from trajectories.case_import.tables.endings import EndInFile
from trajectories.case_import.tables.fields import decimal_of, text_of
from trajectories.case_import.tables.problems import Problem
from trajectories.case_import.tables.reading import Column, Reference, Row
from trajectories.case_import.tables.rules import (
    DoesNotFitError,
    OpenBook,
    PeriodBook,
    does_not_fit,
    refuse_reason_without_end,
    refuse_wrong_period,
)
from trajectories.case_import.tables.table import CaseTable, Step
from trajectories.case_import.tables.writing import Change
from trajectories.journey.containment import (
    refuse_late_referral,
    refuse_outside_life,
    refuse_outside_trajectory,
)
from trajectories.models import (
    RECORDED_STAGES,
    Funder,
    Job,
    Stage,
    StagePeriod,
    TargetGroup,
    Trajectory,
    TrajectoryEndReason,
    TrajectoryKind,
)

# Placeholder for an end that waits: a job may still have to move before it.
END_THAT_WAITS = date(9999, 12, 31)


class TrajectoriesTable(CaseTable[Trajectory]):
    name = "trajectories.csv"
    model = Trajectory
    key = ("trajectory_number",)
    is_referred_to = True
    derived = ("end_reason", "team_id")
    steps = (Step.CLOSING, Step.OPENING, Step.NEW)
    together = ("referred_on", "ended_on", "end_reason")
    references = (
        Reference(
            "client_number",
            "clients.csv",
            "client",
            Client,
            "client_number",
            ("public_id", "team", "birth_date", "died_on"),
            stays=True,
        ),
    )
    columns = (
        Column(
            "trajectory_number",
            text_of(Trajectory, "trajectory_number"),
            "trajectory_number",
            compulsory=True,
        ),
        Column("client_number", text_of(Client, "client_number"), compulsory=True),
        Column("kind", code(TrajectoryKind.values), "kind", compulsory=True),
        Column("funder", code(Funder.values), "funder"),
        Column("target_group", code(TargetGroup.values), "target_group"),
        Column("referred_on", day, "referred_on", empty=None),
        Column("enrolled_on", day, "enrolled_on", compulsory=True),
        Column("approved_on", day, "approved_on", empty=None),
        Column("ended_on", day, "ended_on", empty=None),
        Column("end_reason", code(TrajectoryEndReason.values), "end_reason"),
        Column(
            "hours_worked_at_enrolment",
            decimal_of(Trajectory, "hours_worked_at_enrolment"),
            "hours_worked_at_enrolment",
            empty=Decimal(0),
        ),
    )

    def prepare(self, rows: list[Row]) -> None:
        clients = {row.found["client"].pk for row in rows}
        found = list(Trajectory.objects.filter(client__in=clients).open().values_list("client", "kind", "pk"))
        self._open = OpenBook(((client, kind), pk) for client, kind, pk in found)
        self._open_now = {pk for _client, _kind, pk in found} - self.made

    def waits(self, row: Row, known: Trajectory | None) -> Problem | None:
        """The next trajectory, while the end of the one before it waits for an answer."""
        client, recorded = row.found["client"].pk, known.ended_on if known else None
        before = self._open.the_open_one((client, row.values["kind"]))
        is_the_same = known is not None and known.pk == before
        if is_the_same or before not in self.so_far.waiting_answers or row.values.get("ended_on", recorded):
            return None
        self.so_far.left_out_numbers[row.values["trajectory_number"]] = client
        return Problem("trajectory_number", "", is_compared=True, client=client, is_left_out=True)

    def _waits(self, end: EndInFile, row: Row, trajectory: Trajectory) -> bool:
        """Whether the end waits: something was still open after it, or somebody said that it goes on."""
        if questions.goes_on(self, row.found["client"], end):
            self.so_far.waiting_answers.add(trajectory.pk)
        elif trajectory.pk in self.so_far.waiting_answers:
            questions.ask_about_end(self, row, end)
        return trajectory.pk in self.so_far.waiting_answers

    def complete(self, instance: Trajectory, row: Row) -> None:
        """Also: an end that waits for an answer is not written yet."""
        if instance.ended_on and not instance.end_reason:
            instance.end_reason = TrajectoryEndReason.ONBEKEND
        if instance.pk in self._open_now and instance.ended_on:
            end = self.so_far.ends[instance.pk] = _end_on(instance.ended_on, instance)
            if self._waits(end, row, instance):
                instance.ended_on, instance.end_reason = None, ""
        if instance.ended_on is None and "end_reason" not in row.values:
            instance.end_reason = ""
        if (
            instance.team_id is None
        ):  # the team at enrolment: figures stay with it when the client moves later
            instance.team_id = row.found["client"].team_id

    def check_alone(self, instance: Trajectory) -> None:
        refuse_future(instance.referred_on, field="referred_on")
        refuse_future(instance.approved_on, field="approved_on")
        refuse_wrong_period(instance.enrolled_on, instance.ended_on, start_field="enrolled_on")
        refuse_reason_without_end(instance.ended_on, instance.end_reason)
        refuse_late_referral(instance)

    def check(self, instance: Trajectory, row: Row) -> None:
        with does_not_fit():
            refuse_outside_life(instance, row.found["client"])
        if instance.ended_on is None:
            group = (instance.client_id, instance.kind)
            reason = _("This client already has an open trajectory of this kind.")
            self._open.refuse_second(group, instance.pk, reason, field="trajectory_number")
            self._open.add(group, instance.pk)
        if instance.pk is not None and "ended_on" in row.values:
            self.so_far.told_ends.add(instance.pk)

    def after_write(self, changes: list[Change]) -> None:
        """Ask for a death that is not recorded, of a support that ended by it."""
        for change in changes:
            ended, client = change.instance, change.row.found["client"]
            day = change.row.values.get("ended_on") or ended.ended_on  # it may wait for the jobs
            if day and ended.end_reason == TrajectoryEndReason.OVERLEDEN and client.died_on is None:
                end = _end_on(day, ended)
                if not questions.goes_on(self, client, end):
                    questions.ask_about_end(self, change.row, end)

    def note_made(self, change: Change) -> None:
        """Also: of a new trajectory everything stands in the file."""
        super().note_made(change)
        self.so_far.told_ends.add(change.instance.pk)

    def before_write(self, changes: list[Change]) -> None:
        """Let an end wait when a job starts or a stage goes on after it: their files may move these."""
        ending = {
            change.instance.pk: change
            for change in changes
            if not change.is_new and change.instance.ended_on and "ended_on" in change.fields
        }
        stages, jobs = last_stage_days(list(ending)), last_job_starts(list(ending))
        for pk in sorted({*stages, *jobs}):
            change, latest = ending[pk], max(stages.get(pk, date.min), jobs.get(pk, date.min))
            if latest > change.instance.ended_on:
                self.so_far.waiting_ends[pk] = (change.row.line, change.instance.ended_on)
                change.instance.ended_on = END_THAT_WAITS


def _end_on(day: date, ended: Trajectory) -> EndInFile:
    return EndInFile(number=ended.trajectory_number, day=day, reason=ended.end_reason)


def last_job_starts(trajectories: list[int]) -> dict[int, date]:
    """The first day of the last job of each trajectory that has jobs."""
    if not trajectories:
        return {}
    found = Job.objects.filter(trajectory__in=trajectories).order_by().values("trajectory")
    return dict(found.annotate(latest=Max("started_on")).values_list("trajectory", "latest"))


def last_stage_days(trajectories: list[int]) -> dict[int, date]:
    """The last day of the last stage of each trajectory that has one; of an open one the end of time."""
    found = StagePeriod.objects.filter(trajectory__in=trajectories).order_by().values("trajectory")
    latest = found.annotate(latest=Max(Coalesce("ended_on", date.max)))
    return dict(latest.values_list("trajectory", "latest")) if trajectories else {}


def _close_open_stages(trajectory: int, last_day: date) -> None:
    """What the page does when it ends a trajectory: the stage that is still open ends with it."""
    stages = StagePeriod.objects.filter(trajectory=trajectory, started_on__lte=last_day)
    stages.open().update(ended_on=last_day)


def settle_waiting_ends(waiting: dict[int, tuple[int, date]]) -> dict[tuple[str, int], Problem]:
    """Write the ends that waited for the jobs; those that still can't be are returned as problems."""
    waiting_rows = Trajectory.objects.filter(pk__in=waiting, ended_on=END_THAT_WAITS)
    clients = dict(waiting_rows.values_list("pk", "client"))
    problems, jobs = {}, last_job_starts(list(clients))
    for pk in clients:
        _close_open_stages(pk, waiting[pk][1])
    stages = last_stage_days(list(clients))
    for pk, client in clients.items():
        line, ended_on = waiting[pk]
        reason = ""
        if jobs.get(pk, date.min) > ended_on:
            reason = _("A job that is recorded, or that stands in jobs.csv, starts after this end.")
        elif stages.get(pk, date.min) > ended_on:
            reason = _("A stage that is recorded, or that stands in stages.csv, goes on after this end.")
        if reason:
            problems[TrajectoriesTable.name, line] = Problem(
                "ended_on", reason, is_compared=True, client=client
            )
        else:
            waiting_rows.filter(pk=pk).update(ended_on=ended_on)
    return problems


def recorded_stage(cell: str) -> str:
    """One of the three stages that are recorded; a paid job is not one of them."""
    if cell.lower() == Stage.BETAALDE_BAAN:
        raise CellError(_("A paid job is not recorded as a stage: give the job in jobs.csv."))
    return code(RECORDED_STAGES)(cell)


class StagesTable(CaseTable[StagePeriod]):
    name = "stages.csv"
    model = StagePeriod
    key = ("trajectory_number", "stage", "started_on")
    steps = (Step.CLOSING, Step.OPENING, Step.NEW)
    references = (
        Reference(
            "trajectory_number",
            "trajectories.csv",
            "trajectory",
            Trajectory,
            "trajectory_number",
            ("client", "enrolled_on", "ended_on"),
        ),
    )
    together = ("ended_on",)
    columns = (
        Column("trajectory_number", text_of(Trajectory, "trajectory_number"), compulsory=True),
        Column("stage", recorded_stage, "stage", compulsory=True),
        Column("started_on", day, "started_on", compulsory=True),
        Column("ended_on", day, "ended_on", empty=None),
    )

    def row_key(self, row: Row) -> tuple:
        return (row.found["trajectory"].pk, row.values["stage"], row.values["started_on"])

    def existing(self, rows: list[Row]) -> dict[tuple, StagePeriod]:
        trajectories = {row.found["trajectory"].pk for row in rows}
        self._around = list(StagePeriod.objects.filter(trajectory__in=trajectories))
        return {(one.trajectory_id, one.stage, one.started_on): one for one in self._around}

    def prepare(self, rows: list[Row]) -> None:  # noqa: ARG002
        self._book = PeriodBook()
        self._stages = {}
        for one in self._around:
            is_recorded = one.pk not in self.made
            self._book.add(one.trajectory_id, one.started_on, one.ended_on, is_recorded=is_recorded)
            self._stages[one.trajectory_id, one.started_on] = one.stage

    def check_alone(self, instance: StagePeriod) -> None:
        refuse_wrong_period(instance.started_on, instance.ended_on, start_field="started_on")

    def check(self, instance: StagePeriod, row: Row) -> None:
        trajectory = row.found["trajectory"]
        if trajectory.pk in self.so_far.told_ends or trajectory.client_id in self.so_far.new_clients:
            with does_not_fit():
                refuse_outside_trajectory(
                    started_on=instance.started_on,
                    ended_on=instance.ended_on,
                    enrolled_on=trajectory.enrolled_on,
                    last_day=self.so_far.unwritten_end(trajectory.pk) or trajectory.ended_on,
                )
        group, started_on = instance.trajectory_id, instance.started_on
        if self._stages.get((group, started_on), instance.stage) != instance.stage:
            reason = _("Another stage of this trajectory begins on the same day.")
            raise DoesNotFitError(reason, field="started_on")
        self._book.refuse_overlap(group, started_on, instance.ended_on)
        self._book.add(group, started_on, instance.ended_on)
        self._stages[group, started_on] = instance.stage
