"""The organisation that this installation serves (security.md: one installation, one organisation)."""

import uuid

from django.db import models
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.classification import About, Classified, technical
from ipsplatform.common.history import keeps_history


class OrganisationAction(models.TextChoices):
    """Changes of the organisation in the log of changes."""

    NAMED = "organisation_named", _("organisation filled in")
    CORRECTED = "organisation_corrected", _("organisation corrected")


@keeps_history(model_name="OrganisationHistory")
class Organisation(models.Model):
    """What stands on the sign-in page and the papers of clients: whose they are and whom to ask.

    There is one row at most. Where notices go to is no fact of this row: that is a setting of the server,
    so that nobody can redirect them with a click.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(
        _("name"),
        max_length=120,
        help_text=_("Stands on the sign-in page and on the papers that a client gets."),
    )
    questions_to = models.CharField(
        _("where clients ask about their file"),
        max_length=200,
        help_text=_(
            "For example the privacy officer, with a telephone number or an e-mail address. "
            "Stands on the papers that a client gets."
        ),
    )

    declared = Classified(
        about=About.NOBODY,
        actions=OrganisationAction,
        fields=technical("id", "public_id", "name", "questions_to"),
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisation")
        constraints = [
            models.UniqueConstraint(
                Value(1),
                name="organisation_is_one",
                violation_error_message=_("There is an organisation already. Change that one."),
            )
        ]

    def __str__(self) -> str:
        return self.name
