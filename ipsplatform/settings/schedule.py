"""The work that beat asks for, and when. Each task says its own longest gap (common/periodic.py)."""

from datetime import timedelta
from typing import Any

from celery.schedules import crontab
from django.utils.translation import gettext_noop as _

# A time of the night or the week of its own for each, so that none waits for another.
AT_ITS_HOUR: dict[str, dict[str, Any]] = {
    _("monitoring of the previous month"): {
        "task": "reports.runs.tasks.make_previous_run",
        "schedule": crontab(minute=15, hour=2, day_of_month=1),
        "args": ["month"],
    },
    _("monitoring of the previous quarter"): {
        "task": "reports.runs.tasks.make_previous_run",
        "schedule": crontab(minute=45, hour=2, day_of_month=1, month_of_year="1,4,7,10"),
        "args": ["quarter"],
    },
    _("monitoring that was missed"): {
        "task": "reports.runs.tasks.catch_up",
        "schedule": crontab(minute="*/10"),
        "options": {"expire_seconds": 540},
    },
    _("corrections in the last four quarters"): {
        "task": "reports.runs.tasks.restate_quarters",
        "schedule": crontab(minute=30, hour=2, day_of_week="sun"),
    },
    _("months of the access log, made ahead"): {
        "task": "staff.access_log.tasks.make_log_partitions",
        "schedule": crontab(minute=5, hour=1),
    },
    _("sealing of the access log"): {
        "task": "staff.access_log.tasks.seal_access_log",
        "schedule": crontab(minute="*/15"),
        "options": {"expire_seconds": 840},
    },
    _("access review"): {
        "task": "clients.access_review.tasks.review_access",
        "schedule": crontab(minute=0, hour=4, day_of_week="mon"),
    },
    _("files whose retention period has passed"): {
        "task": "trajectories.retention.tasks.propose_destructions",
        "schedule": crontab(minute=20, hour=4, day_of_week="monday"),
    },
    _("destruction that was approved"): {
        "task": "trajectories.retention.tasks.destroy_due_files",
        "schedule": crontab(minute=40, hour=4),
    },
    _("drafts that are too old"): {
        "task": "staff.typed.tasks.forget_old_drafts",
        "schedule": crontab(minute=50, hour=3),
    },
    _("assignments that outlived a role or a team"): {
        "task": "clients.following.tasks.end_outlived",
        "schedule": crontab(minute=35),
        "options": {"expire_seconds": 3540},
    },
    _("daily mails about signals"): {
        "task": "trajectories.digest.tasks.send_due_digests",
        "schedule": crontab(minute="*/15"),
        "options": {"expire_seconds": 840},
    },
    _("sessions that have ended"): {
        "task": "staff.sessions.tasks.clear_ended_sessions",
        "schedule": crontab(minute=30, hour=3),
    },
}
# What was asked for and got lost on its way is looked for again.
LOOKED_FOR_AGAIN = {
    _("imports that nobody took up"): "trajectories.case_import.tasks.take_up_imports",
    _("monitoring that nobody took up"): "reports.runs.tasks.take_up_runs",
    _("mails to members of staff that were not sent"): "staff.mail.tasks.send_waiting_mails",
    _("notices of emergency access that were not sent"): "clients.emergency.tasks.send_waiting_notices",
    _("notices about who may see more that were not sent"): "staff.confirming.tasks.send_waiting_notices",
    _("warnings about wrong passwords that were not sent"): "staff.sign_on.tasks.send_waiting_warnings",
}


def schedule_of(*, heartbeat_seconds: int, outbox_seconds: int) -> dict[str, dict[str, Any]]:
    """What beat writes to the database when it starts; the administration translates it."""
    heartbeat = {"task": "ipsplatform.operations.tasks.write_heartbeat", **_every(heartbeat_seconds)}
    again = {name: {"task": task, **_every(outbox_seconds)} for name, task in LOOKED_FOR_AGAIN.items()}
    return {_("heartbeat"): heartbeat, **AT_ITS_HOUR, **again}


def _every(seconds: int) -> dict[str, Any]:
    """Once in so many seconds; what nobody took up by the next time is not done twice."""
    return {"schedule": timedelta(seconds=seconds), "options": {"expire_seconds": seconds}}
