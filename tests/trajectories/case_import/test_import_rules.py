"""Rules across rows and across imports: what depends on what, and corrections that must be possible."""

from datetime import date

import pytest

from clients.models import Assignment, Client
from staff.models import AuditEvent, TeamMembership, User
from tests.factories import StagePeriodFactory, TrajectoryFactory
from tests.trajectories.case_import.import_files import all_rows, refused, run_import, write_all, write_file
from trajectories.case_import.tables.numbers import Numbers
from trajectories.case_import.tables.reading import Row
from trajectories.case_import.tables.writing import Change, write_changes
from trajectories.models import ImportRun, Job, StagePeriod, Trajectory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


# What happens to the rest


def test_one_refused_row_keeps_everything_out(tmp_path):
    write_all(tmp_path, contacts={"kind": "mail"})
    before = all_rows()
    report = run_import(tmp_path)
    assert not report.written
    assert all_rows() == before


def test_skip_invalid_imports_the_rest(tmp_path):
    write_all(tmp_path, contacts={"kind": "mail"})
    report = run_import(tmp_path, skip_invalid=True)
    assert report.written
    assert report.is_refused
    assert Job.objects.count() == 1


def test_dry_run_with_skip_invalid_writes_nothing_either(tmp_path):
    write_all(tmp_path, contacts={"kind": "mail"})
    before = all_rows()
    assert not run_import(tmp_path, dry_run=True, skip_invalid=True).written
    assert all_rows() == before


def test_rows_that_depend_on_a_refused_row_are_refused_down_to_the_last(tmp_path):
    write_all(tmp_path, teams={"kind": "fakt"})
    found = {one[0]: one[3] for one in refused(tmp_path, skip_invalid=True)}
    assert found["clients.csv"] == "This number was refused in teams.csv, line 2."
    assert found["trajectories.csv"] == "C1 was refused in clients.csv, line 2."
    assert found["jobs.csv"] == found["stages.csv"] == "T1 was refused in trajectories.csv, line 2."
    assert list(found) == [
        "teams.csv", "staff.csv", "clients.csv", "assignments.csv",
        "trajectories.csv", "stages.csv", "jobs.csv", "contacts.csv",
    ]  # fmt: skip
    assert not User.objects.exists()


def test_rows_depend_on_a_refused_row_also_when_an_earlier_import_brought_it(tmp_path):
    write_all(tmp_path)
    run_import(tmp_path)
    write_all(tmp_path, clients={"birth_date": "nooit"}, contacts={"minutes": "45"})
    found = [one[:3] for one in refused(tmp_path, skip_invalid=True)]
    assert ("contacts.csv", 2, "client_number") in found


def test_first_of_two_rows_with_one_number_stands_and_so_does_who_refers_to_it(tmp_path):
    write_all(tmp_path)
    write_file(tmp_path, "clients", {}, {"last_name": "Ander"})
    assert [one[:2] for one in refused(tmp_path, skip_invalid=True)] == [("clients.csv", 3)]
    assert Client.objects.get().last_name == "Groot"
    assert Trajectory.objects.count() == 1


def test_import_that_changed_something_is_recorded_once(tmp_path):
    write_all(tmp_path)
    run_import(tmp_path)
    run_import(tmp_path)
    event = AuditEvent.objects.get(action="cases_imported")
    assert event.target_id == ImportRun.objects.get().public_id


# Corrections in a later import


def test_changed_cells_change_the_row_and_are_counted(tmp_path):
    write_all(tmp_path)
    run_import(tmp_path)
    write_all(tmp_path, clients={"last_name": "Klein"}, staff={"fte": "0.9", "role": "casemanager"})
    report = run_import(tmp_path)
    assert {file.name: file.changed for file in report.files if file.changed} == {
        "staff.csv": 1,
        "clients.csv": 1,
    }
    assert Client.objects.get().last_name == "Klein"
    assert str(TeamMembership.objects.get().fte) == "0.900"


def test_empty_cell_makes_unknown_and_absent_column_leaves_what_is_there(tmp_path):
    write_all(tmp_path, clients={"phone": "06-12345678", "municipality": "Geldrop"})
    run_import(tmp_path)
    write_file(tmp_path, "clients", {"phone": ""})
    run_import(tmp_path)
    client = Client.objects.get()
    assert (client.phone, client.municipality) == ("", "Geldrop")


def test_end_without_reason_gets_the_unknown_reason_and_reopening_clears_it(tmp_path):
    write_all(tmp_path, jobs={"ended_on": "2024-05-01"}, trajectories={"ended_on": "2024-06-01"})
    run_import(tmp_path)
    assert (Job.objects.get().end_reason, Trajectory.objects.get().end_reason) == ("onbekend", "onbekend")
    write_all(tmp_path)
    run_import(tmp_path)
    assert (Job.objects.get().end_reason, Trajectory.objects.get().end_reason) == ("", "")


def test_handover_inside_one_file_works_in_any_order_of_rows(tmp_path):
    write_all(tmp_path)
    write_file(tmp_path, "staff", {}, {"staff_number": "S2"})
    run_import(tmp_path)
    new = {"staff_number": "S2", "started_on": "2024-06-01"}
    write_file(tmp_path, "assignments", new, {"ended_on": "2024-05-31"})
    assert refused(tmp_path) == []
    assert Assignment.objects.get(ended_on=None).user.staff_number == "S2"


def test_handover_can_be_taken_back(tmp_path):
    write_all(tmp_path)
    write_file(tmp_path, "staff", {}, {"staff_number": "S2"})
    write_file(
        tmp_path,
        "assignments",
        {"ended_on": "2024-05-31"},
        {"staff_number": "S2", "started_on": "2024-06-01"},
    )
    run_import(tmp_path)
    back = {"staff_number": "S2", "started_on": "2024-06-01", "ended_on": "2024-06-01"}
    write_file(tmp_path, "assignments", {"ended_on": ""}, back)
    assert refused(tmp_path) == []
    assert Assignment.objects.get(ended_on=None).user.staff_number == "S1"


def test_imported_trajectbegeleider_is_the_fixed_person(tmp_path):
    write_all(tmp_path)
    run_import(tmp_path)
    assert Assignment.objects.get().is_primary


def test_next_trajectory_may_stand_above_the_end_of_the_one_before(tmp_path):
    write_all(tmp_path)
    run_import(tmp_path)
    write_file(
        tmp_path,
        "trajectories",
        {"trajectory_number": "T2", "enrolled_on": "2024-07-02"},
        {"ended_on": "2024-07-01"},
    )
    write_file(tmp_path, "jobs", {"ended_on": "2024-06-30"})
    assert refused(tmp_path) == []
    assert Trajectory.objects.get(ended_on=None).trajectory_number == "T2"


def test_open_stage_may_be_closed_for_one_that_stands_above_it(tmp_path):
    write_all(tmp_path, stages={"ended_on": ""})
    run_import(tmp_path)
    write_file(
        tmp_path,
        "stages",
        {"stage": "dagbesteding", "started_on": "2024-03-01", "ended_on": ""},
        {"ended_on": "2024-02-29"},
    )
    assert refused(tmp_path) == []
    assert StagePeriod.objects.get(ended_on=None).stage == "dagbesteding"


def test_end_and_job_may_move_before_each_other_in_one_import(tmp_path):
    write_all(tmp_path, jobs={"started_on": "2024-09-01"})
    run_import(tmp_path)
    stops = {"ended_on": "2024-06-30"}
    write_all(tmp_path, trajectories=stops, assignments=stops, jobs=stops | {"started_on": "2024-06-01"})
    assert refused(tmp_path) == []
    assert Trajectory.objects.get().ended_on == date(2024, 6, 30)
    assert Job.objects.get().started_on == date(2024, 6, 1)


def test_end_before_a_job_that_stays_is_refused_and_the_trajectory_stays_as_it_was(tmp_path):
    write_all(tmp_path, jobs={"started_on": "2024-09-01"})
    run_import(tmp_path)
    before = all_rows()
    (tmp_path / "jobs.csv").unlink()
    write_file(tmp_path, "trajectories", {"ended_on": "2024-06-30"})
    found = refused(tmp_path, skip_invalid=True)
    assert (
        "trajectories.csv",
        2,
        "ended_on",
        "A job that is recorded, or that stands in jobs.csv, starts after this end.",
    ) in found
    assert ("stages.csv", 2, "trajectory_number", "T1 was refused in trajectories.csv, line 2.") in found
    assert all_rows() == before


def test_team_of_a_trajectory_is_that_of_the_client_at_the_first_import(tmp_path):
    write_all(tmp_path)
    run_import(tmp_path)
    write_file(tmp_path, "teams", {}, {"team_code": "Z", "name": "FACT Zuid"})
    write_file(tmp_path, "clients", {"team_code": "Z"})
    run_import(tmp_path)
    assert Client.objects.get().team.code == "Z"
    assert Trajectory.objects.get().team.code == "N"


def test_membership_that_the_file_does_not_name_any_more_is_pointed_out(tmp_path):
    write_file(tmp_path, "teams", {})
    write_file(tmp_path, "staff", {})
    assert run_import(tmp_path).notices == ()
    write_file(tmp_path, "teams", {}, {"team_code": "Z", "name": "FACT Zuid"})
    write_file(tmp_path, "staff", {"team_code": "Z", "started_on": "2025-01-01"})
    assert run_import(tmp_path).notices == (
        "1 people are also in a team that staff.csv does not name for them: S1. "
        "They keep access until that membership is ended.",
    )


def test_columns_that_the_pages_fill_are_left_alone(tmp_path):
    write_all(tmp_path)
    run_import(tmp_path)
    Trajectory.objects.update(wish="Iets met dieren", job_search_started_on=date(2024, 3, 1))
    StagePeriod.objects.update(reason="Op eigen verzoek")
    write_all(tmp_path, trajectories={"funder": "uwv"}, stages={"ended_on": "2024-03-30"})
    run_import(tmp_path)
    assert Trajectory.objects.get().wish == "Iets met dieren"
    assert StagePeriod.objects.get().reason == "Op eigen verzoek"


# The database has the last word


def test_constraint_that_no_rule_foresaw_costs_one_row_and_says_why():
    trajectory = TrajectoryFactory()
    StagePeriodFactory(trajectory=trajectory, started_on=date(2024, 3, 5))
    changes = [
        Change(
            row=Row(line=day, values={}),
            instance=StagePeriod(
                trajectory=trajectory,
                stage="inloop",
                started_on=date(2024, 3, day),
                ended_on=date(2024, 3, day),
            ),
            is_new=True,
        )
        for day in (1, 2, 3, 6, 4)
    ]
    reasons = []
    written = write_changes(
        changes,
        numbers=Numbers(keeps=True),
        refuse=lambda change, problem: reasons.append((change.row.line, problem.reason)),
    )
    assert [change.row.line for change in written] == [1, 2, 3, 4]
    assert reasons == [(6, "Another stage of this trajectory lies in that period.")]
    assert StagePeriod.objects.count() == 5


def test_membership_that_the_database_refuses_takes_its_person_along(tmp_path):
    person = User(username="s7", staff_number="S7", last_name="Smit", role="casemanager")
    wrong = TeamMembership(
        team=TrajectoryFactory().team, started_on=date(2024, 2, 1), ended_on=date(2024, 1, 1)
    )
    change = Change(row=Row(line=2, values={}), instance=person, is_new=True, link="user")
    change.second = Change(row=change.row, instance=wrong, is_new=True)
    assert write_changes([change], numbers=Numbers(keeps=True), refuse=lambda *refusal: None) == []
    assert not User.objects.filter(username="s7").exists()
