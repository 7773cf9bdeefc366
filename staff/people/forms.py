"""The forms with which an administrator makes and changes people."""

from itertools import combinations

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from staff.asking.services import membership_opens_more, waits_for_second_person
from staff.models import TeamMembership, User
from staff.models.user import ADDRESS_TAKEN, NAME_TAKEN, plain_address
from staff.permissions import sentences_by_role

WHY_MISSING = _("Say why: this waits for a second person, who reads it.")
FACTS = ["username", "first_name", "name_prefix", "last_name", "staff_number", "email", "role"]


def _why() -> forms.CharField:
    return forms.CharField(
        label=_("Why this person may see more"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Compulsory for a new person, a role that may do more, an account that opens, a team, or another "
            "e-mail address. These wait until another administrator or the team lead confirms them. "
            "Everything else holds at once."
        ),
    )


class UserForm(forms.ModelForm):
    """Facts of a person. Under the role stands what each role may do."""

    why = _why()

    class Meta:
        model = User
        fields = [*FACTS, "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.before = User.objects.filter(pk=self.instance.pk).first()
        if "role" in self.fields:
            self.fields["role"].help_text = _what_roles_may_do()

    def clean_username(self) -> str:
        """Said once, beside the field; else the field and the rule of the database each say it."""
        name = self.cleaned_data["username"]
        if User.objects.exclude(pk=self.instance.pk).filter(username__iexact=name).exists():
            raise forms.ValidationError(NAME_TAKEN)
        return name

    def clean_email(self) -> str:
        """An account that opens later is asked the same as one that is open: the address is of one person."""
        address = plain_address(self.cleaned_data["email"])
        others = User.objects.active().exclude(pk=self.instance.pk)
        if address and others.filter(email=address).exists():
            raise forms.ValidationError(ADDRESS_TAKEN)
        return address

    def clean(self) -> dict:
        typed = super().clean() or {}
        if self.waiting() and not typed.get("why", "").strip():
            self.add_error("why", WHY_MISSING)
        return typed

    def facts(self) -> dict[str, object]:
        """What was changed of the person, by the name of the field."""
        changed = {*self.changed_data} & {*FACTS, "is_active"} & {*self.cleaned_data}
        return {name: self.cleaned_data[name] for name in sorted(changed)}

    def waiting(self) -> list[str]:
        """The names of the facts that wait for a second person."""
        return waits_for_second_person(self.before, **self.facts())


class NewUserForm(UserForm):
    """A new person; without a password that person can't sign in yet."""

    password = forms.CharField(
        label=_("First password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Leave it empty and invite this person by e-mail afterwards."),
    )

    class Meta:
        model = User
        fields = FACTS

    def clean_password(self) -> str | None:
        password = self.cleaned_data["password"] or None
        if password:
            validate_password(password)
        return password


class MembershipFormSet(forms.BaseInlineFormSet):
    """The teams of a person. A day more in a team waits for a second person."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        typed = self.typed()
        pairs = combinations([form.instance for form in self.forms if form.instance.started_on], 2)
        if any(_overlap(one, other) for one, other in pairs if one in typed or other in typed):
            raise ValidationError(_("This person is already a member of this team in that period."))
        if self.opens_more() and not str(self.data.get("why", "")).strip():
            raise ValidationError(WHY_MISSING)

    def typed(self) -> list[TeamMembership]:
        """The memberships that are new or changed, as typed."""
        return [form.instance for form in self.forms if form.has_changed()]

    def opens_more(self) -> list[TeamMembership]:
        """The memberships, as typed, that wait for a second person."""
        before = {one.pk: one for one in TeamMembership.objects.filter(user=self.instance.pk)}
        today = timezone.localdate()
        return [
            one for one in self.typed() if membership_opens_more(one, before=before.get(one.pk), today=today)
        ]


def _overlap(one: TeamMembership, other: TeamMembership) -> bool:
    """Two rows of one form. What opens more is only asked, so the database does not refuse it here."""
    first, last = sorted([one, other], key=lambda row: row.started_on)
    return first.team_id == last.team_id and (first.ended_on is None or first.ended_on >= last.started_on)


class AskPasswordForm(AdminPasswordChangeForm):
    """Django's own form; what is typed waits for a second person, and is never saved by the form."""

    why = _why()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password2"].label = _("Password, once more")
        self.fields["password2"].help_text = ""
        self.fields["why"].label = _("Why you set this password")
        self.fields["why"].help_text = _(
            "Compulsory: another administrator or the team lead confirms it first. At the first sign-in with "
            "it this person chooses an own password."
        )

    def clean(self) -> dict:
        typed = super().clean() or {}
        if typed.get("set_usable_password", True) and not typed.get("why", "").strip():
            self.add_error("why", WHY_MISSING)
        return typed

    def save(self, commit: bool = True) -> User:
        """Nothing: the services ask, or remove."""
        raise NotImplementedError


def _what_roles_may_do() -> SafeString:
    """Each role with its sentences, folded up: the list is longer than the form."""
    roles = []
    for role, sentences in sentences_by_role():
        listed = format_html_join("", "<li>{}</li>", ((one,) for one in sentences))
        roles.append((capfirst(role.label), listed))
    return format_html(
        '<details class="roles"><summary>{}</summary>{}</details>',
        _("What each role may do"),
        format_html_join("", "<h3>{}</h3><ul>{}</ul>", roles),
    )
