"""What a new installation still needs before the first client can be helped, in the order of the work."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_celery_beat.models import PeriodicTask

from clients.models import Client
from ipsplatform.common.day_texts import moment
from ipsplatform.operations import heartbeat
from staff.models import AccessChange, Organisation, Team, TeamMembership, User
from staff.permissions import Ability, roles_with

# One can't confirm for oneself what the other asks.
ADMINISTRATORS = 2
HALF_A_MINUTE = timedelta(seconds=30)
MONITORING = "reports.runs.tasks.make_previous_run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to set up: whether it is done, what there is now, and where it is done."""

    title: str
    why: str
    facts: list[str]
    is_done: bool
    action: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSteps:
    """All steps, and the first one that is not done yet."""

    steps: list[Step]

    @property
    def done_count(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def upcoming(self) -> Step | None:
        """The step to take now; None when everything is done."""
        return next((step for step in self.steps if not step.is_done), None)


def first_steps() -> FirstSteps:
    """The steps as they stand at this moment, in the language of the reader."""
    makers: Iterable[Callable[[], Step]] = (_organisation, _teams, _people, _clients, _schedule)
    return FirstSteps(steps=[make() for make in makers])


def _organisation() -> Step:
    organisation = Organisation.objects.first()
    return Step(
        title=_("Fill in the organisation"),
        why=_("Its name stands on the sign-in page and on the papers of clients."),
        facts=[organisation.name, organisation.questions_to] if organisation else [],
        is_done=organisation is not None,
        action=_("Change the organisation") if organisation else _("Fill in the organisation"),
        url=reverse("admin:staff_organisation_changelist"),
    )


def _teams() -> Step:
    names = list(Team.objects.values_list("name", flat=True))
    return Step(
        title=_("Make the teams"),
        why=_("Who is in a team sees the clients of that team: FACT teams and MSS areas."),
        facts=[", ".join(names)] if names else [],
        is_done=bool(names),
        action=_("Look at the teams") if names else _("Make a team"),
        url=reverse("admin:staff_team_changelist" if names else "admin:staff_team_add"),
    )


def _people() -> Step:
    people = User.objects.active()
    missing = [
        *_roles_missing(people),
        *_teams_without_lead(people),
        *_waiting(people),
        *_not_invited(people),
    ]
    count = people.count()
    facts = [
        ngettext("%(count)s person works here.", "%(count)s people work here.", count) % {"count": count}
    ]
    return Step(
        title=_("Add people and invite them"),
        why=_(
            "Each team needs a team lead, and you need a second administrator: some changes are confirmed by "
            "somebody else. Put people in their team, then invite them by e-mail from the list of people."
        ),
        facts=[*facts, *missing],
        is_done=not missing,
        action=_("Look at the people") if count > 1 else _("Add somebody"),
        url=reverse("admin:staff_user_changelist" if count > 1 else "admin:staff_user_add"),
    )


def _roles_missing(people: QuerySet[User]) -> list[str]:
    administrators = people.filter(role__in=roles_with(Ability.ADMINISTER)).count()
    return [_("There is no second administrator yet.")] if administrators < ADMINISTRATORS else []


def _teams_without_lead(people: QuerySet[User]) -> list[str]:
    leads = TeamMembership.objects.current().filter(
        user__in=people.filter(role__in=roles_with(Ability.LEAD_TEAM))
    )
    without = Team.objects.exclude(memberships__in=leads).values_list("name", flat=True)
    if not without:
        return []
    return [_("Without a team lead: %(teams)s.") % {"teams": ", ".join(without)}]


def _waiting(people: QuerySet[User]) -> list[str]:
    """What an administrator asked for somebody and a second person has not confirmed yet."""
    waiting = AccessChange.objects.open().count()
    if not waiting:
        return []
    said = ngettext(
        "%(count)s request waits for a second person.",
        "%(count)s requests wait for a second person.",
        waiting,
    )
    facts = [said % {"count": waiting}]
    if people.filter(role__in=roles_with(Ability.CONFIRM_ACCESS)).count() == 1:
        facts.append(
            _(
                "You are the only one who could confirm. Ask whoever manages the server to confirm the "
                "second administrator: manage.py confirm_access_change."
            )
        )
    return facts


def _not_invited(people: QuerySet[User]) -> list[str]:
    """People who can't sign in yet: no password, and no link with the sign-on service."""
    waiting = sum(not user.has_usable_password() for user in people.filter(socialaccount=None))
    if not waiting:
        return []
    said = ngettext(
        "%(count)s person can't sign in yet: invite them.",
        "%(count)s people can't sign in yet: invite them.",
        waiting,
    )
    return [said % {"count": waiting}]


def _clients() -> Step:
    has_clients = Client.objects.exists()
    return Step(
        title=_("Bring in the clients"),
        why=_(
            "Import the files of an earlier system: a dry run first tells what would be refused. "
            "Without one, team leads register clients themselves."
        ),
        facts=[_("There are clients.")] if has_clients else [_("There are no clients yet.")],
        is_done=has_clients,
        action=_("Look at the imports") if has_clients else _("Start an import"),
        url=reverse(
            "admin:trajectories_importrun_changelist" if has_clients else "admin:trajectories_importrun_add"
        ),
    )


def _schedule() -> Step:
    tasks = list(PeriodicTask.objects.filter(task=MONITORING, enabled=True).order_by("pk"))
    beats = heartbeat.is_fresh()
    facts = [_runs_next(task) for task in tasks]
    if not beats:
        facts.append(
            _(
                "There is no heartbeat of the background work. Just after a start that takes some "
                "minutes; after that, ask whoever manages the server to start it."
            )
        )
    return Step(
        title=_("Check the schedule"),
        why=_("Figures, reviews and reminders are made in the background, each at its own hour."),
        facts=facts,
        is_done=beats and bool(tasks),
        action=_("Look at the schedule"),
        url=reverse("admin:django_celery_beat_periodictask_changelist"),
    )


def _runs_next(task: PeriodicTask) -> str:
    now = timezone.now()
    at = (
        now + task.schedule.remaining_estimate(now) + HALF_A_MINUTE
    )  # the estimate is some milliseconds short
    return _("%(task)s: next on %(moment)s.") % {"task": _(task.name).capitalize(), "moment": moment(at)}
