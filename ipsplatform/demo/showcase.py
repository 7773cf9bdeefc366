"""The caseload of the account `trajectbegeleider`: every state that a visitor wants to see first.

The days are chosen one by one, so nothing is added to these clients later on.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from ipsplatform.demo import words
from ipsplatform.demo.caseload import Seat, Town, fill_place, followers_in_fact
from ipsplatform.demo.contacts import Rhythm, add_contacts
from ipsplatform.demo.crew import CM, ED, IPS, KM, NOORD
from ipsplatform.demo.journeys import describe, invent_mss, move
from ipsplatform.demo.plan import ClientPlan, Follower, JobPlan, TrajectoryPlan
from ipsplatform.demo.work import invent_offer, own_business

SEAT = Seat("trajectbegeleider", IPS, NOORD, places=18)
IN, DAY, SUPPORTED = "inloop", "dagbesteding", "begeleid_werk"


@dataclass(frozen=True, slots=True)
class Work:
    """A job, in days before today; a negative start lies ahead."""

    start: int
    end: int | None = None
    reason: str = ""
    beside_stage: bool = False
    competitive: bool = True
    own_business: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """One client of the visitor: all days are days before today."""

    enrolled: int
    stages: tuple[tuple[int, str], ...] = ()
    jobs: tuple[Work, ...] = ()
    peer: bool = True
    casemanager: bool = True
    quiet: int = 1
    first_visit: int | None = 18
    next_step: int = 0
    target_group: str = "epa"
    funder: str = "gemeente"
    hours: int = 0
    with_mss: bool = False
    came_back: bool = False
    approved: int | None = None


SCENES = (
    # just enrolled, nothing but a first talk
    Scene(4, peer=False, casemanager=False, first_visit=None, next_step=4, funder="uwv"),
    # 41 days and no employer seen yet
    Scene(41, ((30, IN), (12, SUPPORTED)), quiet=2, first_visit=None, next_step=0),
    # sixth week of a job: follow-along every week
    Scene(190, ((170, DAY), (95, SUPPORTED)), (Work(38),), quiet=1, next_step=6),
    # not seen for a month
    Scene(240, ((225, IN), (120, DAY)), quiet=33, next_step=9, casemanager=False),
    # starts in five days, nothing planned
    Scene(118, ((100, IN), (60, SUPPORTED)), (Work(-5),), quiet=6, next_step=11, target_group="cmd"),
    # started three days ago, no contact since
    Scene(152, ((140, DAY),), (Work(3),), quiet=3, next_step=10, funder="uwv"),
    # lost the job five days ago, no contact since
    Scene(330, ((300, SUPPORTED),), (Work(130, 5, "contract_afgelopen"),), quiet=8, next_step=9),
    # worked already at enrolment and found something better
    Scene(270, (), (Work(500, 150, "andere_baan"), Work(144)), hours=8, peer=False, next_step=2),
    # eight hours of work beside day activities
    Scene(400, ((380, IN), (300, DAY)), (Work(64, beside_stage=True),), next_step=7),
    # the whole journey, more than a year at work: finger on the pulse; the approval ends soon
    Scene(
        1040, ((1025, IN), (900, DAY), (640, SUPPORTED)), (Work(425),), quiet=12, next_step=10, approved=1015
    ),
    # a step back to get breath
    Scene(365, ((350, DAY), (260, SUPPORTED), (70, DAY)), quiet=5, next_step=7),
    # lost a job and had the next one nine days later
    Scene(300, ((290, IN),), (Work(200, 90, "ontslag_genomen"), Work(80)), quiet=4, next_step=10),
    # lost a job, seven weeks without, found one, lost it, looks again
    Scene(
        560,
        ((540, DAY), (480, SUPPORTED), (345, DAY), (40, SUPPORTED)),
        (Work(440, 350, "gezondheid"), Work(300, 45, "contract_afgelopen")),
        quiet=3,
        next_step=4,
        target_group="verslaving",
    ),
    # self-employed
    Scene(310, ((300, SUPPORTED),), (Work(95, own_business=True),), peer=False, quiet=9, next_step=2),
    # paid, yet not regular work: sheltered, and still looking
    Scene(290, ((270, DAY),), (Work(110, competitive=False),), quiet=7, next_step=5),
    # together with the kwartiermaker of MSS De Vliet
    Scene(130, ((120, IN),), quiet=2, next_step=11, with_mss=True, target_group="dakloos"),
    # ten months without a job: a reason to look again together, never to stop
    Scene(305, ((280, IN), (200, DAY), (90, SUPPORTED)), quiet=4, next_step=8),
    # here for the second time; straight from drop-in to a job, nineteen years old
    Scene(75, ((70, IN),), (Work(20),), came_back=True, quiet=1, next_step=6, target_group="jongere"),
)


def fill_showcase(town: Town, *, scenes: tuple[Scene, ...] = SCENES) -> None:
    """The visitor's clients of today, and who sat in those places before."""
    for scene in scenes:
        fill_place(town, SEAT, until=town.today - timedelta(days=scene.enrolled))
        client = _came_back(town, scene) if scene.came_back else town.newcomer(NOORD)
        client.trajectories.append(_play(town, scene, client))
        if scene.with_mss:
            add_mss(town, client)


def add_mss(town: Town, client: ClientPlan) -> None:
    """The kwartiermaker joins: IPS and MSS at the same time."""
    ips = client.trajectories[-1]
    enrolled_on = min(
        ips.enrolled_on + timedelta(days=town.rng.randrange(10, 60)), town.today - timedelta(days=3)
    )
    plan = invent_mss(town.rng, enrolled_on=enrolled_on, today=town.today)
    plan.followers = [Follower("kwartiermaker", KM, enrolled_on, plan.ended_on)]
    add_contacts(
        town.talk, plan, first_name=client.person.first_name, today=town.today, rhythm=Rhythm(recent_days=60)
    )
    client.trajectories.append(plan)


def _came_back(town: Town, scene: Scene) -> ClientPlan:
    """Somebody with an earlier trajectory that went well."""
    client = town.newcomer(NOORD)
    earlier = Scene(scene.enrolled + 620, ((690, IN),), (Work(590, 400, "contract_afgelopen"),), peer=False)
    plan = _play(town, earlier, client, ended=scene.enrolled + 200)
    client.trajectories.append(plan)
    return client


def _play(town: Town, scene: Scene, client: ClientPlan, *, ended: int | None = None) -> TrajectoryPlan:
    rng, today = town.rng, town.today
    plan = TrajectoryPlan(
        kind="ips",
        enrolled_on=_ago(today, scene.enrolled),
        referred_on=_ago(today, scene.enrolled + rng.randrange(6, 30)),
        target_group=scene.target_group,
        funder=scene.funder,
        hours_worked_at_enrolment=scene.hours,
        job_search_started_on=_ago(today, max(scene.enrolled - rng.randrange(0, 15), 0)),
        ended_on=None if ended is None else _ago(today, ended),
        end_reason="" if ended is None else "wens_client",
    )
    plan.jobs = [_job(town, work, client) for work in scene.jobs]
    plan.moves = [move(rng, on=_ago(today, days), stage=stage) for days, stage in scene.stages]
    plan.followers = followers_in_fact(town, SEAT, plan, with_peer=False, with_casemanager=False)
    if scene.peer:
        plan.followers.append(Follower("ervaringsdeskundige", ED, plan.enrolled_on, plan.ended_on))
    if scene.casemanager:
        plan.followers.append(Follower("casemanager", CM, plan.enrolled_on, plan.ended_on))
    describe(rng, plan, today=today)
    if scene.approved is not None:
        plan.approved_on = _ago(today, scene.approved)
    _say_next_step(town, scene, plan, client)
    rhythm = Rhythm(
        recent_days=240, older_every=45, quiet_days=scene.quiet - 1, first_employer_visit=scene.first_visit
    )
    add_contacts(town.talk, plan, first_name=client.person.first_name, today=today, rhythm=rhythm)
    return plan


def _job(town: Town, work: Work, client: ClientPlan) -> JobPlan:
    last_name = client.person.last_name
    if work.own_business:
        offer = own_business(town.rng, last_name=last_name)
    else:
        offer = invent_offer(town.rng, last_name=last_name, competitive=work.competitive)
    return JobPlan(
        offer=offer,
        started_on=_ago(town.today, work.start),
        ended_on=None if work.end is None else _ago(town.today, work.end),
        end_reason=work.reason,
        stage_goes_on=work.beside_stage,
    )


def _say_next_step(town: Town, scene: Scene, plan: TrajectoryPlan, client: ClientPlan) -> None:
    if plan.ended_on is not None:
        return
    offer = plan.jobs[-1].offer if plan.jobs else invent_offer(town.rng, last_name="", competitive=True)
    plan.next_step = words.fill(
        words.WORDS["next_steps"][scene.next_step],
        first_name=client.person.first_name,
        occupation=offer.occupation,
        employer=offer.employer,
    )


def _ago(today: date, days: int) -> date:
    return today - timedelta(days=days)
