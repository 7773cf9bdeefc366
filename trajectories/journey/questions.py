"""Questions about the journey that the forms of other rooms ask too."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trajectories.journey.services import Followers


def followers_field(*, show_if: str = "") -> forms.ChoiceField:
    """What becomes of who follows the client; without a first choice, because nobody should miss it."""
    return forms.ChoiceField(
        choices=Followers.choices,
        required=not show_if,
        widget=forms.RadioSelect(attrs={"data-show-if": show_if} if show_if else {}),
        help_text=_(
            "Who keeps in touch finds the client in the caseload under the filter of ended support. Who "
            "stops can still open the file today."
        ),
    )


def ask_followers(form: forms.Form, people: Sequence[str]) -> None:
    """Name the `people` whom the field is about; without anybody it is not asked."""
    if people:
        form.fields["followers"].label = gettext("And %(people)s?") % {"people": ", ".join(people)}
    else:
        del form.fields["followers"]
