"""What somebody types in the search box."""

from django import forms
from django.utils.translation import gettext_lazy as _

SHORTEST = 2


class SearchForm(forms.Form):
    """The text in the URL as `?q=`; empty is a page with a hint, not an error."""

    q = forms.CharField(label=_("Search client or employer"), required=False, max_length=100)

    def text(self) -> str:
        """What to look for; empty when nothing was typed or what was typed can't be searched."""
        return self.cleaned_data["q"] if self.is_valid() else ""

    def is_too_short(self) -> bool:
        return 0 < len(self.text()) < SHORTEST
