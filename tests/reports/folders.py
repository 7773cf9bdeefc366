"""Put a random import folder in the database without the importer."""

from clients.models import Client
from staff.models import Team
from tests.factories import JobFactory, TeamFactory, TrajectoryFactory
from tests.oracle.indicators import read_date, read_number, read_rows
from trajectories.models import Employer, Job, Trajectory

FLAGS = ("open_to_anyone", "regular_wage", "regular_employer")


def load_folder(folder):
    """Make the teams, clients, trajectories and jobs of the folder."""
    teams = {row["team_code"]: TeamFactory(code=row["team_code"]) for row in read_rows(folder, "teams.csv")}
    clients = {
        row["client_number"]: Client(
            client_number=row["client_number"],
            last_name=row["last_name"],
            team=teams.get(row.get("team_code")),
        )
        for row in read_rows(folder, "clients.csv")
    }
    Client.objects.bulk_create(clients.values())
    trajectories = {
        row["trajectory_number"]: TrajectoryFactory.build(
            trajectory_number=row["trajectory_number"],
            client=clients[row["client_number"]],
            team=clients[row["client_number"]].team,
            kind=row["kind"],
            funder=row.get("funder", ""),
            target_group=row.get("target_group", ""),
            enrolled_on=read_date(row["enrolled_on"]),
            ended_on=read_date(row.get("ended_on")),
            hours_worked_at_enrolment=float(read_number(row.get("hours_worked_at_enrolment"))),
        )
        for row in read_rows(folder, "trajectories.csv")
    }
    Trajectory.objects.bulk_create(trajectories.values())
    employer = Employer.objects.create(name="Bakkerij De Korenschoof")
    Job.objects.bulk_create(
        JobFactory.build(
            job_number=row["job_number"],
            trajectory=trajectories[row["trajectory_number"]],
            employer=employer,
            started_on=read_date(row["started_on"]),
            ended_on=read_date(row.get("ended_on")),
            **{flag: _yes_no(row.get(flag)) for flag in FLAGS},
        )
        for row in read_rows(folder, "jobs.csv")
    )
    return {team.code: team for team in Team.objects.all()}


def _yes_no(text):
    return {"": None, None: None}.get(text, text in ("yes", "ja"))
