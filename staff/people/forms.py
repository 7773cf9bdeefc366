"""The forms with which an administrator makes and changes people."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from staff.models import User
from staff.models.user import plain_address
from staff.permissions import sentences_by_role

FACTS = ["username", "first_name", "name_prefix", "last_name", "staff_number", "email", "role"]


class UserForm(forms.ModelForm):
    """Facts of a person. Under the role stands what each role may do."""

    class Meta:
        model = User
        fields = [*FACTS, "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "role" in self.fields:
            self.fields["role"].help_text = _what_roles_may_do()

    def clean_email(self) -> str:
        return plain_address(self.cleaned_data["email"])


class NewUserForm(UserForm):
    """A new person; without a password that person can't sign in yet."""

    password = forms.CharField(
        label=_("First password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("May stay empty: then this person can sign in after you have set a password."),
    )

    class Meta:
        model = User
        fields = FACTS

    def clean_password(self) -> str | None:
        password = self.cleaned_data["password"] or None
        if password:
            validate_password(password)
        return password


def _what_roles_may_do() -> SafeString:
    sentences = [(role.label, "; ".join(map(str, said))) for role, said in sentences_by_role()]
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {}.</li>", sentences))
