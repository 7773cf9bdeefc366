"""Somebody tries passwords or codes for one person: told to that person, and shown to the administrator."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.classification import About, Classified, technical
from staff.models.user import User


class GuessKind(models.TextChoices):
    """What was tried. A wrong code comes from somebody who knows the password."""

    PASSWORD = "password", _("wrong passwords")
    CODE = "code", _("wrong codes of the second factor")


class SignInWarningQuerySet(models.QuerySet["SignInWarning"]):
    def unsent(self) -> Self:
        return self.filter(mailed_at=None)


class SignInWarning(models.Model):
    """At most one a day for each person and kind; the row is the outbox of the mail."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="sign_in_warnings", verbose_name=_("member of staff")
    )
    kind = models.CharField(_("what was tried"), max_length=10, choices=GuessKind.choices)
    at = models.DateTimeField(_("at"), default=timezone.now)
    mailed_at = models.DateTimeField(_("e-mail sent at"), null=True, blank=True)

    declared = Classified(
        about=About.STAFF,
        fields=technical("id", "user", "kind", "at", "mailed_at"),
        leaves_no_copy=True,
    )

    objects = SignInWarningQuerySet.as_manager()

    class Meta:
        verbose_name = _("warning about wrong passwords or codes")
        verbose_name_plural = _("warnings about wrong passwords and codes")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=GuessKind.values),
                name="sign_in_warning_kind_known",
                violation_error_message=_("This kind of warning does not exist."),
            )
        ]
        indexes = [models.Index(fields=["user", "kind", "-at"], name="sign_in_warning_by_user")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_kind_display()}"
