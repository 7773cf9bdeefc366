"""Teams: FACT teams and MSS areas."""

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Expression, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.classification import About, Classified, technical
from ipsplatform.common.history import keeps_history
from ipsplatform.common.periods import running_on_q
from ipsplatform.common.remembered import remembered

if TYPE_CHECKING:
    from staff.models.user import User


class TeamKind(models.TextChoices):
    FACT = "fact", _("FACT team")
    MSS = "mss", _("MSS area")


class TeamQuerySet(models.QuerySet["Team"]):
    def of_member(self, user: "User | Expression") -> Self:
        """Teams in which `user` is a member today."""
        today = timezone.localdate()
        return self.filter(
            Q(memberships__user=user)
            & running_on_q(today, "memberships__started_on", "memberships__ended_on")
        ).distinct()

    def keys_of_member(self, user: "User") -> frozenset[int]:
        """Keys of the teams in which `user` is a member today; asked once while a page is read."""
        ask = self.model.objects.of_member(user).order_by().values_list("pk", flat=True)
        return remembered(teams_of(user), lambda: frozenset(ask))


def teams_of(user: "User") -> tuple:
    """Under which the keys of the teams of `user` are remembered."""
    return "teams", user.pk, timezone.localdate()


class TeamAction(models.TextChoices):
    """Changes of a team in the log of changes."""

    CREATED = "team_created", _("team added")
    CORRECTED = "team_corrected", _("team corrected")


@keeps_history(model_name="TeamHistory")
class Team(models.Model):
    """A FACT team, or an MSS team with the area that it serves."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=TeamKind.choices)
    inhabitants = models.PositiveIntegerField(
        _("inhabitants of the area"),
        null=True,
        blank=True,
        help_text=_("For an MSS area: the norm follows from it."),
    )

    declared = Classified(
        about=About.NOBODY,
        actions=TeamAction,
        fields=technical("id", "public_id", "code", "name", "kind", "inhabitants"),
    )

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=TeamKind.values),
                name="team_kind_known",
                violation_error_message=_("This kind of team does not exist."),
            )
        ]

    def __str__(self) -> str:
        return self.name
