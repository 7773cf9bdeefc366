"""What somebody who may see a client answered to a question of an import (ADR 58)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportAnswer(models.TextChoices):
    """The log of changes holds it, on the client; the last one to the same row counts."""

    RIGHT = "right", _("it is right")
    BACK = "back", _("it comes back with the next import")
    STAYS = "stays", _("it stays withdrawn")
    GOES_ON = "goes_on", _("the support goes on")
    IGNORED = "ignored", _("nothing is done with it")
