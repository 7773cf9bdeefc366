"""People who work at an employer: whom we speak with there. They are no clients and no colleagues."""

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical
from ipsplatform.common.history import keeps_history
from ipsplatform.common.identity import NameField
from staff.models import User
from trajectories.models.employer import Employer


class EmployerPersonQuerySet(models.QuerySet["EmployerPerson"]):
    def visible_to(self, user: User) -> Self:
        """People at employers whom this person knows."""
        return self.filter(employer__in=Employer.objects.visible_to(user))


class EmployerPersonAction(models.TextChoices):
    """Changes of a person at an employer in the log of changes."""

    ADDED = "employer_person_added", _("person at an employer added")
    CORRECTED = "employer_person_corrected", _("person at an employer corrected")


@keeps_history(model_name="EmployerPersonHistory")
class EmployerPerson(models.Model):
    """Somebody at a shared employer, with what is needed to reach them at work and nothing more."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="people", verbose_name=_("employer")
    )
    name = NameField(_("name"), max_length=120)
    function = models.CharField(_("function"), max_length=80, blank=True)
    decides_on_hiring = models.BooleanField(_("decides on hiring"), null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    created_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    declared = Classified(
        noun="employer-people",
        about=About.NOBODY,
        actions=EmployerPersonAction,
        made_in_files=True,
        fields={
            **technical("id", "public_id", "employer", "created_at"),
            **of_class(DataClass.IDENTITY, "name"),
            **of_class(DataClass.WORK, "function", "decides_on_hiring"),
            **of_class(DataClass.CONTACT, "phone", "email"),
        },
    )

    objects = EmployerPersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person at an employer")
        verbose_name_plural = _("people at employers")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
