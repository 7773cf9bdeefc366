"""Mail to members of staff that a worker still has to send. What was sent leaves no row."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical
from staff.models.user import User


class MailKind(models.TextChoices):
    INVITATION = "invitation", _("invitation")
    NEW_PASSWORD = "new_password", _("link for a new password")
    ADDRESS_GIVEN = "address_given", _("message to a new address")
    ADDRESS_TAKEN_AWAY = "address_taken_away", _("message to an old address")
    FACTORS_FORGOTTEN = "factors_forgotten", _("message about a removed second factor")
    PASSWORD_CHANGED = "password_changed", _("message about one's own new password")
    PASSWORD_REMOVED = "password_removed", _("message about a removed password")
    FACTORS_CHANGED = "factors_changed", _("message about one's own second factor")


class StaffMailQuerySet(models.QuerySet["StaffMail"]):
    def asked_before(self, moment: datetime) -> Self:
        """Mails that wait since before `moment`, the oldest first."""
        return self.filter(asked_at__lt=moment).order_by("asked_at", "pk")


class StaffMail(models.Model):
    """One mail that was asked for: the row is the outbox (ADR 19), and is removed once the mail is sent.

    Whoever forgot a password types an address. Whether it is anybody's is found out by the worker: the
    page writes this row for every address, so its answer takes as long for a stranger's (ADR 36).
    """

    kind = models.CharField(max_length=20, choices=MailKind.choices)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="waiting_mails")
    address = models.EmailField(_("e-mail address"))
    asked_at = models.DateTimeField(auto_now_add=True)

    declared = Classified(
        about=About.STAFF,
        fields={**technical("id", "kind", "user", "asked_at"), **of_class(DataClass.CONTACT, "address")},
        leaves_no_copy=True,
    )

    objects: ClassVar = StaffMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail to send")
        verbose_name_plural = _("mails to send")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(kind=MailKind.NEW_PASSWORD),
                name="staff_mail_says_for_whom",
                violation_error_message=_(
                    "Only a link for a new password can be asked for without a person."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
