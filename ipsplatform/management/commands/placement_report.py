"""manage.py placement_report: the figures of one scope and one period, as JSON."""

import json
from argparse import ArgumentParser
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from reports.indicators.contract import to_json
from reports.indicators.report import placement_report
from reports.indicators.scope import ReportWindow, Scope
from staff.models import Team
from trajectories.models import Funder, TargetGroup


class Command(BaseCommand):
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.description = _(
            "Print the placement figures of a period, for everything or for one team, funder or target group."
        )
        days = {"metavar": "YYYY-MM-DD"}
        parser.add_argument(
            "--from", dest="period_from", required=True, help=_("first day of the period"), **days
        )
        parser.add_argument("--to", dest="period_to", required=True, help=_("last day of the period"), **days)
        parser.add_argument(
            "--as-of",
            help=_(
                "the as-of day: what was known then counts; default: the period's end, "
                "or today if that is earlier"
            ),
            **days,
        )
        parser.add_argument("--team", metavar="CODE", help=_("only trajectories of this team"))
        parser.add_argument("--funder", help=_only(_("only this funder: %(codes)s"), Funder))
        parser.add_argument("--target-group", help=_only(_("only this target group: %(codes)s"), TargetGroup))
        parser.add_argument("--cohort-from", help=_("cohorts: enrolled on this day or later"), **days)
        parser.add_argument("--cohort-to", help=_("cohorts: enrolled on this day or earlier"), **days)
        parser.add_argument(
            "--format", choices=["json"], default="json", help=_("how the figures are written")
        )

    def handle(self, **options: str | None) -> None:
        scope = Scope(
            team=_team(options["team"]),
            funder=_one_of(Funder, options["funder"], "--funder"),
            target_group=_one_of(TargetGroup, options["target_group"], "--target-group"),
        )
        report = placement_report(scope, _window(options))
        self.stdout.write(json.dumps(to_json(report), indent=2, ensure_ascii=False))


def _only(text: str, choices: type[Funder] | type[TargetGroup]) -> str:
    return text % {"codes": ", ".join(choices.values)}


def _window(options: dict[str, str | None]) -> ReportWindow:
    names = ("period_from", "period_to", "as_of", "cohort_from", "cohort_to")
    try:
        return ReportWindow.of(**{name: _day(options[name]) for name in names})
    except RuleError as refusal:
        raise CommandError(str(refusal)) from refusal


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(_("“%(text)s” is not a day. Write it as 2026-03-31.") % {"text": text}) from error


def _team(code: str | None) -> Team | None:
    if code is None:
        return None
    team = Team.objects.filter(code=code).first()
    if team is None:
        known = ", ".join(Team.objects.order_by("code").values_list("code", flat=True)) or "–"
        raise CommandError(
            _("There is no team with the code “%(code)s”. Known codes: %(known)s.")
            % {"code": code, "known": known}
        )
    return team


def _one_of(choices: type[Funder] | type[TargetGroup], value: str | None, option: str) -> str:
    if value is not None and value not in choices.values:
        raise CommandError(
            _("%(option)s does not know “%(value)s”. Choose one of: %(known)s.")
            % {"option": option, "value": value, "known": ", ".join(choices.values)}
        )
    return value or ""
