"""Filters of a client's contacts; they live in the URL."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from staff.models import User
from trajectories.models import Contact, ContactKind


class ContactFilterForm(forms.Form):
    """What is not understood is ignored rather than refused."""

    kind = forms.ChoiceField(
        label=_("About"), required=False, choices=[("", _("all subjects")), *ContactKind.choices]
    )
    by = forms.ChoiceField(label=_("By whom"), required=False)

    def __init__(self, *args, authors: list[User], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["by"].choices = [
            ("", _("everybody")),
            *((str(author.public_id), str(author)) for author in authors),
        ]
        self.is_valid()

    @property
    def is_filtered(self) -> bool:
        return any(self.cleaned_data.values())

    def filter(self, contacts: QuerySet[Contact]) -> QuerySet[Contact]:
        if self.cleaned_data.get("kind"):
            contacts = contacts.filter(kind=self.cleaned_data["kind"])
        if self.cleaned_data.get("by"):
            contacts = contacts.filter(staff__public_id=self.cleaned_data["by"])
        return contacts
