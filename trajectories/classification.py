"""What the fields of trajectories, jobs, contacts and imports hold."""

from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical

TABLE = {
    "trajectories.Trajectory": Classified(
        about=About.CLIENT,
        client="client",
        fields={
            **technical("id", "public_id", "client", "team", "created_at"),
            **of_class(DataClass.IDENTITY, "trajectory_number"),
            **of_class(
                DataClass.HEALTH,
                "kind", "funder", "target_group", "referred_on", "enrolled_on", "approved_on",
                "ended_on", "end_reason",
            ),
            **of_class(DataClass.WORK, "hours_worked_at_enrolment", "job_search_started_on"),
            **of_class(DataClass.FREE_TEXT, "wish", "next_step"),
        },
    ),
    "trajectories.StagePeriod": Classified(
        about=About.CLIENT,
        client="trajectory__client",
        fields={
            **technical("id", "public_id", "trajectory", "recorded_by", "recorded_at"),
            **of_class(DataClass.HEALTH, "stage", "started_on", "ended_on"),
            **of_class(DataClass.FREE_TEXT, "reason", "client_words"),
        },
    ),
    "trajectories.Employer": Classified(
        about=About.NOBODY,
        fields={
            **technical("id", "public_id", "created_at"),
            **of_class(DataClass.WORK, "name", "municipality", "search_name"),
        },
    ),
    "trajectories.Job": Classified(
        about=About.CLIENT,
        client="trajectory__client",
        fields={
            **technical("id", "public_id", "trajectory", "created_at"),
            **of_class(DataClass.IDENTITY, "job_number"),
            **of_class(
                DataClass.WORK,
                "employer", "occupation", "started_on", "ended_on", "hours_per_week", "contract",
                "open_to_anyone", "regular_wage", "regular_employer", "end_reason",
            ),
        },
    ),
    "trajectories.Contact": Classified(
        about=About.CLIENT,
        client="client",
        fields={
            **technical("id", "public_id", "staff", "client", "created_at"),
            **of_class(DataClass.IDENTITY, "contact_number"),
            **of_class(
                DataClass.HEALTH,
                "occurred_at", "minutes", "kind", "face_to_face", "hiring_manager", "location",
                "client_is_named",
            ),
            **of_class(DataClass.WORK, "employer"),
            **of_class(DataClass.FREE_TEXT, "note"),
        },
    ),
    "trajectories.DisclosureChoice": Classified(
        about=About.CLIENT,
        client="client",
        fields={
            **technical("id", "public_id", "client", "recorded_by", "recorded_at", "withdrawn_by"),
            **of_class(DataClass.HEALTH, "may_know", "given_on", "withdrawn_at"),
            **of_class(DataClass.WORK, "employer"),
            **of_class(DataClass.FREE_TEXT, "client_words"),
        },
    ),
    "trajectories.ImportRun": Classified(
        about=About.NOBODY,
        fields={
            **technical(
                "id", "public_id", "state", "dry_run", "skip_invalid", "started_by", "created_at",
                "started_at", "finished_at", "attempts", "rows_total", "rows_done",
            ),
            **of_class(DataClass.FREE_TEXT, "upload", "report"),
        },
        leaves_no_copy=True,
    ),
}  # fmt: skip
