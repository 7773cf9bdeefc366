"""The people who work with the product. A client is never a user."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical
from ipsplatform.common.history import keeps_history
from ipsplatform.common.identity import NameField, NumberField, plain_number
from ipsplatform.common.names import full_name, list_name
from ipsplatform.common.periods import running_on_q
from staff.models.role import CASEWORK_ROLES, ROLE_ABBREVIATIONS, Role

ADDRESS_TAKEN = _("Somebody else who may sign in has this e-mail address.")
NAME_TAKEN = _("Somebody else has this user name, perhaps with other capitals.")


def plain_address(typed: str) -> str:
    """An e-mail address as it is kept and compared: without case, as every mail server in use does, and
    without the invisible signs that come along with a paste.
    """
    return plain_number(typed).lower()


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person who can sign in; without a password only after an administrator sets one."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.email = plain_address(user.email)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Make a functional administrator; nobody stands above the roles."""
        fields.setdefault("role", Role.FUNCTIONEEL_BEHEERDER)
        fields.setdefault("last_name", username)
        return self.create_user(username, password, **fields)


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def caseworkers(self) -> Self:
        """People in a role that follows clients."""
        return self.filter(role__in=CASEWORK_ROLES)

    def in_teams(self, teams: Iterable[object], day: date) -> Self:
        """People who are a member of one of `teams`, or of their keys, on `day`."""
        return self.filter(
            Q(memberships__team__in=teams)
            & running_on_q(day, "memberships__started_on", "memberships__ended_on")
        ).distinct()


class StaffAction(models.TextChoices):
    """Changes of a member of staff, of the ways to sign in and of sessions, in the log of changes."""

    CREATED = "staff_member_created", _("staff member added")
    CORRECTED = "staff_member_corrected", _("staff member corrected")
    DEACTIVATED = "staff_member_deactivated", _("staff member may no longer sign in")
    INVITED = "staff_member_invited", _("staff member invited")
    PASSWORD_SET = "password_set", _("password set by the administrator")
    PASSWORD_CHOSEN = "password_chosen", _("own password chosen")
    PASSWORD_REMOVED = "password_removed", _("password removed by the administrator")
    FACTOR_ADDED = "second_factor_added", _("second factor added")
    FACTOR_REMOVED = "second_factor_removed", _("second factor removed")
    FACTORS_FORGOTTEN = "second_factors_forgotten", _("second factors removed by the administrator")
    CODES_MADE = "recovery_codes_made", _("recovery codes made")
    IDENTITY_LINKED = "identity_linked", _("work account linked")
    IDENTITY_UNLINKED = "identity_unlinked", _("link with work account removed")
    IDENTITIES_FORGOTTEN = ("identities_forgotten", _("link with work account removed by the administrator"))
    NUMBER_TRIED = "number_tried", _("number of a client tried that is somebody else's")
    EMERGENCY_TRIED = ("emergency_access_tried", _("emergency access tried with answers that do not fit"))
    SESSION_ENDED = "session_ended", _("session ended")
    SESSIONS_ENDED = "sessions_ended", _("all other sessions ended")


@keeps_history(model_name="UserHistory", exclude=("password", "last_login"))
class User(AbstractBaseUser):
    """A member of staff with one role; teams and assignments decide which clients that person sees."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(
        _("user name"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()]
    )
    staff_number = NumberField(_("staff number"), max_length=40, unique=True, null=True, blank=True)
    first_name = NameField(_("first name"), max_length=80, blank=True)
    name_prefix = NameField(_("name prefix"), max_length=20, blank=True)
    last_name = NameField(_("last name"), max_length=120)
    email = models.EmailField(_("e-mail address"), blank=True)
    role = models.CharField(_("role"), max_length=24, choices=Role.choices)
    is_active = models.BooleanField(_("may sign in"), default=True)
    must_change_password = models.BooleanField(
        _("must choose an own password"), default=False, db_default=False, editable=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    declared = Classified(
        about=About.STAFF,
        actions=StaffAction,
        fields={
            **technical(
                "id", "public_id", "role", "is_active", "must_change_password", "created_at", "last_login",
            ),
            **of_class(
                DataClass.IDENTITY,
                "username", "staff_number", "first_name", "name_prefix", "last_name", "password",
            ),
            **of_class(DataClass.CONTACT, "email"),
        },
    )  # fmt: skip

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["last_name", "email"]

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        ordering = ["last_name", "first_name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=Role.values),
                name="user_role_known",
                violation_error_message=_("This role does not exist."),
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="user_email_in_small_letters",
                violation_error_message=_("An e-mail address is kept in small letters."),
            ),
            # Whoever left may come back with a new account and the same mailbox.
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(is_active=True) & ~Q(email=""),
                name="user_email_of_one_person",
                violation_error_message=ADDRESS_TAKEN,
            ),
            # Names are compared without case at sign-in: with two of them neither could sign in.
            models.UniqueConstraint(
                Lower("username"),
                name="user_name_of_one_person",
                violation_error_message=NAME_TAKEN,
            ),
        ]

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """Django's own, and without invisible signs."""
        return plain_number(username) if isinstance(username, str) else username

    def __str__(self) -> str:
        return full_name(first=self.first_name, prefix=self.name_prefix, last=self.last_name)

    @property
    def list_name(self) -> str:
        return list_name(first=self.first_name, prefix=self.name_prefix, last=self.last_name)

    @property
    def short_name(self) -> str:
        """The everyday name: the first name, or the last where no first name is known."""
        return self.first_name or self.last_name

    @property
    def role_abbreviation(self) -> str:
        return ROLE_ABBREVIATIONS.get(Role(self.role), "")

    @property
    def is_staff(self) -> bool:
        """Whether the Django admin opens: for the functional administrator only."""
        return self.is_active and self.role == Role.FUNCTIONEEL_BEHEERDER

    def has_perm(self, perm: str, obj: object = None) -> bool:  # noqa: ARG002
        """What the Django admin asks; there are no permissions besides the roles."""
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:  # noqa: ARG002
        return self.is_staff
