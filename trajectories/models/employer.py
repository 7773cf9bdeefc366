"""Employers where clients work, or who may be asked."""

import uuid
from typing import Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical
from ipsplatform.common.history import keeps_history
from ipsplatform.common.search import searchable
from staff.models import User


class EmployerQuerySet(models.QuerySet["Employer"]):
    def visible_to(self, user: User) -> Self:
        """Employers in the files of the clients in one's lists, those whom one spoke with without naming
        a client, and those that were shared with every team.

        That we know any other employer tells something about a file that this person may not open.
        """
        clients = Client.objects.listed_for(user).order_by().values("pk")
        jobs, contacts, disclosures, appointments = map(
            _rows, ("jobs", "contacts", "disclosures", "appointments")
        )
        # One list, not four with OR between them: PostgreSQL then looks it up by the keys of the clients.
        known = jobs.filter(trajectory__client__in=clients).values("employer")
        others = (
            contacts.filter(client__in=clients, employer__isnull=False),
            contacts.filter(client=None, staff=user, employer__isnull=False),
            disclosures.filter(client__in=clients),
            appointments.filter(client__in=clients, employer__isnull=False),
            appointments.filter(client=None, attendees__user=user, employer__isnull=False),
        )
        known = known.union(*(rows.values("employer") for rows in others), all=True)
        return self.filter(Q(is_shared=True) | Q(pk__in=known))


def _rows(name: str) -> models.QuerySet:
    """All that points to an employer under this name; those models know this one."""
    related = Employer._meta.get_field(name).related_model
    return related._default_manager.order_by()  # type: ignore[union-attr]  # a relation: it has a model


class EmployerAction(models.TextChoices):
    """Changes of an employer in the log of changes."""

    RECORDED = "employer_recorded", _("employer recorded")
    CORRECTED = "employer_corrected", _("employer corrected")
    SHARED = "employer_shared", _("employer shared with all teams")


@keeps_history(model_name="EmployerHistory", exclude=("search_name",))
class Employer(models.Model):
    """An organisation that offers paid work.

    Teams that may not know of each other's employers may name the same one twice, each in its own spelling.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=160)
    municipality = models.CharField(_("municipality"), max_length=80, blank=True)
    is_shared = models.BooleanField(
        _("shared with all teams"),
        default=False,
        db_default=False,
        help_text=_("Every team then finds the name and the place, never who works there."),
    )
    created_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    search_name = models.GeneratedField(
        expression=searchable("name"), output_field=models.TextField(), db_persist=True
    )

    declared = Classified(
        noun="employers",
        about=About.NOBODY,
        actions=EmployerAction,
        made_in_files=True,
        fields={
            **technical("id", "public_id", "is_shared", "created_at"),
            **of_class(DataClass.WORK, "name", "municipality", "search_name"),
        },
    )

    objects = EmployerQuerySet.as_manager()

    class Meta:
        verbose_name = _("employer")
        verbose_name_plural = _("employers")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "municipality"],
                name="employer_name_unique",
                violation_error_message=_("There is already an employer with this name."),
            )
        ]
        indexes = [GinIndex(OpClass("search_name", "gin_trgm_ops"), name="employer_search_name")]

    def __str__(self) -> str:
        return self.name
