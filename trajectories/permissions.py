"""Who may do what on the journey. Every question supposes that the row is visible to the user."""

from clients.models import Client
from clients.permissions import can_write_client
from staff.models import User
from staff.permissions import Ability, can_lead, can_open_files, has_ability
from trajectories.models import Appointment, Contact, Job, StagePeriod, Trajectory


def can_write_contacts(user: User) -> bool:
    """Whether this role writes contacts, with any client it sees: the team shares (domain.md, section 3)."""
    return can_open_files(user)


def can_correct_contact(user: User, contact: Contact) -> bool:
    """Whether `user` may correct a contact: only its author."""
    return contact.staff_id == user.pk and can_open_files(user)


def can_withdraw_contact(user: User, contact: Contact) -> bool:
    """Whether `user` may take a contact back: its author, and who leads the team of its client."""
    leads = contact.client is not None and can_lead(user, contact.client.team)
    return leads or can_correct_contact(user, contact)


def can_make_appointments(user: User) -> bool:
    """Whether this role plans appointments, with any client it sees: what is planned becomes a contact."""
    return can_write_contacts(user)


def can_change_appointment(user: User, appointment: Appointment) -> bool:
    """Whether `user` may change, move or cancel it: who made it, who goes, and who writes in the file."""
    if not can_open_files(user):
        return False
    if appointment.made_by_id == user.pk or appointment.attendees.filter(user=user).exists():
        return True
    return appointment.client is not None and can_write_client(user, appointment.client)


def can_start_trajectory(user: User, client: Client) -> bool:
    """Whether `user` may enrol `client`: anyone who may write in the file."""
    return can_write_client(user, client)


def can_edit_trajectory(user: User, trajectory: Trajectory) -> bool:
    """Whether `user` may change its facts and plan: anyone who may write in the file."""
    return can_write_client(user, trajectory.client)


def can_end_trajectory(user: User, trajectory: Trajectory) -> bool:
    """Whether `user` may close it: anyone who may write in the file."""
    return can_write_client(user, trajectory.client)


def can_move_stage(user: User, trajectory: Trajectory) -> bool:
    """Whether `user` may record where the client takes part: anyone who may write in the file."""
    return can_write_client(user, trajectory.client)


def can_correct_stage(user: User, period: StagePeriod) -> bool:
    """Whether `user` may write in the file that `period` belongs to."""
    return can_write_client(user, period.trajectory.client)


def can_register_job(user: User, trajectory: Trajectory) -> bool:
    """Whether `user` may add paid work to it: anyone who may write in the file."""
    return can_write_client(user, trajectory.client)


def can_edit_job(user: User, job: Job) -> bool:
    """Whether `user` may correct or end `job`: anyone who may write in the file."""
    return can_write_client(user, job.trajectory.client)


def can_merge_employers(user: User) -> bool:
    """Whether `user` may say that two employers are one, and take that back."""
    return has_ability(user, Ability.LEAD_TEAM) or has_ability(user, Ability.ADMINISTER)


def can_choose_disclosure(user: User, client: Client) -> bool:
    """Record or withdraw what an employer may know."""
    return can_write_client(user, client)
