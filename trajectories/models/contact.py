"""Contacts: with clients, about clients, and with employers."""

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Part
from ipsplatform.common.classification import DataClass, of_class, technical
from ipsplatform.common.declared import NUMBERS_OF_CLIENT, Given, OfClient, left_out
from ipsplatform.common.history import keeps_history
from ipsplatform.common.identity import NumberField
from staff.models import Role, User
from trajectories.models.employer import Employer
from trajectories.models.employer_person import EmployerPerson


class ContactKind(models.TextChoices):
    WERK = "werk", _("work")
    STEUN = "steun", _("how it is going")
    WERKGEVER = "werkgever", _("employer")
    GROEP = "groep", _("group")
    OVERLEG = "overleg", _("consultation")
    NAZORG = "nazorg", _("aftercare for relatives")


# Kinds in which the client takes part: these count as having met the client.
CLIENT_CONTACT_KINDS = (ContactKind.WERK, ContactKind.STEUN, ContactKind.GROEP)

# The one kind that goes on after the death of a client, and begins there (ADR 47).
AFTER_DEATH = ContactKind.NAZORG

# Kinds that may name neither a client nor an employer: they are about several people.
ABOUT_SEVERAL = (ContactKind.GROEP, ContactKind.OVERLEG)

# Visits to an employer: what rapid job search counts (domain.md, section 6).
EMPLOYER_VISIT = {"kind": ContactKind.WERKGEVER, "face_to_face": True}

# The IPS'er visits about work, the ervaringsdeskundige about how it is going (seed 000).
USUAL_KIND_BY_ROLE = {
    Role.IPS_TRAJECTBEGELEIDER: ContactKind.WERK,
    Role.ERVARINGSDESKUNDIGE: ContactKind.STEUN,
    Role.KWARTIERMAKER: ContactKind.STEUN,
    Role.CASEMANAGER: ContactKind.STEUN,
    Role.TEAMLEIDER: ContactKind.OVERLEG,
}


class Location(models.TextChoices):
    INSTELLING = "instelling", _("institution")
    THUIS = "thuis", _("at home")
    WERKPLEK = "werkplek", _("workplace")
    ELDERS = "elders", _("elsewhere")
    TELEFOON = "telefoon", _("telephone")
    BEELDBELLEN = "beeldbellen", _("video call")


AT_A_DISTANCE = (Location.TELEFOON, Location.BEELDBELLEN)


class Purpose(models.TextChoices):
    """What a contact with an employer was for: the rungs of the ladder, from first to last."""

    KENNISMAKEN = "kennismaken", _("getting to know")
    BEHOEFTE = "behoefte", _("what is needed")
    VOORSTELLEN = "voorstellen", _("proposing somebody")
    NAZORG = "nazorg", _("follow-up")


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: User) -> Self:
        """Contacts about visible clients, and the user's own that name no client."""
        return self.filter(Q(client__in=Client.objects.visible_to(user)) | Q(client=None, staff=user))

    def with_client(self) -> Self:
        """Contacts in which a client took part."""
        return self.filter(client__isnull=False, kind__in=CLIENT_CONTACT_KINDS)

    def with_employer_face_to_face(self) -> Self:
        """Visits to an employer: what rapid job search counts (domain.md, section 6)."""
        return self.filter(**EMPLOYER_VISIT)


class ContactAction(models.TextChoices):
    """Changes of a contact in the log of changes."""

    WRITTEN = "contact_written", _("contact written")
    CORRECTED = "contact_corrected", _("contact corrected")
    IMPORT_ANSWERED = "contact_import_answered", _("question of an import answered")


@keeps_history(model_name="ContactHistory", removed_index="removed_contact")
class Contact(models.Model):
    """One contact as its author wrote it. `face_to_face` None means unknown (imported)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    contact_number = NumberField(_("contact number"), max_length=40, unique=True)
    staff = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts", verbose_name=_("by")
    )
    client = models.ForeignKey(
        Client,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("client"),
    )
    employer = models.ForeignKey(
        Employer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("employer"),
    )
    occurred_at = models.DateTimeField(_("when"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), null=True, blank=True, validators=[MaxValueValidator(1440)]
    )
    kind = models.CharField(_("kind of contact"), max_length=12, choices=ContactKind.choices)
    face_to_face = models.BooleanField(_("face to face"), null=True, blank=True)
    hiring_manager = models.BooleanField(_("with somebody who decides on hiring"), null=True, blank=True)
    purpose = models.CharField(
        _("what for"), max_length=12, choices=Purpose.choices, blank=True, db_default=""
    )
    person = models.ForeignKey(
        EmployerPerson,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,  # the partial index below
        related_name="contacts",
        verbose_name=_("with whom"),
    )
    agreed = models.TextField(_("what was agreed with the employer"), blank=True, db_default="")
    client_is_named = models.BooleanField(_("the employer knows who it is about"), null=True, blank=True)
    location = models.CharField(_("where"), max_length=12, choices=Location.choices, blank=True)
    note = models.TextField(_("what"), blank=True)
    created_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    declared = OfClient(
        noun="contacts",
        in_life={"occurred_at": _("the contact of %(day)s")},
        part=Part.CONTACTS,
        actions=ContactAction,
        beside={"import_row": _("row of an import"), "import_answer": _("answer")},
        fields={
            **technical("id", "public_id", "staff", "client", "created_at"),
            **of_class(DataClass.IDENTITY, "contact_number"),
            **of_class(
                DataClass.HEALTH,
                "occurred_at", "minutes", "kind", "face_to_face", "hiring_manager", "location",
                "client_is_named", "purpose",
            ),
            **of_class(DataClass.WORK, "employer", "person"),
            **of_class(DataClass.FREE_TEXT, "note", "agreed"),
        },
        given=Given(
            section="contacts",
            title=_("Talks and other contacts"),
            place=6,
            fields=(
                "contact_number", "occurred_at", "kind", "location", "minutes", "face_to_face", "employer",
                "hiring_manager", "purpose", "client_is_named", "staff", "note", "created_at",
            ),
            left_out=NUMBERS_OF_CLIENT
            | left_out("about somebody else", "person")
            | left_out("stands with contacts about no client only", "agreed"),
            order=("occurred_at", "pk"),
        ),
    )  # fmt: skip

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["-occurred_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ContactKind.values),
                name="contact_kind_known",
                violation_error_message=_("This kind of contact does not exist."),
            ),
            models.CheckConstraint(
                condition=Q(minutes=None) | Q(minutes__lte=1440),
                name="contact_within_a_day",
                violation_error_message=_("A contact lasts a day at most (1440 minutes)."),
            ),
            models.CheckConstraint(
                condition=Q(client_is_named=None)
                | Q(client_is_named=False)
                | Q(kind=ContactKind.WERKGEVER, client__isnull=False, employer__isnull=False),
                name="contact_named_to_an_employer",
                violation_error_message=_("A client can be named only in a contact with an employer."),
            ),
            models.CheckConstraint(
                condition=Q(purpose="") | Q(purpose__in=Purpose.values, kind=ContactKind.WERKGEVER),
                name="contact_purpose_of_an_employer_contact",
                violation_error_message=_("Only a contact with an employer has such a purpose."),
            ),
            models.CheckConstraint(
                condition=Q(person=None) | Q(kind=ContactKind.WERKGEVER, employer__isnull=False),
                name="contact_person_of_an_employer_contact",
                violation_error_message=_("Only a contact with an employer names somebody who works there."),
            ),
            models.CheckConstraint(
                condition=Q(agreed="")
                | Q(kind=ContactKind.WERKGEVER, client__isnull=True, employer__isnull=False),
                name="contact_agreed_about_no_client",
                violation_error_message=_(
                    "What colleagues read of an employer stands in a contact that is not about one client."
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["client", "kind", "-occurred_at"], name="contact_of_client"),
            models.Index(fields=["staff", "-occurred_at"], name="contact_of_staff"),
            # With which employers somebody spoke last, and which ones the clients of a team know.
            models.Index(
                fields=["staff", "-occurred_at"],
                include=["employer"],
                condition=Q(employer__isnull=False),
                name="contact_with_employer",
            ),
            models.Index(
                fields=["client", "employer"],
                condition=Q(employer__isnull=False),
                name="contact_employers_of_client",
            ),
            models.Index(fields=["person"], condition=Q(person__isnull=False), name="contact_with_person"),
            # When somebody was last spoken with, and last seen, without reading the contacts themselves.
            models.Index(
                fields=["client", "-occurred_at"],
                include=["face_to_face"],
                condition=Q(kind__in=CLIENT_CONTACT_KINDS),
                name="contact_with_client",
            ),
            # The first visit to an employer since a day.
            models.Index(
                fields=["client", "occurred_at"],
                condition=Q(**EMPLOYER_VISIT),
                name="contact_employer_visit",
            ),
        ]
        triggers = [
            # A check constraint can't look at another table. Who corrects the days of a life is looked at in
            # the services: the contacts are shown there.
            pgtrigger.Trigger(
                name="within_the_life_of_the_client",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("client_id", "kind", "occurred_at"),
                condition=pgtrigger.Condition("NEW.client_id IS NOT NULL"),
                declare=[("day", "date")],
                func=f"""
                    day := (NEW.occurred_at AT TIME ZONE '{settings.TIME_ZONE}')::date;
                    IF EXISTS (SELECT 1 FROM clients_client c WHERE c.id = NEW.client_id AND (
                            c.birth_date > day
                            OR NEW.kind = '{AFTER_DEATH}' AND (c.died_on IS NULL OR c.died_on > day)
                            OR NEW.kind <> '{AFTER_DEATH}' AND c.died_on < day)) THEN
                        RAISE EXCEPTION USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'contact_within_the_life_of_the_client',
                            MESSAGE = 'this contact does not lie in the life of the client';
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608  # of constants
            ),
            # What was written before a withdrawal stays: only a contact that newly names one is looked
            # at. The lock makes a withdrawal of the same moment wait, or this one see it.
            pgtrigger.Trigger(
                name="named_only_with_a_choice",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf("client_is_named", "client_id", "employer_id"),
                condition=pgtrigger.Condition("NEW.client_is_named"),
                func="""
                    IF TG_OP = 'UPDATE' THEN
                        IF OLD.client_is_named AND OLD.client_id = NEW.client_id
                                AND OLD.employer_id = NEW.employer_id THEN
                            RETURN NEW;
                        END IF;
                        -- Two employers that were merged, or are taken apart: what was told was told.
                        IF OLD.client_is_named AND OLD.client_id = NEW.client_id AND EXISTS (
                                SELECT 1 FROM trajectories_employer e
                                WHERE e.id = OLD.employer_id AND e.merged_into_id = NEW.employer_id
                                    OR e.id = NEW.employer_id AND e.merged_into_id = OLD.employer_id) THEN
                            RETURN NEW;
                        END IF;
                    END IF;
                    PERFORM 1 FROM trajectories_disclosurechoice d
                        WHERE d.client_id = NEW.client_id AND d.employer_id = NEW.employer_id
                            AND d.may_know AND d.withdrawn_at IS NULL FOR SHARE;
                    IF NOT FOUND THEN
                        RAISE EXCEPTION USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'contact_named_only_with_a_choice',
                            MESSAGE = 'the client has not said that this employer may know';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.contact_number

    @property
    def is_with_client(self) -> bool:
        """Whether the client took part: `with_client` of a row that was read already."""
        return self.client_id is not None and self.kind in CLIENT_CONTACT_KINDS

    @property
    def is_employer_visit(self) -> bool:
        return all(getattr(self, field) == value for field, value in EMPLOYER_VISIT.items())
