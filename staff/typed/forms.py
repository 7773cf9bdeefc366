"""What a page says of a form in which somebody is typing."""

from django import forms

from ipsplatform.common.form_fields import field_of
from staff.models import Draft


class PageForm(forms.Form):
    """Which form: the address of its page."""

    page = field_of(Draft, "page")

    def clean_page(self) -> str:
        page: str = self.cleaned_data["page"]
        if not page.startswith("/") or page.startswith("//"):
            raise forms.ValidationError("not a page of ours")
        return page


class DraftForm(PageForm):
    """What stands in the form: name and value of each input, in their order."""

    number = forms.UUIDField()
    entries = forms.JSONField()

    def clean_entries(self) -> list[list[str]]:
        entries = self.cleaned_data["entries"]
        if not isinstance(entries, list) or not all(map(_is_entry, entries)):
            raise forms.ValidationError("not the entries of a form")
        return entries


def _is_entry(entry: object) -> bool:
    return isinstance(entry, list) and len(entry) == 2 and all(isinstance(part, str) for part in entry)
