"""What would let somebody see more, or sign in another way: it waits for a second person (ADR 35)."""

import uuid
from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical
from ipsplatform.common.history import keeps_history
from staff.models.user import User

NOTHING = models.Value({}, models.JSONField())


class AccessChangeKind(models.TextChoices):
    """What is asked for somebody."""

    ACCESS = "access", _("see more")
    PASSWORD = "password", _("password set by the administrator")
    FACTORS = "factors", _("second factor removed")


class AccessVerdict(models.TextChoices):
    """How a request ended. One that nobody answered in time has none."""

    CONFIRMED = "confirmed", _("confirmed")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class AccessChangeAction(models.TextChoices):
    """Changes of such a request in the log of changes."""

    ASKED = "access_change_asked", _("asked to let somebody see more")
    CONFIRMED = "access_change_confirmed", _("confirmed that somebody sees more")
    REFUSED = "access_change_refused", _("refused that somebody sees more")
    WITHDRAWN = "access_change_withdrawn", _("request to let somebody see more withdrawn")


class AccessChangeQuerySet(models.QuerySet["AccessChange"]):
    def open(self) -> Self:
        """Requests that can still be confirmed."""
        return self.filter(verdict="", expires_at__gt=timezone.now())

    def lapsed(self) -> Self:
        """Requests that nobody answered in time."""
        return self.filter(verdict="", expires_at__lte=timezone.now())

    def closed(self) -> Self:
        """Requests with a verdict, and requests that nobody answered in time."""
        return self.exclude(verdict="", expires_at__gt=timezone.now())


@keeps_history(model_name="AccessChangeHistory", exclude=("new_password",))
class AccessChange(models.Model):
    """A request of an administrator about one person. Nothing of it holds before somebody else confirms it.

    `changes` is {field of the person: [before, after]}. Each item of `memberships` holds the facts of a team
    membership, with the public identifier of the row and its days as they were when that exists already;
    `teams` are those of them, by public identifier. `snapshot` is what the second person judges, as it was
    when this was asked: who the person is, and the name and code of each team that is asked or in which the
    person works. `new_password` is a hash, emptied by the verdict, or by the worker once the request has
    lapsed. A verdict given by a command on the server has no `judged_by`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("what is asked"), max_length=10, choices=AccessChangeKind.choices)
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="access_changes", verbose_name=_("member of staff")
    )
    changes = models.JSONField(_("changes"), default=dict, blank=True)
    memberships = models.JSONField(_("team memberships"), default=list, blank=True)
    teams = ArrayField(models.UUIDField(), verbose_name=_("teams"), default=list, blank=True)
    snapshot = models.JSONField(
        _("as it was when this was asked"), default=dict, db_default=NOTHING, blank=True, editable=False
    )
    new_password = models.CharField(_("password"), max_length=128, blank=True, default="")
    reason = models.TextField(_("why"))
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    expires_at = models.DateTimeField(_("lapses at"))
    verdict = models.CharField(
        _("verdict"), max_length=10, choices=AccessVerdict.choices, blank=True, default=""
    )
    note = models.TextField(_("note"), blank=True, default="")
    judged_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("judged by")
    )
    judged_at = models.DateTimeField(_("judged at"), null=True, blank=True)
    is_judged_on_server = models.BooleanField(_("judged on the server"), default=False)
    judges_told_at = models.DateTimeField(_("notice sent at"), null=True, blank=True)
    person_told_at = models.DateTimeField(_("person told at"), null=True, blank=True)
    asker_told_at = models.DateTimeField(_("who asked told at"), null=True, blank=True)

    declared = Classified(
        noun="access-changes",
        about=About.STAFF,
        actions=AccessChangeAction,
        fields={
            **technical(
                "id", "public_id", "kind", "person", "teams", "asked_by", "asked_at", "expires_at", "verdict",
                "judged_by", "judged_at", "is_judged_on_server", "judges_told_at", "person_told_at",
                "asker_told_at",
            ),
            **of_class(DataClass.IDENTITY, "new_password"),
            **of_class(DataClass.WORK, "memberships"),
            # An e-mail address, for one.
            **of_class(DataClass.FREE_TEXT, "changes", "snapshot", "reason", "note"),
        },
        leaves_no_copy=True,
    )  # fmt: skip

    objects = AccessChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to let somebody see more")
        verbose_name_plural = _("requests to let somebody see more")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=AccessChangeKind.values) & Q(verdict__in=["", *AccessVerdict.values]),
                name="access_change_codes_known",
                violation_error_message=_("This kind of request or verdict does not exist."),
            ),
            models.CheckConstraint(
                condition=Q(reason__regex=r"\S"),
                name="access_change_explained",
                violation_error_message=_("Say why, for whoever confirms it."),
            ),
            models.CheckConstraint(
                condition=Q(verdict="", judged_at=None, judged_by=None, is_judged_on_server=False)
                | Q(verdict=AccessVerdict.WITHDRAWN, judged_at__isnull=False, judged_by=F("asked_by"))
                | (
                    Q(verdict__in=[AccessVerdict.CONFIRMED, AccessVerdict.REFUSED], judged_at__isnull=False)
                    & (
                        Q(is_judged_on_server=True, judged_by=None)
                        | (
                            Q(is_judged_on_server=False, judged_by__isnull=False)
                            & ~Q(judged_by=F("asked_by"))
                            & ~Q(judged_by=F("person"))
                        )
                    )
                ),
                name="access_change_judged_by_somebody_else",
                violation_error_message=_("Somebody else judges this: not who asked, not the person."),
            ),
            models.CheckConstraint(
                condition=Q(verdict="") | Q(new_password=""),
                name="access_change_keeps_no_password",
                violation_error_message=_("A request that is closed keeps no password."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.person}"

    @property
    def is_open(self) -> bool:
        return self.verdict == "" and self.expires_at > timezone.now()

    @property
    def over_at(self) -> datetime:
        """When it was judged, or lapses."""
        return self.judged_at or self.expires_at
