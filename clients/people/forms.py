"""Register a client, and correct what is known about the person."""

from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from ipsplatform.common.form_fields import AsksOnce, Confirmation, PartialDateFormField, field_of
from ipsplatform.common.partial_dates import value_in
from ipsplatform.common.plausible import doubt_about_birth
from staff.models import Team, User

FACTS = (
    "first_name",
    "name_prefix",
    "last_name",
    "birth_name",
    "birth_date",
    "client_number",
    "team",
    "municipality",
    "phone",
    "email",
)


class ClientForm(AsksOnce):
    """Who somebody is. Only the last name and the team are asked for; the rest may come later."""

    doubts: ClassVar = {"birth_date": doubt_about_birth}

    first_name = field_of(Client, "first_name", label=_("First name"))
    name_prefix = field_of(
        Client, "name_prefix", label=_("Name prefix"), help_text=_("For instance: de, van der.")
    )
    last_name = field_of(Client, "last_name", label=_("Last name"))
    birth_name = field_of(
        Client,
        "birth_name",
        label=_("Birth name"),
        help_text=_("If it is another one than the last name, for instance that of a partner."),
    )
    birth_date = PartialDateFormField(
        label=_("Date of birth"),
        required=False,
        help_text=_("Known in part? Then write the month and the year, or the year: 3-1987 or 1987."),
    )
    client_number = field_of(
        Client,
        "client_number",
        label=_("Client number"),
        required=False,
        help_text=_("Leave empty to get a new number."),
    )
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), to_field_name="public_id", empty_label="–"
    )
    municipality = field_of(Client, "municipality", label=_("Municipality"))
    phone = field_of(Client, "phone", label=_("Phone"), widget=forms.TextInput(attrs={"type": "tel"}))
    email = field_of(Client, "email", label=_("E-mail address"))

    is_new_number = Confirmation(label=_("Yes, it is another number"))

    def __init__(self, *args, user: User, client: Client | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        teams = Team.objects.of_member(user)
        if client is not None:
            teams = Team.objects.filter(pk__in=[*teams.values_list("pk", flat=True), client.team_id])
            self.fields["team"].required = client.team_id is not None
            self.fields["client_number"].required = True
            self.fields["client_number"].help_text = ""
        self.fields["team"].queryset = teams

    def add_error(self, field: str | None, error: Any) -> None:
        """Also show the answer to the question whether the number is a new one, once it is asked."""
        if field == "is_new_number":
            cast(Confirmation, self.fields["is_new_number"]).ask()
        super().add_error(field, error)


class RegisterClientForm(ClientForm):
    """`seen_duplicates` is sent by the second press, after the warning has been read."""

    @property
    def seen_duplicates(self) -> str:
        """The numbers of the clients that were shown, as the second press sends them."""
        return self.data.get("seen_duplicates", "")


def empty_client(user: User) -> dict:
    """The team of somebody who has just one is filled in."""
    teams = list(Team.objects.of_member(user)[:2])
    return {"team": teams[0].public_id} if len(teams) == 1 else {}


def client_as_typed(client: Client) -> dict:
    values = {name: value_in(client, name) for name in FACTS}
    return values | {"team": client.team.public_id if client.team else ""}
