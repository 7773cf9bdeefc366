"""Rows that beat wrote to the database under a name that the settings no longer have.

Beat adds and changes rows, it never removes one: after a renaming the work would be done twice.
"""

from functools import reduce
from operator import or_

from django.db.models import Q
from django_celery_beat.models import PeriodicTask

# Name and task of rows of earlier versions. A test holds these next to CELERY_BEAT_SCHEDULE.
RETIRED = {
    "control of access": "clients.access_review.tasks.review_access",
    "imports that were left lying": "trajectories.case_import.tasks.take_up_imports",
    "sign of life": "ipsplatform.operations.tasks.give_sign_of_life",
}


def forget_retired_tasks() -> int:
    """Remove the rows that an earlier version wrote, none of an administrator; returns how many."""
    rule = reduce(or_, (Q(name=name, task=task) for name, task in RETIRED.items()))
    removed, _kinds = PeriodicTask.objects.filter(rule).delete()
    return removed
