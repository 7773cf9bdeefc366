from django.core.management.base import CommandError

DAMAGED = "The backup is damaged or was cut off: take another one."


class BackupError(CommandError):
    """A backup can't be made, read or restored; the message says why and what to do."""
