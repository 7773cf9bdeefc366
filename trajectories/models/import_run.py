"""One run of the import: what was asked, how far it is, what it reported."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical
from staff.models import User


class ImportState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    CHECKED = "checked", _("checked, waits for a second person")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused, nothing was written")
    FAILED = "failed", _("failed, nothing was written")


class ImportAction(models.TextChoices):
    """What the log of changes tells of an import."""

    REQUESTED = "import_requested", _("import requested")
    RELEASED = "import_released", _("import released by a second person")
    TURNED_DOWN = "import_turned_down", _("import turned down")
    IMPORTED = "cases_imported", _("files imported")


class ImportRun(models.Model):
    """An import of a folder (command line) or of a zip file (admin).

    `report` holds, per file, what was read, created, changed and left as it was, and the refused
    rows with file, line, column and reason. It holds no names and no notes.

    With `needs_release` the files are checked first; what they write waits until a second person
    releases it; `noticed_at` is when those who can were mailed. `upload_hash` is the SHA-256 of the zip
    file, so that both looked at the same bytes.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(
        _("state"), max_length=8, choices=ImportState.choices, default=ImportState.WAITING
    )
    upload = models.FileField(_("zip file"), upload_to="imports/", blank=True)
    dry_run = models.BooleanField(_("only report, write nothing"), default=False)
    skip_invalid = models.BooleanField(_("leave out refused rows and import the rest"), default=False)
    allow_emptying = models.BooleanField(
        _("empty cells may empty what is known"), default=False, db_default=False
    )
    upload_hash = models.CharField(
        _("digest of the zip file"), max_length=64, blank=True, default="", db_default=""
    )
    needs_release = models.BooleanField(_("a second person releases it"), default=False, db_default=False)
    started_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("started by")
    )
    released_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("released by"),
        db_index=False,  # nothing is looked for by it
    )
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    turned_down_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("turned down by"),
        db_index=False,  # nothing is looked for by it
    )
    turned_down_reason = models.CharField(
        _("reason of turning down"), max_length=200, blank=True, default="", db_default=""
    )
    noticed_at = models.DateTimeField(_("notice sent at"), null=True, blank=True)
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
                "id", "public_id", "state", "upload_hash", "dry_run", "skip_invalid", "allow_emptying",
                "needs_release", "started_by", "released_by", "released_at", "turned_down_by", "noticed_at",
                "created_at", "started_at", "finished_at", "attempts", "rows_total", "rows_done",
            ),
            **of_class(DataClass.FREE_TEXT, "upload", "report", "turned_down_reason"),
        },
        leaves_no_copy=True,
    )  # fmt: skip

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(released_by=None) | ~Q(released_by=F("started_by")),
                name="import_released_by_a_second_person",
                violation_error_message=_("Who uploaded these files can't release them."),
            ),
            models.CheckConstraint(
                condition=Q(released_by=None, released_at=None)
                | Q(released_by__isnull=False, released_at__isnull=False, needs_release=True),
                name="import_release_has_who_and_when",
                violation_error_message=_("A release has a person and a moment."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def only_checks(self) -> bool:
        """Whether the next round of the worker writes nothing: a dry run, or the check before a release."""
        return self.dry_run or (self.needs_release and self.released_at is None)
