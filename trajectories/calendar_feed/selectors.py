"""What stands in the calendar of one person."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from staff.models import User
from trajectories.agenda.selectors import with_what_was_said
from trajectories.models import Appointment, AppointmentQuerySet

LOOK_BACK = timedelta(days=28)
LOOK_AHEAD = timedelta(days=366)  # for what comes once; a series says by its rule how it goes on


def appointments_of(user: User) -> AppointmentQuerySet:
    """What `user` goes to from four weeks back to a year ahead, with what was said of each day."""
    today = timezone.localdate()
    mine = Appointment.objects.visible_to(user).attended_by(user)
    return with_what_was_said(mine.with_a_day_between(today - LOOK_BACK, today + LOOK_AHEAD), of=Q())
