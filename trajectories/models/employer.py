"""Employers where clients work, or who may be asked."""

import uuid

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical
from ipsplatform.common.history import keeps_history
from ipsplatform.common.search import searchable


class EmployerAction(models.TextChoices):
    """Changes of an employer in the log of changes."""

    RECORDED = "employer_recorded", _("employer recorded")
    CORRECTED = "employer_corrected", _("employer corrected")


@keeps_history(model_name="EmployerHistory", exclude=("search_name",))
class Employer(models.Model):
    """An organisation that offers paid work. Names differ in more than capitals."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=160)
    municipality = models.CharField(_("municipality"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    search_name = models.GeneratedField(
        expression=searchable("name"), output_field=models.TextField(), db_persist=True
    )

    declared = Classified(
        noun="employers",
        about=About.NOBODY,
        actions=EmployerAction,
        fields={
            **technical("id", "public_id", "created_at"),
            **of_class(DataClass.WORK, "name", "municipality", "search_name"),
        },
    )

    class Meta:
        verbose_name = _("employer")
        verbose_name_plural = _("employers")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="employer_name_unique",
                violation_error_message=_("There is already an employer with this name."),
            )
        ]
        indexes = [GinIndex(OpClass("search_name", "gin_trgm_ops"), name="employer_search_name")]

    def __str__(self) -> str:
        return self.name
