"""Assign, hand over and end: who follows a client."""

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.form_fields import day_field
from staff.models import Team, User


class PersonField(forms.ModelChoiceField):
    """A caseworker, shown with the profession."""

    def __init__(self, **kwargs):
        super().__init__(queryset=User.objects.none(), to_field_name="public_id", empty_label="–", **kwargs)

    def label_from_instance(self, person: User) -> str:
        return f"{person.list_name} · {person.get_role_display()}"


def people_to_choose(lead: User) -> QuerySet[User]:
    """Active caseworkers of the teams that `lead` leads today."""
    teams = Team.objects.of_member(lead)
    people = User.objects.active().caseworkers().in_teams(teams.values("pk"), timezone.localdate())
    return people.order_by("last_name", "first_name", "pk")


class AssignmentForm(forms.Form):
    user = PersonField(label=_("Who"), help_text=_("Caseworkers of your teams."))
    started_on = day_field(_("From"), days_ahead=None)
    is_fixed = forms.BooleanField(
        label=_("Is the fixed trajectbegeleider, who arranges everything"),
        required=False,
        help_text=_("Only for an IPS trajectbegeleider. A client has one fixed person at a time."),
    )

    def __init__(self, *args, people: QuerySet[User], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people

    def clean(self) -> dict:
        """What the service asks: the role follows from the person, and the first one is the fixed person."""
        facts = super().clean()
        facts["is_primary"] = facts.pop("is_fixed", False) or None
        facts["role"] = facts["user"].role if "user" in facts else ""
        return facts


class HandOverForm(forms.Form):
    to = PersonField(label=_("To whom"), help_text=_("Caseworkers of your teams."))
    on = day_field(_("From which day"), days_ahead=None)

    def __init__(self, *args, people: QuerySet[User], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people


class CorrectAssignmentForm(forms.Form):
    started_on = day_field(_("From"), days_ahead=None)
    ended_on = day_field(
        _("Last day"), days_ahead=None, required=False, help_text=_("Empty: goes on following.")
    )


class EndAssignmentForm(forms.Form):
    on = day_field(
        _("Last day"), days_ahead=None, help_text=_("After this day the file is closed for this person.")
    )
