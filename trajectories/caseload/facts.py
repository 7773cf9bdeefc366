"""The facts of one client, in SQL that is written by hand, and once: by these names rules and lists ask.

As subqueries of the ORM the same costs more to write than to answer (ADR 55). What a question does not name
is not looked up: PostgreSQL leaves out a LEFT JOIN LATERAL of one row, and a column, that nobody asks for.
"""

from trajectories.journey.approval import APPROVED_MONTHS
from trajectories.models import (
    AT_A_DISTANCE,
    CLIENT_CONTACT_KINDS,
    COMPETITIVE_FLAGS,
    EMPLOYER_VISIT,
    LIMITS,
    RECORDED_STAGES,
    OccurrenceState,
    SignalCode,
    TrajectoryKind,
)
from trajectories.models.repeating import is_a_day_of

COMPETITIVE = " AND ".join(COMPETITIVE_FLAGS)
_WITH_CLIENT = "kind IN ({})".format(", ".join(f"'{kind.value}'" for kind in CLIENT_CONTACT_KINDS))
_VISIT = f"kind = '{EMPLOYER_VISIT['kind']}' AND face_to_face"
_PLACE_OF_STAGE = "array_position(ARRAY[{}], stage::text)".format(
    ", ".join(f"'{stage.value}'" for stage in RECORDED_STAGES)
)
_DAY = "(occurred_at AT TIME ZONE one.zone)::date"

# What the team says, else the organisation, else what the product came with.
_LIMITS = ", ".join(f"COALESCE(own.{name}, usual.{name}) AS {name}" for name in LIMITS)
_LIMIT = {name: f"COALESCE(limits.{name}, {limit.days})" for name, limit in LIMITS.items()}

_LIMIT_COLUMNS = ", ".join(f"{said} AS {name}" for name, said in _LIMIT.items())

# An approval without a last day has that of its target group (journey/approval.py).
_APPROVAL_ENDS = "COALESCE(approved_until, (approved_on + CASE target_group {} END)::date)".format(
    " ".join(
        f"WHEN '{group.value}' THEN INTERVAL '{months} months'" for group, months in APPROVED_MONTHS.items()
    )
)

# A job that runs on the day, and how long there has been nobody who spoke with the client about it.
_RUNS = "j.started_on <= one.day AND (j.ended_on IS NULL OR j.ended_on >= one.day)"
_NOT_SPOKEN_SINCE = "(spoken.last_on IS NULL OR spoken.last_on < {})"
_SILENT_SINCE = "GREATEST(j.started_on, spoken.last_on, episode.starts_on)"
_IN_FIRST_MONTH = "one.day < (j.started_on + INTERVAL '1 month')::date"
_UNANSWERED = " OR ".join(f"j.{flag} IS NULL" for flag in COMPETITIVE_FLAGS)

_UNDISCLOSED = """NOT EXISTS (
    SELECT FROM trajectories_disclosurechoice d
    WHERE d.client_id = one.id AND d.employer_id = j.employer_id AND d.withdrawn_at IS NULL
)"""

# A visit to the client around the start of job `j`: planned, or had. From when the start came near until the
# day on which a contact about it is asked for.
_NEAR = f"j.started_on - {_LIMIT['job_starts_days']}"
_WELL_BEGUN = f"j.started_on + {_LIMIT['job_started_days']}"
_STANDS = "COALESCE(said.state, '') NOT IN ({})".format(
    ", ".join(f"'{state.value}'" for state in (OccurrenceState.CANCELLED, OccurrenceState.MISSED))
)
_IS_A_VISIT = "a.location NOT IN ({})".format(", ".join(f"'{place.value}'" for place in AT_A_DISTANCE))
_TO_COME_OR_HAD = f"({{}} >= one.day OR said.state = '{OccurrenceState.KEPT.value}')"
_VISIT_PLANNED = f"""EXISTS (
    SELECT FROM trajectories_appointment a
        CROSS JOIN generate_series(0, {_WELL_BEGUN} - ({_NEAR})) AS days (number)
        CROSS JOIN LATERAL (SELECT {_NEAR} + days.number AS day) AS their
        LEFT JOIN trajectories_occurrence said
            ON said.appointment_id = a.id AND said.original_on = their.day
    WHERE a.client_id = one.id AND {_IS_A_VISIT} AND {is_a_day_of("a", "their.day")}
        AND said.starts_on IS NULL AND {_STANDS} AND {_TO_COME_OR_HAD.format("their.day")}
) OR EXISTS (
    SELECT FROM trajectories_occurrence said JOIN trajectories_appointment a ON a.id = said.appointment_id
    WHERE a.client_id = one.id AND {_IS_A_VISIT} AND said.starts_on BETWEEN {_NEAR} AND {_WELL_BEGUN}
        AND {_STANDS} AND {_TO_COME_OR_HAD.format("said.starts_on")}
)"""  # noqa: S608  # of constants

# Everything that is asked about the jobs of a client, in one look at them.
_WORK = f"""
    SELECT
        COALESCE(bool_or({_RUNS} AND {COMPETITIVE}), FALSE) AS has_job,
        max(j.ended_on) FILTER (WHERE {COMPETITIVE} AND j.ended_on < one.day) AS worked_until,
        min(j.ended_on) FILTER (
            WHERE j.ended_on < one.day AND j.ended_on >= episode.starts_on
                AND {_NOT_SPOKEN_SINCE.format("j.ended_on")}
        ) AS ended_on,
        min(j.started_on) FILTER (
            WHERE {_RUNS} AND j.started_on >= episode.starts_on AND {_NOT_SPOKEN_SINCE.format("j.started_on")}
        ) AS started_on,
        min(j.started_on) FILTER (
            WHERE j.started_on BETWEEN one.day AND one.day + {_LIMIT["job_starts_days"]}
                AND (seen.seen_on IS NULL OR seen.seen_on < {_NEAR}) AND NOT ({_VISIT_PLANNED})
        ) AS starts_on,
        min(j.started_on) FILTER (
            WHERE j.started_on BETWEEN one.day AND one.day + {_LIMIT["no_disclosure_days"]}
                AND {_UNDISCLOSED}
        ) AS undisclosed_on,
        (array_agg(j.employer_id ORDER BY j.started_on, j.id) FILTER (
            WHERE j.started_on >= one.day
                AND {_UNDISCLOSED}
        ))[1] AS undisclosed_employer,
        min({_SILENT_SINCE}) FILTER (
            WHERE {_RUNS} AND one.day - {_SILENT_SINCE} > CASE
                WHEN {_IN_FIRST_MONTH} THEN {_LIMIT["job_contact_first_days"]}
                ELSE {_LIMIT["job_contact_later_days"]}
            END
        ) AS silent_since,
        min(GREATEST(j.started_on, episode.starts_on)) FILTER (
            WHERE {_RUNS} AND ({_UNANSWERED})
        ) AS unanswered_since,
        (array_agg(j.public_id ORDER BY j.started_on, j.id) FILTER (
            WHERE {_RUNS} AND ({_UNANSWERED})
        ))[1] AS unanswered
    FROM trajectories_job j JOIN trajectories_trajectory t ON t.id = j.trajectory_id
    WHERE t.client_id = one.id
"""  # noqa: S608  # of constants

# `one` holds what is asked about one client. `support` is what runs on the day, `past` what ran last when
# nothing does: together the present episode (`present_episode`).
FACTS = f"""
    SELECT one.id AS client_id, one.day, one.died_on, {_LIMIT_COLUMNS},
        support.since AS running_since,
        support.ips_enrolled_on,
        support.ips_trajectory,
        support.approval_ends_on,
        support.approval_trajectory,
        past.ended_on AS support_ended_on,
        COALESCE(support.funder, '') AS funder,
        episode.starts_on AS episode_on,
        seen.seen_on AS last_seen_on,
        COALESCE(seen.seen_on, support.ips_enrolled_on, support.since) AS seen_or_enrolled_on,
        spoken.last_on AS last_contact_on,
        (
            SELECT {_DAY} FROM trajectories_contact
            WHERE client_id = one.id AND {_VISIT}
                AND occurred_at >= support.ips_enrolled_on::timestamp AT TIME ZONE one.zone
            ORDER BY occurred_at LIMIT 1
        ) AS first_employer_on,
        work.has_job, work.worked_until, work.ended_on AS job_ended_on, work.started_on AS job_started_on,
        work.starts_on AS job_starts_on, work.undisclosed_on AS job_undisclosed_on,
        (
            SELECT public_id FROM trajectories_employer WHERE id = work.undisclosed_employer
        ) AS job_undisclosed_employer,
        work.unanswered AS job_unanswered,
        work.silent_since AS job_silent_since, work.unanswered_since AS job_unanswered_since,
        fixed.is_there AS has_fixed, fixed.until AS fixed_until,
        snoozed.spells AS snoozed,
        (
            SELECT s.stage FROM trajectories_stageperiod s
                JOIN trajectories_trajectory t ON t.id = s.trajectory_id
            WHERE t.client_id = one.id
                AND t.enrolled_on <= one.day AND (t.ended_on IS NULL OR t.ended_on >= one.day)
                AND s.started_on <= one.day AND (s.ended_on IS NULL OR s.ended_on >= one.day)
            ORDER BY {_PLACE_OF_STAGE} DESC LIMIT 1
        ) AS open_stage
    FROM (SELECT %(expressions)s) AS one (id, died_on, team_id, day, zone)
    LEFT JOIN LATERAL (
        SELECT {_LIMITS} FROM trajectories_signalthresholds usual
            LEFT JOIN trajectories_signalthresholds own ON own.team_id = one.team_id
        WHERE usual.team_id IS NULL LIMIT 1
    ) AS limits ON TRUE
    CROSS JOIN LATERAL (
        SELECT min(enrolled_on) AS since,
            min(enrolled_on) FILTER (WHERE kind = '{TrajectoryKind.IPS.value}') AS ips_enrolled_on,
            (
                array_agg(public_id ORDER BY enrolled_on, id)
                FILTER (WHERE kind = '{TrajectoryKind.IPS.value}')
            )[1] AS ips_trajectory,
            min({_APPROVAL_ENDS}) AS approval_ends_on,
            (array_agg(public_id ORDER BY {_APPROVAL_ENDS}, id))[1] AS approval_trajectory,
            (
                array_agg(funder ORDER BY enrolled_on, id)
                FILTER (WHERE kind = '{TrajectoryKind.IPS.value}')
            )[1] AS funder
        FROM trajectories_trajectory
        WHERE client_id = one.id
            AND enrolled_on <= one.day AND (ended_on IS NULL OR ended_on >= one.day)
    ) AS support
    LEFT JOIN LATERAL (
        SELECT (
            SELECT min(other.enrolled_on) FROM trajectories_trajectory other
            WHERE other.client_id = one.id
                AND other.enrolled_on <= one.day AND other.ended_on >= last.enrolled_on
        ) AS since, last.ended_on
        FROM trajectories_trajectory last
        WHERE support.since IS NULL AND last.client_id = one.id AND last.enrolled_on <= one.day
        ORDER BY last.ended_on DESC, last.id DESC LIMIT 1
    ) AS past ON TRUE
    CROSS JOIN LATERAL (
        SELECT first_day AS starts_on, first_day::timestamp AT TIME ZONE one.zone AS starts_at
        FROM (SELECT COALESCE(support.since, past.since, DATE '-infinity')) AS known (first_day)
    ) AS episode
    LEFT JOIN LATERAL (
        SELECT {_DAY} AS seen_on FROM trajectories_contact
        WHERE client_id = one.id AND {_WITH_CLIENT} AND face_to_face AND occurred_at >= episode.starts_at
        ORDER BY occurred_at DESC LIMIT 1
    ) AS seen ON TRUE
    LEFT JOIN LATERAL (
        SELECT {_DAY} AS last_on FROM trajectories_contact
        WHERE client_id = one.id AND {_WITH_CLIENT} AND occurred_at >= episode.starts_at
        ORDER BY occurred_at DESC LIMIT 1
    ) AS spoken ON TRUE
    LEFT JOIN LATERAL ({_WORK}) AS work ON TRUE
    LEFT JOIN LATERAL (
        SELECT
            COALESCE(bool_or(
                a.started_on <= one.day AND (a.ended_on IS NULL OR a.ended_on >= one.day) AND u.is_active
            ), FALSE) AS is_there,
            max(a.ended_on) FILTER (WHERE a.ended_on <= one.day) AS until
        FROM clients_assignment a JOIN staff_user u ON u.id = a.user_id
        WHERE a.client_id = one.id AND a.is_primary
    ) AS fixed ON TRUE
    LEFT JOIN LATERAL (
        SELECT jsonb_object_agg(code, since) AS spells FROM trajectories_signalsnooze
        WHERE client_id = one.id AND lifted_at IS NULL AND until > one.day
    ) AS snoozed ON TRUE
"""  # noqa: S608  # of constants


def snoozed_by(code: SignalCode) -> str:
    """What a page tells of a signal that was set aside: which row, until when, why and by whom."""
    return f"""(
        SELECT jsonb_build_array(z.public_id, z.until, z.reason, u.first_name, u.last_name)
        FROM trajectories_signalsnooze z JOIN staff_user u ON u.id = z.made_by_id
        WHERE z.client_id = facts.client_id AND z.lifted_at IS NULL AND z.code = '{code.value}'
    )"""  # noqa: S608  # of constants
