"""Who may do what with a client. Every question supposes that the client is visible to the user."""

from django.utils.translation import gettext as _

from clients.models import Client
from staff.models import User
from staff.permissions import Ability, can_lead, has_ability


def is_following(user: User, client: Client) -> bool:
    """Whether `user` follows the client today, in the role that `user` has."""
    return client.pk in Client.objects.keys_followed_by(user)


def can_write_client(user: User, client: Client) -> bool:
    """Whether `user` may change the file: followers, and team leads in their teams (domain.md, section 3)."""
    if can_lead(user, client.team):
        return True
    return has_ability(user, Ability.FOLLOW_CLIENTS) and is_following(user, client)


def can_use_service_number(user: User, client: Client) -> bool:
    """See, record, reveal and remove the citizen service number: who may write in the file."""
    return can_write_client(user, client)


def can_register_client(user: User) -> bool:
    """Register a new client; a caseworker who does so follows the client from that day."""
    return has_ability(user, Ability.FOLLOW_CLIENTS)


def can_give_data(user: User, client: Client) -> bool:
    """Give clients their own data: only followers and team leads know whom a note is about."""
    return can_write_client(user, client)


def can_open_retention(user: User) -> bool:
    """Decide about the end of files at all: team leads."""
    return has_ability(user, Ability.LEAD_TEAM)


def can_decide_retention(user: User, client: Client) -> bool:
    """Approve the destruction of a file, keep it longer or put it on hold."""
    return can_lead(user, client.team)


def can_assign_client(user: User, client: Client) -> bool:
    """Assign, hand over and end assignments: team leads only."""
    return can_lead(user, client.team)


def who_may_write() -> str:
    """Who can change a file, for somebody who only reads it."""
    return _("You can only read this file. Somebody who follows the client, or the team lead, can change it.")
