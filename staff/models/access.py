"""Who saw or changed what, when and with which right: one line for each request (NEN 7513)."""

import uuid
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.access import AccessAction
from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical
from ipsplatform.common.page_words import words_of
from staff.models.role import Role
from staff.models.user import User


class AccessOutcome(models.TextChoices):
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    FAILED = "failed", _("failed")


class Relation(models.TextChoices):
    """The relation between the person and the client on that day."""

    CASELOAD = "caseload", _("follows the client")
    TEAM = "team", _("works in the team of the client")
    NONE = "none", _("no relation")


class ConsentCheck(models.TextChoices):
    """Whether what was done needed the client's recorded yes, and had it."""

    GIVEN = "given", _("given")
    MISSING = "missing", _("missing")


class Purpose(models.TextChoices):
    CARE = "zorg", _("support of the client")
    STEERING = "sturing", _("figures")
    ADMINISTRATION = "beheer", _("administration")
    SYSTEM = "systeem", _("automatic work")


class AccessLine(models.Model):
    """One request or task. No name, free text or BSN: identifiers, codes and keyed hashes only.

    The table has a partition for each month; the key in the database is the number with the moment.
    """

    is_append_only = True

    at = models.DateTimeField(_("at"))
    code = models.CharField(_("page or task"), max_length=120)
    action = models.CharField(_("action"), max_length=1, choices=AccessAction.choices)
    outcome = models.CharField(_("outcome"), max_length=8, choices=AccessOutcome.choices)
    is_authorised = models.BooleanField(_("had the right"))
    relation = models.CharField(_("relation"), max_length=10, choices=Relation.choices, blank=True)
    consent = models.CharField(
        _("consent"),
        max_length=10,
        choices=ConsentCheck.choices,
        blank=True,
        help_text=_("Empty: not asked."),
    )
    is_emergency = models.BooleanField(_("emergency access"), default=False)
    # Without a constraint: a line stays true when the person is gone.
    actor = models.ForeignKey(
        User,
        on_delete=models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("by"),
    )
    role = models.CharField(_("role"), max_length=24, choices=Role.choices, blank=True)
    on_behalf_of = models.UUIDField(_("on behalf of"), null=True)
    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose.choices)
    address = models.GenericIPAddressField(_("address"), null=True)
    session_hash = models.CharField(_("session"), max_length=64, blank=True)
    client_id = models.UUIDField(_("client"), null=True)
    part = models.CharField(_("part of the file"), max_length=20, blank=True)
    query_hash = models.CharField(_("question"), max_length=64, blank=True)
    row_count = models.PositiveIntegerField(_("rows"), null=True)
    # On a page about nobody in particular: the clients whose names stood there (ADR 42).
    listed = ArrayField(models.UUIDField(), verbose_name=_("clients in the list"), null=True)
    instance = models.CharField(_("machine"), max_length=64)
    component = models.CharField(_("component"), max_length=10)
    request = models.UUIDField(_("request"), null=True)

    declared = Classified(
        about=About.STAFF,
        fields={
            **technical(
                "id", "at", "code", "action", "outcome", "is_authorised", "relation", "consent",
                "is_emergency", "actor", "role", "on_behalf_of", "purpose", "client_id", "part",
                "query_hash", "row_count", "listed", "instance", "component", "request",
            ),
            **of_class(DataClass.IDENTITY, "session_hash"),
            **of_class(DataClass.CONTACT, "address"),
        },
        leaves_no_copy=True,
    )  # fmt: skip

    class Meta:
        verbose_name = _("line of the access log")
        verbose_name_plural = _("access log")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["client_id", "-at"], name="access_by_client"),
            models.Index(fields=["actor", "-at"], name="access_by_actor"),
            GinIndex(fields=["listed"], name="access_by_listed", condition=models.Q(listed__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{words_of(self.code)}: {self.get_action_display()}"


class DroppedLogMonth(models.Model):
    """Proof that a month of the access log was dropped after its years, so that its seals still verify.

    It counts when a seal holds it (`seal`): somebody who only writes the row excuses nothing.
    """

    is_append_only = True
    is_written_by_owner = True  # the application can't add one, see ipsplatform.operations.database_roles

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    first_day = models.DateField(_("month"), unique=True)
    line_count = models.PositiveBigIntegerField(_("lines"))
    line_ranges = models.JSONField(_("numbers of the lines, as pairs of first and last"))
    dropped_at = models.DateTimeField(_("removed at"), auto_now_add=True)

    declared = Classified(
        about=About.NOBODY,
        fields=technical("id", "public_id", "first_day", "line_count", "line_ranges", "dropped_at"),
        leaves_no_copy=True,
    )

    class Meta:
        verbose_name = _("removed month of the access log")
        verbose_name_plural = _("removed months of the access log")
        ordering = ["first_day"]

    def __str__(self) -> str:
        return f"{self.first_day:%Y-%m}"


class AccessSealQuerySet(models.QuerySet["AccessSeal"]):
    def of_lines(self) -> Self:
        """Seals of lines, not of a certificate."""
        return self.filter(certificate=None)


class AccessSeal(models.Model):
    """A batch of lines of one month of the access log with their digests, chained to the seal before it.

    A line changed afterwards, with whatever rights, no longer matches its seal. A seal of a `certificate`
    has no lines: it says that a month was dropped. Seals made before version 0.2 have no `month`.
    """

    is_append_only = True

    number = models.PositiveBigIntegerField(_("number"), unique=True)
    sealed_at = models.DateTimeField(_("sealed at"), auto_now_add=True)
    line_ids = ArrayField(models.BigIntegerField(), verbose_name=_("lines"))
    digests = ArrayField(models.CharField(max_length=64), verbose_name=_("digests"))
    previous = models.CharField(_("seal before it"), max_length=64, blank=True)
    seal = models.CharField(_("seal"), max_length=64)
    month = models.DateField(_("month"), null=True, editable=False)
    certificate = models.OneToOneField(
        DroppedLogMonth,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="seal",
        verbose_name=_("removed month of the access log"),
    )

    declared = Classified(
        about=About.NOBODY,
        fields=technical(
            "id", "number", "sealed_at", "line_ids", "digests", "previous", "seal", "month", "certificate"
        ),
        leaves_no_copy=True,
    )

    objects = AccessSealQuerySet.as_manager()

    class Meta:
        verbose_name = _("seal of the access log")
        verbose_name_plural = _("seals of the access log")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(line_ids__len=F("digests__len")),
                name="seal_has_a_digest_for_each_line",
                violation_error_message=_("A seal has one digest for each of its lines."),
            ),
            models.CheckConstraint(
                condition=Q(line_ids__len__gt=0) ^ Q(certificate__isnull=False),
                name="seal_is_of_lines_or_of_a_certificate",
                violation_error_message=_("A seal is of lines, or of a certificate."),
            ),
            models.CheckConstraint(
                condition=IsNull(Func(F("line_ids"), Value(None), function="array_position"), True),
                name="seal_has_the_number_of_each_line",
                violation_error_message=_("A seal names each of its lines."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.seal[:12]}"
