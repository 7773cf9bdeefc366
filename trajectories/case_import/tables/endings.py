"""An end of support in a file waits as long as something goes on that nobody said anything of (ADR 60)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from clients.models import Assignment
from ipsplatform.common.periods import in_digits
from ipsplatform.common.written import read_day
from trajectories.models import Job, Trajectory, TrajectoryEndReason

BETWEEN = ", "


@dataclass(frozen=True, slots=True, kw_only=True)
class EndInFile:
    """The end of one trajectory, as a file names it."""

    number: str
    day: date
    reason: str

    @property
    def name(self) -> str:
        """How it is called in every import: an answer holds for this day and this reason."""
        return BETWEEN.join([self.number, f"ended_on {in_digits(self.day)}", self.reason])

    @property
    def is_death(self) -> bool:
        """Whether the file says that the client has died, which is more than an end of support."""
        return self.reason == TrajectoryEndReason.OVERLEDEN

    @property
    def question(self) -> str:
        """What is asked about it."""
        text = (
            _(
                "According to the file the client died, and the support ended on %(day)s. Record the death: "
                "with it everything ends that goes on. Until then the trajectory runs."
            )
            if self.is_death
            else _(
                "According to the file the support ended on %(day)s. Something still goes on: a job, or "
                "somebody who follows the client. Say what becomes of it; until then the trajectory runs."
            )
        )
        return text % {"day": in_digits(self.day)}


def end_named(name: str) -> EndInFile | None:
    """The end that is called so; None for the name of another row."""
    number, *rest = name.rsplit(BETWEEN, 2)
    if len(rest) != 2 or not rest[0].startswith("ended_on "):
        return None
    return EndInFile(number=number, day=read_day(rest[0].removeprefix("ended_on ")), reason=rest[1])


def ends_that_wait(ends: Mapping[int, EndInFile]) -> dict[int, EndInFile]:
    """Those of the `ends` (by primary key of the trajectory) that leave something open, by what is recorded
    once all files were read: an open job, somebody who follows the client though no support runs, and a death
    that is not recorded.
    """
    ended = list(Trajectory.objects.filter(pk__in=ends).exclude(ended_on=None).select_related("client"))
    wait = {one.pk for one in ended if ends[one.pk].is_death and one.client.died_on is None}
    jobs = Job.objects.filter(trajectory__in=ended, ended_on=None).values_list("trajectory", "started_on")
    wait |= {pk for pk, started_on in jobs.order_by("pk") if started_on <= ends[pk].day}
    alone = clients_without_support({one.client_id for one in ended})
    followed = {*Assignment.objects.filter(client__in=alone).open().values_list("client", flat=True)}
    wait |= {one.pk for one in ended if one.client_id in followed}
    return {pk: end for pk, end in ends.items() if pk in wait}


def clients_without_support(clients: Iterable[int]) -> set[int]:
    """Those of the clients whose support has ended: they had a trajectory, and none runs."""
    known = Trajectory.objects.filter(client__in=list(clients)).values_list("client", "ended_on")
    with_end = list(known.order_by("pk"))
    return {client for client, _on in with_end} - {client for client, on in with_end if on is None}
