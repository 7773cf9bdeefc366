"""Behind every number stand exactly the people that it counts."""

import pytest

from reports.indicators.contract import part_json
from reports.indicators.figure import FigurePart, Unit
from reports.indicators.people import people_behind
from reports.indicators.report import FIGURES, placement_report, placement_reports
from reports.indicators.scope import Scope
from tests.factories import JobFactory, TeamFactory, TrajectoryFactory, UserFactory
from tests.oracle.folders import write_folder
from tests.reports.cases import window
from tests.reports.folders import load_folder
from trajectories.models import Trajectory

pytestmark = pytest.mark.django_db


def numbers(report):
    """Every count of a report under the key and part of its figure."""
    found = {
        (f"flow.{name}", FigurePart.DENOMINATOR): count
        for name, count in part_json("flow", report.flow).items()
    }
    for key, rate in report.rates.items():
        found |= {
            (key, FigurePart.NUMERATOR): rate.numerator,
            (key, FigurePart.DENOMINATOR): rate.denominator,
        }
        if rate.unknown is not None:
            found |= {(key, FigurePart.UNKNOWN): rate.unknown, (key, FigurePart.DOUBTFUL): rate.doubtful}
        if rate.not_yet_mature is not None:
            found[key, FigurePart.LEFT_OUT] = rate.not_yet_mature
    return found


def test_lists_are_as_long_as_the_numbers(tmp_path):
    write_folder(tmp_path, seed=9, clients=80)
    teams, unknown = load_folder(tmp_path), 0
    for scope in (Scope(), Scope(team=teams["T1"]), Scope(funder="uwv")):
        found = numbers(placement_report(scope, window()))
        units = {figure.key: figure.unit for figure in FIGURES.values()}
        assert {key for key, _ in found} == set(units)
        for (key, part), number in found.items():
            people = people_behind(key, scope, window(), part)
            counted = people.values("client" if units[key] is Unit.CLIENT else "pk").distinct().count()
            assert counted == number, (key, part)
        assert sum(found.values()) > 50
        unknown += sum(number for (_, part), number in found.items() if part is FigurePart.UNKNOWN)
    assert unknown


def test_who_counts_in_the_numerator_counts_in_the_denominator(tmp_path):
    write_folder(tmp_path, seed=10, clients=80)
    load_folder(tmp_path)
    for figure in FIGURES.values():
        if figure.numerator is not None:
            whole = set(
                people_behind(figure.key, Scope(), window(), FigurePart.DENOMINATOR).values_list("pk")
            )
            assert set(people_behind(figure.key, Scope(), window()).values_list("pk")) <= whole


def test_people_can_be_narrowed_to_those_somebody_may_see():
    mine, theirs = TeamFactory(), TeamFactory()
    lead = UserFactory(teamleider=True, team=mine)
    for team in (mine, theirs):
        JobFactory(trajectory=TrajectoryFactory(in_team=team))
    people = people_behind("point_employment_rate", Scope(), window())
    assert people.count() == 2
    seen = Trajectory.objects.visible_to(lead).filter(pk__in=people.values("pk"))
    assert [trajectory.team for trajectory in seen] == [mine]
    assert people.visible_to(lead).select_related("client", "team").get().team == mine


def test_unknown_figure_is_an_error():
    with pytest.raises(KeyError):
        people_behind("placement_rate", Scope(), window())


@pytest.mark.parametrize("rows", [1, 12])
def test_report_takes_one_statement_whatever_the_number_of_trajectories(count_queries, rows):
    team = TeamFactory()
    for _ in range(rows):
        trajectory = TrajectoryFactory(in_team=team)
        JobFactory.create_batch(2, trajectory=trajectory)
    with count_queries(1):
        placement_report(Scope(team=team), window())


def test_reports_of_all_scopes_are_those_of_each_scope(tmp_path, count_queries):
    write_folder(tmp_path, seed=11, clients=50)
    load_folder(tmp_path)
    TrajectoryFactory(team=None, client__team=None, funder="", target_group="")
    with count_queries(2):  # figures, teams
        reports = placement_reports(window())
    assert next(iter(reports)) == Scope()
    assert len(reports) > 60
    for scope, report in reports.items():
        assert report == placement_report(scope, window())
