"""What somebody typed: kept until it is saved, and saved once (ADR 43)."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical
from staff.models.user import User


class DraftQuerySet(models.QuerySet["Draft"]):
    def kept_before(self, moment: datetime) -> Self:
        """Drafts that nobody has typed in since `moment`."""
        return self.filter(kept_at__lt=moment)


class Draft(models.Model):
    """What one person typed in one form, and has not saved.

    `page` is the address of the form with its query; `number` is the number of the form, under which it will
    be saved. `typed` is sealed: a copy of the table opens nothing.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    page = models.CharField(max_length=500)
    number = models.UUIDField()
    typed = models.BinaryField()
    kept_at = models.DateTimeField(default=timezone.now)

    declared = Classified(
        about=About.STAFF,
        fields={
            **technical("id", "user", "page", "number", "kept_at"),
            **of_class(DataClass.FREE_TEXT, "typed"),
        },
        leaves_no_copy=True,
    )

    objects: ClassVar = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "page"],
                name="draft_of_one_form",
                violation_error_message=_("There is a draft of this form already."),
            )
        ]
        indexes = [models.Index(fields=["kept_at"], name="draft_by_age")]

    def __str__(self) -> str:
        return str(self.number)


class SavedFormQuerySet(models.QuerySet["SavedForm"]):
    def of(self, user: User, number: uuid.UUID) -> Self:
        """The form with this number that this person saved: one or none."""
        return self.filter(user=user, number=number)

    def saved_before(self, moment: datetime) -> Self:
        """Forms that were saved before `moment`."""
        return self.filter(saved_at__lt=moment)


class SavedForm(models.Model):
    """A form that was saved. Sent again under the same number it is not saved again.

    `typed` is what was sent, sealed, so that a difference can be shown; it is emptied after as many days as
    a draft lives, and the number stays. `led_to` is where the answer went. `touched` are the rows that it
    made or changed, in their order, each as [kind, primary key, is new, identifier of the client], and
    `request` is the number under which their history was kept: with both it can be undone. The press of a
    button that can be undone has a row too.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_forms")
    number = models.UUIDField()
    typed = models.BinaryField()
    led_to = models.CharField(max_length=1000)
    correct_at = models.CharField(max_length=1000, blank=True, default="")
    saved_at = models.DateTimeField(default=timezone.now)
    touched = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    request = models.UUIDField(null=True)
    undone_at = models.DateTimeField(null=True)

    declared = Classified(
        about=About.STAFF,
        fields={
            **technical(
                "id", "user", "number", "led_to", "correct_at", "saved_at", "touched", "request", "undone_at"
            ),
            **of_class(DataClass.FREE_TEXT, "typed"),
        },
        leaves_no_copy=True,
    )

    objects: ClassVar = SavedFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved form")
        verbose_name_plural = _("saved forms")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "number"],
                name="form_saved_once",
                violation_error_message=_("This form has been saved already."),
            )
        ]
        indexes = [models.Index(fields=["saved_at"], name="saved_form_by_age")]

    def __str__(self) -> str:
        return str(self.number)
