"""The field in which somebody names an employer; names are completed while they type.

A name that is not known yet and looks like one that is, is asked about: making a new employer is a choice.
"""

from typing import Any, cast

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.form_fields import field_of
from ipsplatform.common.identity import plain_name
from staff.models import User
from trajectories.choosing.selectors import EmployerOptions, employer_options
from trajectories.models import Employer

NEW = "new"
LONGEST_ANSWER = 40

COMPLETED = {
    "list": "employers",
    "autocomplete": "off",
    "hx-get": reverse_lazy("trajectories:employer_names"),
    "hx-trigger": "focus once, input changed delay:200ms",
    "hx-target": "#employers",
    "hx-sync": "this:replace",
}


def employer_name_field(*, show_if: str = "", with_people: bool = False, **more: Any) -> forms.Field:
    """A name as it is typed, known or new. `show_if` says when the field matters (static/js/forms.js);
    `with_people` of a page where somebody at the employer can be named as well.
    """
    attributes = COMPLETED | ({"data-show-if": show_if} if show_if else {})
    if with_people:
        attributes |= {"hx-vals": '{"with_people": "1"}'}
    widget = forms.TextInput(attrs=attributes)
    return field_of(Employer, "name", label=_("Employer"), widget=widget, **more)


class WhichEmployer(forms.CharField):
    """The answer to "do you mean …?": an employer, or a new one. Hidden until it is asked.

    The error is the question, so the summary of errors shows it without this label.
    """

    is_answer = True

    def __init__(self) -> None:
        super().__init__(
            label=_("Which employer"),
            required=False,
            max_length=LONGEST_ANSWER,
            widget=forms.HiddenInput(),
        )

    def ask(self, options: EmployerOptions, name: str) -> None:
        """Let the page show it. A name that is there already can't be that of a new one."""
        choices = [(str(one.public_id), one.label) for one in options.all]
        if not options.named:
            choices.append((NEW, _("No, %(name)s is a new employer") % {"name": name}))
        self.widget = forms.RadioSelect(choices=choices)
        self.required = True  # to the eye: it is asked now


class NamesEmployer(forms.Form):
    """A form with an `employer_name`, filled in by `user`. Call `settle_employer` at the end of `clean`."""

    user: User
    which_employer = WhichEmployer()

    def settle_employer(self, facts: dict) -> None:
        """Let `employer_name` be one that is known or meant as new; else ask which."""
        answer = facts.pop("which_employer", "")
        name = plain_name(facts.get("employer_name") or "")
        if not name or name == self.initial.get("employer_name"):
            return
        options = employer_options(user=self.user, text=name)
        if options.is_clear or (answer == NEW and not options.named):
            return
        meant = next((one for one in options.all if str(one.public_id) == answer), None)
        if meant is not None:
            facts["employer_name"] = meant.label
            return
        cast(WhichEmployer, self.fields["which_employer"]).ask(options, name)
        names = ", ".join(one.label for one in options.all)
        self.add_error("which_employer", _("Do you mean %(names)s?") % {"names": names})
