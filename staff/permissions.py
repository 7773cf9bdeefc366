"""What each role may do, in one table, and the questions that ask it.

The rows follow the visibility table of domain.md, section 3. Which rows somebody may *see* is not
decided here but by `visible_to` on the querysets.
"""

from enum import Enum

from django.utils.translation import gettext_lazy as _

from staff.models import CASEWORK_ROLES, Role, Team, User


class Ability(Enum):
    """A thing that a role can do; the value is the sentence that people read."""

    FOLLOW_CLIENTS = _("follows clients: reads and writes the files of their own caseload")
    READ_TEAM_CLIENTS = _("reads the files of their own teams' clients and writes contacts there")
    LEAD_TEAM = _("writes, assigns and registers for every client of their own teams")
    OPEN_IN_EMERGENCY = _("opens the file of another team's client in an emergency, for some hours, reviewed")
    REVIEW_ACCESS = _("reviews who opened the files of their own teams, never their own access")
    CONFIRM_ACCESS = _("confirms, as the second person, that a colleague may see more; never for themself")
    READ_TEAM_FIGURES = _("reads the figures of their own teams")
    READ_ALL_FIGURES = _("reads the figures of all teams, with small numbers hidden")
    ADMINISTER = _("manages people, teams and settings; sees no content of files")


_CASEWORK = frozenset(
    {
        Ability.FOLLOW_CLIENTS,
        Ability.READ_TEAM_CLIENTS,
        Ability.OPEN_IN_EMERGENCY,
        Ability.READ_TEAM_FIGURES,
    }
)

ABILITIES: dict[str, frozenset[Ability]] = {
    **dict.fromkeys(CASEWORK_ROLES, _CASEWORK),
    Role.TEAMLEIDER: frozenset(
        {*_CASEWORK, Ability.LEAD_TEAM, Ability.REVIEW_ACCESS, Ability.CONFIRM_ACCESS}
    ),
    Role.MONITOR: frozenset({Ability.READ_ALL_FIGURES}),
    Role.FUNCTIONEEL_BEHEERDER: frozenset({Ability.ADMINISTER, Ability.CONFIRM_ACCESS}),
}


def sentences_by_role() -> list[tuple[Role, list[str]]]:
    """What each role may do, in sentences for people, in the order of the abilities."""
    return [
        (role, [str(ability.value) for ability in Ability if ability in ABILITIES[role]]) for role in Role
    ]


def roles_with(ability: Ability) -> list[Role]:
    """The roles that have `ability`, for a query about more than one person."""
    return [role for role in Role if ability in ABILITIES[role]]


def opens_more(*, before: str, after: str) -> bool:
    """Whether the role `after` may do anything that `before` may not, be it figures only; "" is no role."""
    return bool(ABILITIES[after] - ABILITIES.get(before, frozenset()))


def has_ability(user: User, ability: Ability) -> bool:
    """Whether `user` is active and has a role with `ability`."""
    return user.is_authenticated and user.is_active and ability in ABILITIES[user.role]


def can_use_admin(user: User) -> bool:
    """Whether the administration opens for this person."""
    return has_ability(user, Ability.ADMINISTER)


def can_open_files(user: User) -> bool:
    """Whether there are clients whose file this role can open at all."""
    return has_ability(user, Ability.READ_TEAM_CLIENTS)


def can_open_in_emergency(user: User) -> bool:
    """Whether this role may open a file of another team in an emergency."""
    return has_ability(user, Ability.OPEN_IN_EMERGENCY)


def can_review_access(user: User) -> bool:
    """Whether this role judges access reviews."""
    return has_ability(user, Ability.REVIEW_ACCESS)


def can_confirm_access(user: User) -> bool:
    """Whether this role is the second person for what lets a colleague see more."""
    return has_ability(user, Ability.CONFIRM_ACCESS)


def can_read_figures(user: User) -> bool:
    """Whether this role reads figures at all, of its own teams or of the organisation."""
    return has_ability(user, Ability.READ_TEAM_FIGURES) or has_ability(user, Ability.READ_ALL_FIGURES)


def can_read_all_figures(user: User) -> bool:
    """Whether this role reads the figures of the whole organisation, small numbers hidden."""
    return has_ability(user, Ability.READ_ALL_FIGURES)


def can_lead(user: User, team: Team | None) -> bool:
    """Whether `user` leads `team`; a client without a team belongs to every team lead."""
    if not has_ability(user, Ability.LEAD_TEAM):
        return False
    return team is None or team.pk in Team.objects.keys_of_member(user)
