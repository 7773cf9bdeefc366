"""Names and numbers in the one form in which they are kept and compared (ADR 48).

People paste from mails, sheets and other systems: accents as two characters, spaces that do not break,
signs without width, letters of double width, marks that turn the direction. None of it is part of who
somebody is.
"""

import unicodedata
from typing import Any

from django import forms
from django.db import models

FORMAT, CONTROL = "Cf", "Cc"
JOINERS = "\u200c\u200d"  # between two letters they are spelling, in Persian and in Hindi

DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58"), "-")


def plain_name(typed: str) -> str:
    """The name of a person: accents in one form, no invisible signs, one space between words."""
    composed = unicodedata.normalize("NFC", typed)
    spaced = "".join(" " if unicodedata.category(one) == CONTROL else one for one in composed)
    visible = "".join(
        one
        for at, one in enumerate(spaced)
        if unicodedata.category(one) != FORMAT or (one in JOINERS and _is_between_letters(spaced, at))
    )
    return " ".join(visible.split())


def plain_number(typed: str) -> str:
    """A number or code: also letters and digits of another width in their ordinary form."""
    wide = unicodedata.normalize("NFKC", typed)
    return plain_name(wide).translate(dict.fromkeys(map(ord, JOINERS)))


def plain_code(typed: str) -> str:
    """A number as `plain_number`, also with the dashes of word processors as the one of a keyboard."""
    return plain_number(plain_number(typed).translate(DASHES))


def plain_client_number(typed: str) -> str:
    """The number of a client: as `plain_code`, in capitals."""
    return plain_code(plain_code(typed).upper())


def _is_between_letters(text: str, at: int) -> bool:
    around = text[at - 1 : at] + text[at + 1 : at + 2]
    return len(around) == 2 and all(one.isalpha() and not one.isascii() for one in around)


class _PlainFormField(forms.CharField):
    """What was typed, in its one form, before anything is checked or compared."""

    plain = staticmethod(plain_name)

    def to_python(self, value: Any) -> Any:
        """As a CharField, in its one form."""
        return super().to_python(type(self).plain(value) if isinstance(value, str) else value)


class _NumberFormField(_PlainFormField):
    plain = staticmethod(plain_number)


class NameField(models.CharField):
    """The name of a person. Whatever writes or looks it up, page, file or command, meets the same form.

    To the database and to migrations it is Django's own field.
    """

    plain = staticmethod(plain_name)
    form_field: type[forms.CharField] = _PlainFormField

    def to_python(self, value: Any) -> Any:
        """As a CharField, in its one form."""
        return super().to_python(type(self).plain(value) if isinstance(value, str) else value)

    def get_prep_value(self, value: Any) -> Any:
        """As a CharField, in its one form: also in a filter and in a bulk statement."""
        found = super().get_prep_value(value)
        return type(self).plain(found) if isinstance(found, str) else found

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Let the row in memory hold what is written."""
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = type(self).plain(value)
            setattr(model_instance, self.attname, value)
        return value

    def formfield(self, **more: Any) -> Any:
        """A form field that does the same, before the rules of the form look."""
        return super().formfield(**{"form_class": self.form_field} | more)

    def deconstruct(self) -> tuple:
        """Present this to migrations as Django's own field."""
        name, _path, arguments, keywords = super().deconstruct()
        return name, "django.db.models.CharField", arguments, keywords


class NumberField(NameField):
    """A number or code that tells somebody or something apart."""

    plain = staticmethod(plain_number)
    form_field = _NumberFormField


class _ClientNumberFormField(_NumberFormField):
    plain = staticmethod(plain_client_number)


class ClientNumberField(NumberField):
    """The number of a client, in capitals: pasted or typed in any way it is the same number."""

    plain = staticmethod(plain_client_number)
    form_field = _ClientNumberFormField
