"""Who changed what, when: one line for each change that a service makes."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.models.user import User


class AuditEvent(models.Model):
    """One change of one object. Written in the transaction of the change, never edited.

    `changes` holds {field: [before, after]} of a correction, so that what stood there first is kept.
    """

    is_append_only = True  # also in the database, see ipsplatform.operations.database_roles

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="audit_events", verbose_name=_("by")
    )
    action = models.CharField(_("action"), max_length=60)
    target_type = models.CharField(_("kind of object"), max_length=60)
    target_id = models.UUIDField(_("object"))
    changes = models.JSONField(_("changes"), default=dict)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["target_type", "target_id", "-at"], name="audit_by_target")]

    def __str__(self) -> str:
        return f"{self.action} {self.target_type}"
