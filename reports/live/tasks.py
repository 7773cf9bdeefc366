"""What a page asks of the worker. It may run twice: the same figures come out."""

from datetime import date

from celery import shared_task

from reports.indicators.scope import ReportWindow, Scope
from reports.live import services
from staff.models import Team


@shared_task
def estimate_first_job(team_pk: int | None, divided: list[str], days: list[str]) -> None:
    """Estimate how long it took until a first job, for the page that asked.

    `divided` are funder and target group, `days` the period from and to, and the as-of day.
    """
    team = None if team_pk is None else Team.objects.filter(pk=team_pk).first()
    if team is None and team_pk is not None:
        return  # gone since
    funder, target_group = divided
    first, last, as_of = map(date.fromisoformat, days)
    scope = Scope(team=team, funder=funder, target_group=target_group)
    services.estimate_first_job(scope, ReportWindow(period_from=first, period_to=last, as_of=as_of))
