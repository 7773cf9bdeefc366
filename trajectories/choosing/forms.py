"""What a page asks while somebody types in a form; what can't be understood is nothing typed."""

from django import forms

SHORTEST = 2
LONGEST = 100


class ClientOptionsForm(forms.Form):
    """`client_text` is what was typed; `chosen` the client who has to be among the answers."""

    client_text = forms.CharField(required=False, max_length=LONGEST)
    chosen = forms.UUIDField(required=False)


class EmployerNamesForm(forms.Form):
    """The part of a name that was typed, and whether people at that employer can be named as well."""

    employer_name = forms.CharField(required=False, max_length=LONGEST)
    name = forms.CharField(required=False, max_length=LONGEST)  # on the page of the employer itself
    with_people = forms.BooleanField(required=False)


def typed_text(form: forms.Form, name: str) -> str:
    """What was typed in this field; empty when it is too short to look for, or can't be read."""
    form.is_valid()
    text = form.cleaned_data.get(name) or ""
    return text if len(text) >= SHORTEST else ""
