"""What the log of changes tells of the schedule; packages.py declares it for the models of the package."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ScheduleAction(TextChoices):
    ADDED = "schedule_added", _("schedule added")
    CHANGED = "schedule_changed", _("schedule changed")
