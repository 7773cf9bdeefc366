"""Put a random import folder in the database without the importer."""

from clients.models import Client
from tests.factories import JobFactory, TeamFactory, TrajectoryFactory
from tests.oracle.rows import read_date, read_number, read_rows
from trajectories.models import Employer, Job, Trajectory

FLAGS = ("open_to_anyone", "regular_wage", "regular_employer")


def load_folder(folder, *, shuffle=lambda rows: None):
    """Make the teams, clients, trajectories and jobs; `shuffle` decides the order. Gives teams by code."""
    rows = {}
    for name in ("teams", "clients", "trajectories", "jobs"):
        rows[name] = read_rows(folder, f"{name}.csv")
        shuffle(rows[name])
    teams = {row["team_code"]: TeamFactory(code=row["team_code"]) for row in rows["teams"]}
    clients = {row["client_number"]: make_client(row, teams) for row in rows["clients"]}
    Client.objects.bulk_create(clients.values())
    trajectories = {row["trajectory_number"]: make_trajectory(row, clients) for row in rows["trajectories"]}
    Trajectory.objects.bulk_create(trajectories.values())
    employer = Employer.objects.create(name="Bakkerij De Korenschoof")
    Job.objects.bulk_create(make_job(row, trajectories, employer) for row in rows["jobs"])
    return teams


def make_client(row, teams):
    number, team = row["client_number"], teams.get(row.get("team_code"))
    return Client(client_number=number, last_name=row["last_name"], team=team)


def make_trajectory(row, clients):
    client = clients[row["client_number"]]
    return TrajectoryFactory.build(
        trajectory_number=row["trajectory_number"],
        client=client,
        team=client.team,
        kind=row["kind"],
        funder=row.get("funder", ""),
        target_group=row.get("target_group", ""),
        enrolled_on=read_date(row["enrolled_on"]),
        ended_on=read_date(row.get("ended_on")),
        hours_worked_at_enrolment=float(read_number(row.get("hours_worked_at_enrolment"))),
    )


def make_job(row, trajectories, employer):
    yes_no = {"yes": True, "ja": True, "no": False, "nee": False}
    return JobFactory.build(
        job_number=row["job_number"],
        trajectory=trajectories[row["trajectory_number"]],
        employer=employer,
        started_on=read_date(row["started_on"]),
        ended_on=read_date(row.get("ended_on")),
        **{flag: yes_no.get(row.get(flag)) for flag in FLAGS},
    )
