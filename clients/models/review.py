"""The queue of access reviews: what a rule found, and what a human says about it."""

import uuid
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.models.emergency import EmergencyAccess
from clients.models.part import Part
from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical
from ipsplatform.common.history import keeps_history
from staff.models import Team, TeamMembership, User
from staff.permissions import Ability, can_review_access, roles_with


class ReviewRule(models.TextChoices):
    """What somebody must look at (security.md, point 8)."""

    EMERGENCY = "emergency", _("emergency access")
    NO_RELATION = "no_relation", _("no relation with the client")
    OWN_SURNAME = "own_surname", _("same last name as the client")
    MANY_CLIENTS = "many_clients", _("many files in one day")
    NIGHT = "night", _("at night")


class Verdict(models.TextChoices):
    IN_ORDER = "in_order", _("in order")
    EXPLAINED = "explained", _("explained by the person")
    NOT_IN_ORDER = "not_in_order", _("not in order")


class AccessReviewQuerySet(models.QuerySet["AccessReview"]):
    def visible_to(self, user: User) -> Self:
        """Reviews that `user` may judge: team leads, of their own teams' people and clients.

        Never of oneself. What no other team lead can judge, because neither the person nor the client
        has a team with one, is there for every team lead.
        """
        if not can_review_access(user):
            return self.none()
        own = Team.objects.of_member(user).order_by().values("pk")
        led = _memberships(user__role__in=roles_with(Ability.REVIEW_ACCESS), user__is_active=True)
        others = led.exclude(user=models.OuterRef(models.OuterRef("subject")))
        rule = _about_teams(own) | ~_about_teams(others.order_by().values("team"))
        return self.exclude(subject=user).filter(rule)

    def open(self) -> Self:
        return self.filter(verdict="")

    def blocking(self) -> Self:
        """Those that keep somebody from emergency access to a file: not in order, and not lifted since."""
        return self.filter(verdict=Verdict.NOT_IN_ORDER, client_id__isnull=False, block_lifted_at=None)

    def overdue(self) -> Self:
        """Open after the day on which there should have been a verdict."""
        return self.open().filter(due_on__lt=timezone.localdate())


def _memberships(**facts: Any) -> models.QuerySet[TeamMembership]:
    return TeamMembership.objects.current().filter(**facts)


def _about_teams(teams: models.QuerySet) -> Q:
    """Reviews of a person who works, or a client who is, in one of `teams` today."""
    people = _memberships(user=models.OuterRef("subject"), team__in=teams)
    clients = Client.objects.filter(public_id=models.OuterRef("client_id"), team__in=teams)
    return Q(models.Exists(people)) | Q(models.Exists(clients))


class ReviewAction(models.TextChoices):
    """What the log of changes tells of a review."""

    CLOSED = "access_review_closed", _("review of access closed")
    BLOCK_LIFTED = "emergency_block_lifted", _("emergency access allowed again")


@keeps_history(model_name="AccessReviewHistory")
class AccessReview(models.Model):
    """One thing that stood out in the access log. Closed by a verdict, never removed.

    The client is an identifier, as in the log: the review stays true when the file is gone.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    rule = models.CharField(_("rule"), max_length=12, choices=ReviewRule.choices)
    period_from = models.DateField(_("from"))
    period_to = models.DateField(_("until"))
    subject = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="access_reviews", verbose_name=_("member of staff")
    )
    client_id = models.UUIDField(_("client"), null=True, blank=True)
    emergency_access = models.OneToOneField(
        EmergencyAccess,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="review",
        verbose_name=_("emergency access"),
    )
    line_count = models.PositiveIntegerField(_("pages"), default=0)
    file_count = models.PositiveIntegerField(_("files"), default=0)
    line_ids = ArrayField(
        models.BigIntegerField(), verbose_name=_("lines of the access log"), default=list, blank=True
    )
    created_at = models.DateTimeField(_("found at"), auto_now_add=True)
    due_on = models.DateField(_("verdict before or on"))
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict.choices, blank=True)
    note = models.TextField(_("note"), blank=True)
    judged_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("judged by")
    )
    judged_at = models.DateTimeField(_("judged at"), null=True, blank=True)
    block_lifted_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # nobody asks for the blocks that somebody lifted
        related_name="+",
        verbose_name=_("block lifted by"),
    )
    block_lifted_at = models.DateTimeField(_("block lifted at"), null=True, blank=True)

    declared = Classified(
        noun="access-reviews",
        part=Part.REVIEW,
        about=About.STAFF,
        actions=ReviewAction,
        fields={
            **technical(
                "id", "public_id", "rule", "period_from", "period_to", "subject", "client_id",
                "emergency_access", "line_count", "file_count", "line_ids", "created_at", "due_on",
                "verdict", "judged_by", "judged_at", "block_lifted_by", "block_lifted_at",
            ),
            **of_class(DataClass.FREE_TEXT, "note"),
        },
        leaves_no_copy=True,
    )  # fmt: skip

    objects = AccessReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review of access")
        verbose_name_plural = _("reviews of access")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject", "client_id", "period_from", "emergency_access"],
                nulls_distinct=False,
                name="one_review_for_each_finding",
                violation_error_message=_("This was found already."),
            ),
            models.CheckConstraint(
                condition=Q(rule__in=ReviewRule.values) & Q(verdict__in=["", *Verdict.values]),
                name="review_codes_known",
                violation_error_message=_("This rule or verdict does not exist."),
            ),
            models.CheckConstraint(
                condition=Q(rule=ReviewRule.EMERGENCY, emergency_access__isnull=False)
                | (~Q(rule=ReviewRule.EMERGENCY) & Q(emergency_access=None)),
                name="review_of_emergency_names_it",
                violation_error_message=_("Only a review of emergency access names one."),
            ),
            models.CheckConstraint(
                condition=Q(verdict="", judged_by=None, judged_at=None)
                | (~Q(verdict="") & Q(judged_by__isnull=False, judged_at__isnull=False)),
                name="review_verdict_has_a_judge",
                violation_error_message=_("A verdict needs a judge and a time."),
            ),
            models.CheckConstraint(
                condition=Q(judged_by=None) | ~Q(judged_by=F("subject")),
                name="review_not_of_oneself",
                violation_error_message=_("Nobody judges their own access. Another team lead does."),
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["", Verdict.IN_ORDER]) | Q(note__regex=r"\S"),
                name="review_verdict_explained",
                violation_error_message=_("Say in the note what you found."),
            ),
            models.CheckConstraint(
                condition=Q(block_lifted_by=None, block_lifted_at=None)
                | Q(
                    verdict=Verdict.NOT_IN_ORDER,
                    block_lifted_by__isnull=False,
                    block_lifted_at__isnull=False,
                ),
                name="review_block_lifted_after_verdict",
                violation_error_message=_("Only a verdict that is not in order leaves a block to lift."),
            ),
            models.CheckConstraint(
                condition=Q(block_lifted_by=None) | ~Q(block_lifted_by=F("subject")),
                name="review_block_not_lifted_by_oneself",
                violation_error_message=_("Nobody lifts their own block. Another team lead does."),
            ),
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from")),
                name="review_period_in_order",
                violation_error_message=_("A period can't end before it starts."),
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(verdict=""), name="review_open_by_due")]

    def __str__(self) -> str:
        return f"{self.get_rule_display()} {self.period_from}"

    @property
    def is_open(self) -> bool:
        return not self.verdict

    @property
    def is_blocking(self) -> bool:
        """Whether it keeps the person from emergency access to this file."""
        has_file = self.client_id is not None
        return has_file and self.verdict == Verdict.NOT_IN_ORDER and self.block_lifted_at is None

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on < timezone.localdate()
