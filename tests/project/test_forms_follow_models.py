"""What a form takes is what the column takes: lengths and limits are written once, in the model."""

import ast
from pathlib import Path

import pytest
from django import forms
from django.conf import settings

from clients.emergency.forms import EmergencyForm
from clients.models import Client, Consent, SharingGround
from clients.people.forms import ClientForm
from clients.sharing.forms import ConsentForm, GroundForm
from ipsplatform.common.form_fields import field_of
from trajectories.contacts.forms import ContactForm
from trajectories.disclosure.forms import DisclosureForm
from trajectories.jobs.forms import JobFactsForm
from trajectories.journey.forms import TrajectoryFactsForm
from trajectories.models import Contact, Employer, Job, Trajectory

OURS = ("staff", "clients", "trajectories", "reports", "ipsplatform")
LIMITS = {"max_length", "max_value", "min_value", "max_digits", "decimal_places"}
# No column has this length: what is searched for, a code in an address, a number that is sealed.
OF_THE_FORM = {
    "clients/service_numbers/forms.py: max_length",
    "reports/team/forms.py: max_length",
    "trajectories/choosing/forms.py: max_length",
    "trajectories/contacts/forms.py: min_value",  # another duration than none
    "trajectories/employers/forms.py: max_length",  # of what is searched, and an answer to a question
    "trajectories/search/forms.py: max_length",
}


def written_limits() -> set[str]:
    found = set()
    for app in OURS:
        for path in (Path(settings.BASE_DIR) / app).rglob("forms.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.keyword) and node.arg in LIMITS:
                    found.add(f"{path.relative_to(settings.BASE_DIR)}: {node.arg}")
    return found


def test_no_form_writes_a_length_or_a_limit_again():
    assert written_limits() == OF_THE_FORM


@pytest.mark.parametrize(
    ("form", "name", "model", "column"),
    [
        *((ClientForm, name, Client, name) for name in ("first_name", "last_name", "client_number", "email")),
        (EmergencyForm, "client_number", Client, "client_number"),
        (ConsentForm, "recipient_name", Consent, "recipient_name"),
        (GroundForm, "source", SharingGround, "source"),
        (ContactForm, "employer_name", Employer, "name"),
        (DisclosureForm, "employer_name", Employer, "name"),
        (JobFactsForm, "employer_name", Employer, "name"),
        (JobFactsForm, "occupation", Job, "occupation"),
    ],
)
def test_form_takes_what_the_column_takes(form, name, model, column):
    most = model._meta.get_field(column).max_length
    assert form.base_fields[name].max_length == most
    assert form.base_fields[name].clean("a@b.nl".rjust(6))  # and not less than a few characters
    with pytest.raises(forms.ValidationError):
        form.base_fields[name].clean("a" * (most + 1))


@pytest.mark.parametrize(
    ("form", "name", "least", "most"),
    [
        (JobFactsForm, "hours_per_week", 0, 168),
        (TrajectoryFactsForm, "hours_worked_at_enrolment", 0, 168),
        (ContactForm, "minutes_other", 1, 1440),
    ],
)
def test_limits_of_a_number(form, name, least, most):
    field = form.base_fields[name]
    assert (field.min_value, field.max_value) == (least, most)
    assert field.clean(str(most)) == most
    for outside in (least - 1, most + 1):
        with pytest.raises(forms.ValidationError):
            field.clean(str(outside))


def test_what_may_be_empty_follows_the_column():
    assert not field_of(Client, "first_name").required
    assert field_of(Client, "last_name").required
    assert not field_of(Job, "hours_per_week").required
    assert not field_of(Contact, "minutes").required
    assert field_of(Trajectory, "enrolled_on").required
