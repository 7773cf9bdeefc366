"""The field in which somebody chooses a client; the list follows what is typed above it."""

import uuid
from contextlib import suppress
from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from ipsplatform.common.pickers import Picker, typed_name
from staff.models import User
from trajectories.choosing.pages import Choices, client_choices
from trajectories.choosing.selectors import ClientOptions, client_options

LONGEST_TEXT = 100


class PicksClient(forms.Form):
    """A form about one of `clients`, or about nobody; `user` is offered their own first."""

    client = forms.ModelChoiceField(
        label=_("Client"),
        required=False,
        queryset=Client.objects.none(),
        to_field_name="public_id",
        widget=Picker(
            url=reverse_lazy("trajectories:client_options"), typing=_("Name or number of a client")
        ),
    )

    def __init__(self, *args, clients: QuerySet[Client], user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        field = cast(forms.ModelChoiceField, self.fields["client"])
        field.queryset = clients
        field.choices = self._client_choices  # asked when the page is made
        cast(Picker, field.widget).text = self.client_text

    @property
    def client_text(self) -> str:
        """What was typed above the list of clients."""
        return " ".join(self.data.get(self.add_prefix(typed_name("client")), "").replace("\x00", "").split())

    @cached_property
    def offered(self) -> ClientOptions:
        """The clients in the list: those that were typed, or one's own."""
        return client_options(user=self.user, text=self.client_text[:LONGEST_TEXT])

    @cached_property
    def chosen_client(self) -> Client | None:
        """Who is chosen in the form as it stands, when this person may see that client."""
        with suppress(ValidationError):
            return self.fields["client"].clean(self["client"].value())
        return None

    @property
    def offered_clients(self) -> set[uuid.UUID]:
        """Whose names the page shows."""
        chosen = [self.chosen_client] if self.chosen_client else []
        return {client.public_id for client in (*self.offered.own, *self.offered.others, *chosen)}

    def _client_choices(self) -> Choices:
        return client_choices(self.offered, text=self.client_text, chosen=self.chosen_client)

    def clean_client(self) -> Client | None:
        """A name that was typed and not chosen in the list is no client yet."""
        client = self.cleaned_data["client"]
        if self.client_text and client not in (*self.offered.own, *self.offered.others):
            raise ValidationError(_("Choose in the list whom you mean."))
        return client
