"""Employers where clients work, or who may be asked."""

import re
import uuid
from typing import Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical
from ipsplatform.common.history import keeps_history
from ipsplatform.common.identity import plain_code
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
        return self.filter(Q(is_shared=True) | Q(pk__in=known), merged_into=None)


def _rows(name: str) -> models.QuerySet:
    """All that points to an employer under this name; those models know this one."""
    related = Employer._meta.get_field(name).related_model
    return related._default_manager.order_by()  # type: ignore[union-attr]  # a relation: it has a model


class Sector(models.TextChoices):
    """What an organisation does: the sections of the Dutch business classification (SBI 2008, CBS)."""

    A = "A", _("agriculture, forestry and fishing")
    B = "B", _("mining and quarrying")
    C = "C", _("manufacturing")
    D = "D", _("electricity, gas, steam and cooled air")
    E = "E", _("water, waste and clean-up of soil")
    F = "F", _("construction")
    G = "G", _("wholesale and retail trade; repair of cars")
    H = "H", _("transport and storage")
    I = "I", _("hotels, restaurants and cafés")  # noqa: E741  # the letter of the section
    J = "J", _("information and communication")
    K = "K", _("banks and insurance")
    L = "L", _("renting and trade of real estate")
    M = "M", _("advice, research and specialised services")
    N = "N", _("renting of goods and other business services")
    O = "O", _("public administration and social security")  # noqa: E741  # the letter of the section
    P = "P", _("education")
    Q = "Q", _("health and social work")
    R = "R", _("culture, sports and recreation")
    S = "S", _("other services")
    T = "T", _("households as employers")
    U = "U", _("international organisations")


KVK_DIGITS = 8


def plain_kvk_number(typed: str) -> str:
    """The number of the Dutch trade register as it is kept: digits, without the signs that people put in."""
    return re.sub(r"[\s.\-]", "", plain_code(typed))


class EmployerAction(models.TextChoices):
    """Changes of an employer in the log of changes."""

    RECORDED = "employer_recorded", _("employer recorded")
    CORRECTED = "employer_corrected", _("employer corrected")
    SHARED = "employer_shared", _("employer shared with all teams")
    MERGED = "employer_merged", _("employer merged with another one")
    UNMERGED = "employer_unmerged", _("merged employer taken apart")


@keeps_history(model_name="EmployerHistory", exclude=("search_name",))
class Employer(models.Model):
    """An organisation that offers paid work.

    Teams that may not know of each other's employers may name the same one twice, each in its own spelling.
    What is known besides the name stands with a shared employer only: details of another one would tell who
    knows it already (ADR 64).
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
    kvk_number = models.CharField(_("KvK number"), max_length=KVK_DIGITS, blank=True, db_default="")
    sector = models.CharField(_("sector"), max_length=1, choices=Sector.choices, blank=True, db_default="")
    how_to_reach = models.CharField(_("how to reach"), max_length=200, blank=True, db_default="")
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged_here",
        verbose_name=_("found as"),
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
            **technical("id", "public_id", "is_shared", "merged_into", "created_at"),
            **of_class(DataClass.WORK, "name", "municipality", "kvk_number", "sector", "search_name"),
            **of_class(DataClass.CONTACT, "how_to_reach"),
        },
    )

    objects = EmployerQuerySet.as_manager()

    class Meta:
        verbose_name = _("employer")
        verbose_name_plural = _("employers")
        ordering = ["name", "pk"]
        constraints = [
            # Apart, so that a name that everybody may know is never refused because of one that they may not.
            models.UniqueConstraint(
                fields=["name", "municipality"],
                condition=Q(is_shared=False, merged_into=None),
                name="employer_name_unique",
                violation_error_message=_("There is already an employer with this name."),
            ),
            models.UniqueConstraint(
                fields=["name", "municipality"],
                condition=Q(is_shared=True, merged_into=None),
                name="employer_shared_name_unique",
                violation_error_message=_("There is already an employer with this name."),
            ),
            models.UniqueConstraint(
                fields=["kvk_number"],
                condition=~Q(kvk_number="") & Q(merged_into=None),
                name="employer_kvk_number_unique",
                violation_error_message=_("There is already an employer with this KvK number."),
            ),
            models.CheckConstraint(
                condition=Q(kvk_number="") | Q(kvk_number__regex=rf"^[0-9]{{{KVK_DIGITS}}}$"),
                name="employer_kvk_number_of_eight_digits",
                violation_error_message=_("A KvK number has eight digits."),
            ),
            models.CheckConstraint(
                condition=Q(sector__in=["", *Sector.values]),
                name="employer_sector_known",
                violation_error_message=_("This sector does not exist."),
            ),
            models.CheckConstraint(
                condition=Q(is_shared=True) | Q(kvk_number="", sector="", how_to_reach=""),
                name="employer_details_are_shared",
                violation_error_message=_("Share the employer with all teams first."),
            ),
        ]
        indexes = [GinIndex(OpClass("search_name", "gin_trgm_ops"), name="employer_search_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name with the place, which tells two of one name apart."""
        return f"{self.name}, {self.municipality}" if self.municipality else self.name
