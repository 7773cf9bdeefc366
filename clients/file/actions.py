"""The ways to change a client's file, from every tab: one line each, by the name of its address."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from clients.permissions import can_decide_retention
from ipsplatform.common.page_parts import Link, LinkGroup
from ipsplatform.common.texts import Text
from staff.models import User


@dataclass(frozen=True, slots=True)
class FileAction:
    """`is_offered` adds a condition to being allowed to write in the file at all."""

    label: Text
    url_name: str
    icon: str
    is_offered: Callable[[User, Client], bool] = lambda _user, _client: True


OF_RUNNING_TRAJECTORY = (
    FileAction(_("Move to a stage"), "trajectories:stage_move", "signpost"),
    FileAction(_("Register job"), "trajectories:job_register", "briefcase"),
    FileAction(_("Wish and next step"), "trajectories:trajectory_plan", "chat"),
)


def _lives(_user: User, client: Client) -> bool:
    return not client.is_deceased


OF_CLIENT = (FileAction(_("Start trajectory"), "trajectories:trajectory_start", "play", _lives),)
OF_PERSON = (
    FileAction(_("Change personal details"), "clients:client_correct", "pencil"),
    FileAction(
        _("Citizen service number"), "clients:service_number", "person-vcard",
        lambda _user, _client: settings.BSN_ENABLED,
    ),
    FileAction(_("Client has died"), "trajectories:death_record", "flower1", _lives),
)  # fmt: skip
OF_FILE = (
    FileAction(_("What may be shared"), "trajectories:client_sharing", "share"),
    FileAction(_("Who looked in this file"), "clients:client_access", "eye"),
    FileAction(_("Data for the client"), "trajectories:client_export_prepare", "box-arrow-up-right"),
    FileAction(_("Put the file on hold"), "trajectories:client_hold", "archive", can_decide_retention),
)


def actions_of(client: Client, user: User, *, running: UUID | None) -> list[LinkGroup]:
    """The links for somebody who may write, in groups; `running` identifies the running trajectory."""

    def links(actions: tuple[FileAction, ...], public_id: UUID) -> list[Link]:
        return [
            Link(action.label, reverse(action.url_name, args=[public_id]), action.icon)
            for action in actions
            if action.is_offered(user, client)
        ]

    of_trajectory = links(OF_RUNNING_TRAJECTORY, running) if running else []
    return [
        LinkGroup(_("Trajectory"), [*of_trajectory, *links(OF_CLIENT, client.public_id)]),
        LinkGroup(_("Person"), links(OF_PERSON, client.public_id)),
        LinkGroup(_("File"), links(OF_FILE, client.public_id)),
    ]
