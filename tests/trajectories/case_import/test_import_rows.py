"""Every reason to refuse one row, with the file, the line and the column that it names."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.trajectories.case_import.import_files import all_rows, refused, run_import, write_all, write_file
from trajectories.models import Contact

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TOMORROW = (timezone.localdate() + timedelta(days=1)).isoformat()
FAR = (timezone.localdate() + timedelta(days=366)).isoformat()

REFUSED = [
    # file, what the row says, column, part of the reason
    ("teams", {"team_code": ""}, "team_code", "compulsory"),
    ("teams", {"team_code": "N" * 41}, "team_code", "41 characters, at most 40"),
    ("teams", {"kind": "fakt"}, "kind", "Do you mean fact?"),
    ("teams", {"inhabitants": "50.000,5"}, "inhabitants", "not a whole number"),
    ("teams", {"inhabitants": "-1"}, "inhabitants", "not between 0"),
    ("staff", {"role": "directeur"}, "role", "not one of the codes: ips_trajectbegeleider"),
    ("staff", {"email": "geen adres"}, "email", "not an e-mail address"),
    ("staff", {"fte": "2,5"}, "fte", "not between 0 and 2"),
    ("staff", {"fte": "0,8888"}, "fte", "at most 3"),
    ("staff", {"fte": "veel"}, "fte", "not a number"),
    ("staff", {"trainee": "misschien"}, "trainee", "yes or no"),
    ("staff", {"team_code": "Q"}, "team_code", "This number is unknown"),
    ("staff", {"team_code": "Q7"}, "team_code", "Q7 is unknown: not in teams.csv"),
    ("staff", {"started_on": ""}, "started_on", "first day"),
    ("staff", {"ended_on": "2023-12-31"}, "ended_on", "before the start"),
    ("clients", {"last_name": "  "}, "last_name", "compulsory"),
    ("clients", {"birth_date": TOMORROW}, "birth_date", "future"),
    ("clients", {"birth_date": "1899-12-31"}, "birth_date", "outside 1900"),
    ("clients", {"birth_date": "31-02-1990"}, "birth_date", "does not exist"),
    ("clients", {"birth_date": "1 mei 1990"}, "birth_date", "What stands here is not a date"),
    ("clients", {"last_name": "Groot\x00"}, "last_name", "control character"),
    ("clients", {"phone": "0" * 31}, "phone", "at most 30"),
    ("assignments", {"client_number": "C9"}, "client_number", "C9 is unknown"),
    ("assignments", {"staff_number": "S9"}, "staff_number", "S9 is unknown"),
    ("assignments", {"role": "teamleider"}, "role", "not one of the codes"),
    ("assignments", {"ended_on": "2024-01-31"}, "ended_on", "before the start"),
    ("trajectories", {"client_number": "C9"}, "client_number", "C9 is unknown"),
    ("trajectories", {"kind": "jobcoach"}, "kind", "not one of the codes: ips, mss"),
    ("trajectories", {"funder": "wmo"}, "funder", "not one of the codes"),
    ("trajectories", {"target_group": "iedereen"}, "target_group", "not one of the codes"),
    ("trajectories", {"enrolled_on": ""}, "enrolled_on", "compulsory"),
    ("trajectories", {"enrolled_on": TOMORROW}, "enrolled_on", "future"),
    ("trajectories", {"referred_on": TOMORROW}, "referred_on", "future"),
    ("trajectories", {"referred_on": "2024-02-02"}, "referred_on", "after the enrolment"),
    ("trajectories", {"approved_on": TOMORROW}, "approved_on", "future"),
    ("trajectories", {"ended_on": TOMORROW}, "ended_on", "future"),
    ("trajectories", {"ended_on": "2024-01-31"}, "ended_on", "before the start"),
    ("trajectories", {"end_reason": "overig"}, "end_reason", "no end"),
    ("trajectories", {"ended_on": "2024-06-01", "end_reason": "klaar"}, "end_reason", "doel_bereikt, wens"),
    ("trajectories", {"hours_worked_at_enrolment": "169"}, "hours_worked_at_enrolment", "and 168"),
    ("stages", {"trajectory_number": "T9"}, "trajectory_number", "T9 is unknown"),
    ("stages", {"stage": "wachtlijst"}, "stage", "not one of the codes: inloop"),
    ("stages", {"stage": "Betaalde_Baan"}, "stage", "give the job in jobs.csv"),
    ("stages", {"started_on": TOMORROW, "ended_on": ""}, "started_on", "future"),
    ("stages", {"ended_on": TOMORROW}, "ended_on", "future"),
    ("stages", {"ended_on": "2024-01-31"}, "ended_on", "before the start"),
    ("jobs", {"trajectory_number": "T9"}, "trajectory_number", "T9 is unknown"),
    ("jobs", {"employer": ""}, "employer", "compulsory"),
    ("jobs", {"employer": "b" * 161}, "employer", "at most 160"),
    ("jobs", {"started_on": FAR}, "started_on", "more than a year"),
    ("jobs", {"ended_on": TOMORROW}, "ended_on", "future"),
    ("jobs", {"ended_on": "2024-03-31"}, "ended_on", "before the start"),
    ("jobs", {"end_reason": "ontslagen"}, "end_reason", "no end"),
    ("jobs", {"contract": "nul-uren"}, "contract", "not one of the codes: vast"),
    ("jobs", {"hours_per_week": "-1"}, "hours_per_week", "not between"),
    ("jobs", {"open_to_anyone": "soms"}, "open_to_anyone", "yes or no"),
    ("contacts", {"staff_number": "S9"}, "staff_number", "S9 is unknown"),
    ("contacts", {"client_number": "C9"}, "client_number", "C9 is unknown"),
    ("contacts", {"client_number": ""}, "client_number", "neither a client nor an employer"),
    ("contacts", {"occurred_at": TOMORROW}, "occurred_at", "future"),
    ("contacts", {"occurred_at": "2024-02-03 24:01"}, "occurred_at", "time"),
    ("contacts", {"occurred_at": "gisteren"}, "occurred_at", "not a date"),
    ("contacts", {"minutes": "1441"}, "minutes", "not between 0 and 1440"),
    ("contacts", {"minutes": "0,5"}, "minutes", "not a whole number"),
    ("contacts", {"kind": "mail"}, "kind", "not one of the codes: werk"),
    ("contacts", {"location": "kantoor"}, "location", "not one of the codes"),
]


@pytest.mark.parametrize(("name", "cells", "column", "reason"), REFUSED)
def test_wrong_row_is_refused_with_its_place(tmp_path, name, cells, column, reason):
    before = all_rows()
    write_all(tmp_path, **{name: cells})
    first = refused(tmp_path)[0]
    assert first[:3] == (f"{name}.csv", 2, column)
    assert reason in first[3]
    assert all_rows() == before


def test_line_is_the_physical_line_in_the_file(tmp_path):
    write_all(tmp_path)
    write_file(
        tmp_path,
        "contacts",
        {"note": "een\ntwee\n\nvijf"},
        {"contact_number": "K2", "kind": "mail"},
    )
    assert [one[1] for one in refused(tmp_path)] == [6]


def test_every_wrong_cell_of_a_row_is_named_and_the_row_counts_once(tmp_path):
    write_all(tmp_path, contacts={"kind": "mail", "minutes": "veel"})
    report = run_import(tmp_path)
    assert {one.column for one in report.refusals} == {"kind", "minutes"}
    assert report.files[-1].refused == 1


def test_number_that_comes_twice_is_refused_and_names_the_first_line(tmp_path):
    write_all(tmp_path)
    write_file(tmp_path, "clients", {}, {"client_number": " C1 ", "last_name": "Ander"})
    assert refused(tmp_path) == [
        ("clients.csv", 3, "client_number", "C1 is already in this file, on line 2.")
    ]


def test_same_number_in_other_capitals_is_the_same_number(tmp_path):
    write_all(tmp_path)
    write_file(tmp_path, "clients", {}, {"client_number": "c1"}, {"client_number": "0c1"})
    assert refused(tmp_path) == [
        ("clients.csv", 3, "client_number", "C1 is already in this file, on line 2.")
    ]


def test_overlapping_stages_are_refused_on_a_shared_day(tmp_path):
    write_all(tmp_path)
    write_file(tmp_path, "stages", {}, {"stage": "dagbesteding", "started_on": "2024-03-31", "ended_on": ""})
    [refusal] = refused(tmp_path)
    assert refusal[:3] == ("stages.csv", 3, "started_on")
    assert "let the first end on the day before" in refusal[3]


def test_stage_that_begins_on_the_day_after_is_fine(tmp_path):
    write_all(tmp_path)
    write_file(tmp_path, "stages", {}, {"stage": "dagbesteding", "started_on": "2024-04-01", "ended_on": ""})
    assert refused(tmp_path) == []


def test_two_stages_that_begin_on_the_same_day_are_refused(tmp_path):
    write_all(tmp_path)
    write_file(tmp_path, "stages", {}, {"stage": "dagbesteding"})
    assert [one[:3] for one in refused(tmp_path)] == [("stages.csv", 3, "started_on")]


def test_stage_overlapping_one_that_only_the_database_has_is_refused(tmp_path):
    write_all(tmp_path)
    run_import(tmp_path)
    write_file(tmp_path, "stages", {"stage": "dagbesteding", "started_on": "2024-03-01", "ended_on": ""})
    assert [one[:3] for one in refused(tmp_path)] == [("stages.csv", 2, "started_on")]


def test_second_open_trajectory_of_a_kind_is_refused(tmp_path):
    write_all(tmp_path)
    write_file(
        tmp_path, "trajectories", {}, {"trajectory_number": "T2"}, {"trajectory_number": "T3", "kind": "mss"}
    )
    assert [one[:3] for one in refused(tmp_path)] == [("trajectories.csv", 3, "trajectory_number")]


def test_second_open_trajectbegeleider_is_refused(tmp_path):
    write_all(tmp_path)
    write_file(tmp_path, "staff", {}, {"staff_number": "S2"})
    write_file(tmp_path, "assignments", {}, {"staff_number": "S2"})
    assert [one[:3] for one in refused(tmp_path)] == [("assignments.csv", 3, "staff_number")]


def test_job_that_starts_after_its_trajectory_ended_is_refused(tmp_path):
    write_all(tmp_path, trajectories={"ended_on": "2024-03-31"})
    [refusal] = refused(tmp_path)
    assert refusal[:3] == ("jobs.csv", 2, "started_on")
    assert "31-03-2024" in refusal[3]


def test_overlapping_memberships_are_refused(tmp_path):
    write_all(tmp_path)
    run_import(tmp_path)
    write_file(tmp_path, "staff", {"started_on": "2024-06-01"})
    assert refused(tmp_path)[0][:3] == ("staff.csv", 2, "started_on")


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("2024-07-01T10:00:00Z", "2024-07-01 10:00"),
        ("2024-07-01 10:00:59.123+02:00", "2024-07-01 08:00"),
        ("2024-07-01 10:00+02", "2024-07-01 08:00"),
        ("1-7-2024 9:05", "2024-07-01 07:05"),
        ("2024-01-15", "2024-01-15 11:00"),  # a day without a time: noon in the Netherlands
        ("2024-03-31 02:30", "2024-03-31 01:30"),  # the hour that was skipped: half past three
        ("2024-10-27 02:30", "2024-10-27 00:30"),  # the hour that came twice: the first one
    ],
)
def test_moments_are_read_with_and_without_zone_and_stay_the_same(tmp_path, written, stored):
    write_all(tmp_path, contacts={"occurred_at": written})
    assert refused(tmp_path) == []
    assert f"{Contact.objects.get().occurred_at:%Y-%m-%d %H:%M}" == stored
    assert run_import(tmp_path).rows_written == 0


def test_contact_of_today_without_a_time_is_no_future(tmp_path):
    write_all(tmp_path, contacts={"occurred_at": timezone.localdate().isoformat()})
    assert refused(tmp_path) == []


def test_reason_does_not_repeat_what_may_be_a_name(tmp_path):
    write_all(tmp_path, clients={"birth_date": "Anna de Groot"}, assignments={"client_number": "Jansen"})
    assert not [one for one in refused(tmp_path) if "Groot" in one[3] or "Jansen" in one[3]]
