"""One run of the import: what was asked, how far it is, what it reported."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical
from staff.models import User


class ImportState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused, nothing was written")
    FAILED = "failed", _("failed, nothing was written")


class ImportAction(models.TextChoices):
    """What the log of changes tells of an import."""

    REQUESTED = "import_requested", _("import requested")
    IMPORTED = "cases_imported", _("files imported")


class ImportRun(models.Model):
    """An import of a folder (command line) or of a zip file (admin).

    `report` holds, per file, what was read, created, changed and left as it was, and the refused
    rows with file, line, column and reason. It holds no names and no notes.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(
        _("state"), max_length=8, choices=ImportState.choices, default=ImportState.WAITING
    )
    upload = models.FileField(_("zip file"), upload_to="imports/", blank=True)
    dry_run = models.BooleanField(_("only report, write nothing"), default=False)
    skip_invalid = models.BooleanField(_("leave out refused rows and import the rest"), default=False)
    started_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("started by")
    )
    created_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, db_default=0)
    rows_total = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    report = models.JSONField(_("report"), default=dict)

    declared = Classified(
        about=About.NOBODY,
        actions=ImportAction,
        fields={
            **technical(
                "id", "public_id", "state", "dry_run", "skip_invalid", "started_by", "created_at",
                "started_at", "finished_at", "attempts", "rows_total", "rows_done",
            ),
            **of_class(DataClass.FREE_TEXT, "upload", "report"),
        },
        leaves_no_copy=True,
    )  # fmt: skip

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return str(self.public_id)
