from django.core.management.base import CommandError
from django.utils.translation import gettext_lazy as _

DAMAGED = _("The backup is damaged or was cut off: take another one.")


class BackupError(CommandError):
    """A backup can't be made, read or restored; the message says why and what to do."""
