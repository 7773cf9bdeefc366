"""The contacts of a client, both professions together."""

from django.db.models import QuerySet

from clients.models import Client
from staff.models import User
from trajectories.models import Contact


def contacts_of(client: Client) -> QuerySet[Contact]:
    """The contacts of a client with what a line shows, newest first."""
    return client.contacts.select_related("staff", "employer", "person").order_by("-occurred_at", "-pk")


def authors_of(client: Client) -> list[User]:
    """Who wrote contacts with this client. One statement."""
    return list(User.objects.filter(pk__in=client.contacts.values("staff")).order_by("last_name", "pk"))
