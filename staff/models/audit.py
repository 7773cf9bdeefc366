"""Who changed what, when: one line for each change that a service makes."""

import uuid

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical
from ipsplatform.common.declared import action_words
from staff.models.user import User


class AuditEvent(models.Model):
    """One change of one object. Written in the transaction of the change, never edited.

    `changes` holds {field: [before, after]} of a correction, so that the original value is kept.
    `client_id` and `part` say whose file the object belongs to, and which part of it; empty outside a file.
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
    client_id = models.UUIDField(_("client"), null=True, editable=False)
    part = models.CharField(
        _("part of the file"), max_length=20, blank=True, default="", db_default="", editable=False
    )
    changes = models.JSONField(_("changes"), default=dict)

    declared = Classified(
        about=About.NOBODY,
        fields={
            **technical(
                "id", "public_id", "at", "by", "action", "target_type", "target_id", "client_id", "part"
            ),
            **of_class(DataClass.FREE_TEXT, "changes"),  # old and new values of the field
        },
        leaves_no_copy=True,
    )

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["target_type", "target_id", "-at"], name="audit_by_target"),
            models.Index(fields=["client_id", "-at"], name="audit_by_client"),
            models.Index(fields=["action", "target_type"], name="audit_by_action"),
        ]

    def __str__(self) -> str:
        kind = apps.get_model(self.target_type)._meta.verbose_name
        return f"{action_words().get(self.action, self.action)} · {kind}"
