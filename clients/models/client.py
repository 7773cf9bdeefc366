"""The people who are supported, and the one rule of who may see them."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Expression, F, Q, Value
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models.emergency import EmergencyAccess
from clients.models.part import Part
from ipsplatform.common.classification import DataClass, of_class, technical
from ipsplatform.common.declared import NUMBERS, Given, OfClient, left_out
from ipsplatform.common.history import keeps_history
from ipsplatform.common.identity import ClientNumberField, NameField
from ipsplatform.common.names import full_name, list_name, plain_letters
from ipsplatform.common.partial_dates import PartialDate, PartialDateField, Precision, is_as_known
from ipsplatform.common.periods import running_on_q
from ipsplatform.common.remembered import remember, remembered
from ipsplatform.common.search import NumberAsSeen, NumberIn, searchable, without_accents
from staff.models import Team, User
from staff.models.team import teams_of
from staff.permissions import Ability, can_open_files, has_ability


class ClientQuerySet(models.QuerySet["Client"]):
    def visible_to(self, user: User) -> Self:
        """Clients whose file `user` may open today (domain.md, section 3).

        Those whom lists show, and the client to whom this person has emergency access at this moment.
        """
        if not can_open_files(user):
            return self.none()
        keys = _keys_of(user)
        return self.filter(self._listed_by(keys, user) | Q(pk__in=keys.opened_in_emergency))

    def listed_for(self, user: User) -> Self:
        """Clients in the lists, counts and exports of `user`: without the file of an emergency.

        Caseworkers: their own caseload and their teams' clients. Team leads: the same, and
        clients without a team. Everybody else: nobody.
        """
        return self.filter(self._listed_by(_keys_of(user), user)) if can_open_files(user) else self.none()

    def on_caseload_of(self, user: User | Expression) -> Self:
        """Clients whom `user` follows today, in the role that `user` has: it ends with the role (ADR 47)."""
        keys = self.keys_followed_by(user) if isinstance(user, User) else _followed_by(user)
        return self.filter(pk__in=keys)

    def keys_followed_by(self, user: User) -> frozenset[int]:
        """Keys of the clients whom `user` follows today; asked once while a page is read."""
        return _keys_of(user).followed

    def keys_opened_in_emergency_by(self, user: User) -> frozenset[int]:
        """Keys of the clients whose file `user` has open in an emergency now; asked once as well."""
        return _keys_of(user).opened_in_emergency

    def living(self, *, besides: "Client | None" = None) -> Self:
        """Clients who have not died, and the one of `besides`."""
        return self.filter(Q(died_on=None) | Q(pk=besides.pk if besides else None))

    def in_list_order(self, *, after: tuple[str, ...] = ()) -> Self:
        """As a dictionary sorts their names; `after` comes first."""
        return self.order_by(*after, without_accents("last_name"), "first_name", "pk")

    def _listed_by(self, keys: "_Keys", user: User) -> Q:
        # Lists of keys, not subqueries: with OR between them only lists let PostgreSQL use both indexes, and
        # their lengths tell it how many clients to expect (ADR 51).
        rule = Q(pk__in=keys.followed) | Q(team__in=keys.teams)
        return rule | Q(team=None) if has_ability(user, Ability.LEAD_TEAM) else rule


@dataclass(frozen=True, slots=True)
class _Keys:
    """Of the clients whom one person follows today, of those opened in an emergency at this moment, and of
    the teams in which this person is a member today.
    """

    followed: frozenset[int]
    opened_in_emergency: frozenset[int]
    teams: frozenset[int]


def _keys_of(user: User) -> _Keys:
    """One statement, once while a page is read."""
    return remembered(("clients", user.pk, timezone.localdate()), lambda: _asked_keys_of(user))


def _asked_keys_of(user: User) -> _Keys:
    opened = EmergencyAccess.objects.running().filter(user=user).order_by()
    kinds = (
        _followed_by(user).values_list(Value("followed"), "pk"),
        opened.values_list(Value("opened"), "client"),
        Team.objects.of_member(user).order_by().values_list(Value("team"), "pk"),
    )
    found: defaultdict[str, set[int]] = defaultdict(set)
    for kind, key in kinds[0].union(*kinds[1:], all=True):
        found[kind].add(key)
    teams = frozenset(found["team"])
    remember(teams_of(user), teams)
    return _Keys(frozenset(found["followed"]), frozenset(found["opened"]), teams)


def _followed_by(user: User | Expression) -> models.QuerySet:
    today = timezone.localdate()
    return (
        Client.objects.filter(
            Q(assignments__user=user, assignments__role=F("assignments__user__role"))
            & running_on_q(today, "assignments__started_on", "assignments__ended_on")
        )
        .order_by()
        .values("pk")
    )


class ClientAction(models.TextChoices):
    """Changes of a client in the log of changes; what is done with the service number counts as one."""

    REGISTERED = "client_registered", _("client registered")
    CORRECTED = "client_corrected", _("personal details corrected")
    NUMBER_RECORDED = "service_number_recorded", _("citizen service number recorded")
    NUMBER_REMOVED = "service_number_removed", _("citizen service number removed")
    DEATH_RECORDED = "client_death_recorded", _("death recorded")
    DEATH_TAKEN_BACK = "client_death_taken_back", _("death taken back")
    IMPORT_ANSWERED = "import_answered", _("question of an import answered")
    NUMBER_REVEALED = "service_number_revealed", _("citizen service number shown")


@keeps_history(model_name="ClientHistory", exclude=("search_name",))
class Client(models.Model):
    """A person with a psychiatric condition who is supported by the teams."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_number = ClientNumberField(
        _("client number"),
        max_length=40,
        unique=True,
        error_messages={"unique": _("This number can't be used.")},
    )
    first_name = NameField(_("first name"), max_length=80, blank=True)
    name_prefix = NameField(_("name prefix"), max_length=20, blank=True)
    last_name = NameField(_("last name"), max_length=120)
    birth_name = NameField(_("birth name"), max_length=120, blank=True, default="", db_default="")
    birth_date = PartialDateField(
        _("date of birth"), precision_field="birth_precision", null=True, blank=True
    )
    birth_precision = models.CharField(
        _("how much of the date of birth is known"),
        max_length=5,
        choices=Precision.choices,
        default=Precision.DAY,
        db_default=Precision.DAY,
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="clients", verbose_name=_("team")
    )
    municipality = models.CharField(_("municipality"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    died_on = models.DateField(_("date of death"), null=True, blank=True)
    death_told_by = models.CharField(
        _("who told of the death"), max_length=120, blank=True, default="", db_default=""
    )
    created_at = models.DateTimeField(_("registered at"), auto_now_add=True)
    search_name = models.GeneratedField(
        expression=searchable("first_name", "name_prefix", "last_name", "birth_name"),
        output_field=models.TextField(),
        db_persist=True,
    )

    declared = OfClient(
        noun="clients",
        client="pk",
        part=Part.PERSON,
        actions=ClientAction,
        beside={
            "reveal_reason": _("reason"),
            "import_row": _("row of an import"),
            "import_answer": _("answer"),
        },
        fields={
            **technical("id", "public_id", "team", "created_at"),
            **of_class(
                DataClass.IDENTITY,
                "client_number", "first_name", "name_prefix", "last_name", "birth_date", "died_on",
                "birth_name", "birth_precision", "search_name",
            ),
            **of_class(DataClass.FREE_TEXT, "death_told_by"),
            **of_class(DataClass.CONTACT, "municipality", "phone", "email"),
        },
        given=Given(
            section="person",
            title=_("Who you are"),
            place=1,
            fields=(
                "client_number", "first_name", "name_prefix", "last_name", "birth_name", "birth_date",
                "died_on", "municipality", "phone", "email", "team", "created_at",
            ),
            left_out=NUMBERS
            | left_out("made from fields that are given", "search_name")
            | left_out("told by how the date of birth is written", "birth_precision")
            | left_out("somebody else, who told it", "death_told_by"),
        ),
    )  # fmt: skip

    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["last_name", "first_name", "pk"]
        indexes = [
            GinIndex(OpClass("search_name", "gin_trgm_ops"), name="client_search_name"),
            models.Index(NumberIn("client_number"), name="client_number_digits"),
            models.Index(NumberAsSeen("client_number"), name="client_number_as_seen"),
            models.Index(without_accents("last_name"), "first_name", "id", name="client_in_list_order"),
        ]
        constraints = [
            models.UniqueConstraint(
                Upper("client_number"),
                name="client_number_in_any_capitals",
                violation_error_message=_("This number can't be used."),
            ),
            models.CheckConstraint(
                condition=Q(died_on=None, death_told_by="")
                | (Q(died_on__isnull=False) & ~Q(death_told_by="")),
                name="client_death_was_told",
                violation_error_message=_("Of a death it is known on which day, and who told it."),
            ),
            models.CheckConstraint(
                condition=is_as_known("birth_date", "birth_precision"),
                name="client_birth_is_as_known",
                violation_error_message=_("Of this date of birth more stands there than is known."),
            ),
            models.CheckConstraint(
                condition=Q(died_on=None) | Q(birth_date=None) | Q(died_on__gte=F("birth_date")),
                name="client_dies_after_birth",
                violation_error_message=_("The date of death is before the date of birth."),
            ),
        ]

    def __str__(self) -> str:
        return self.list_name

    @property
    def is_deceased(self) -> bool:
        """Whether the client has died, as far as is known."""
        return self.died_on is not None

    @property
    def birth(self) -> PartialDate | None:
        """The date of birth with how much of it is known."""
        return PartialDate(self.birth_date, self.birth_precision) if self.birth_date else None

    @property
    def other_birth_name(self) -> str:
        """The birth name where it is another than the last name, capitals and accents aside; else ""."""
        last = full_name(first="", prefix=self.name_prefix, last=self.last_name)
        same = {plain_letters(name) for name in (self.last_name, last)}
        return "" if plain_letters(self.birth_name) in same else self.birth_name

    @property
    def list_name(self) -> str:
        """GROOT, Anna de."""
        return list_name(first=self.first_name, prefix=self.name_prefix, last=self.last_name)

    @property
    def full_name(self) -> str:
        """Anna de Groot."""
        return full_name(first=self.first_name, prefix=self.name_prefix, last=self.last_name)
