"""Employers and who works there: what is asked, and how a list of them is filtered."""

from datetime import timedelta

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.form_fields import DONT_KNOW, AsksOnce, answer_of, field_of, why_field, yes_no_field
from ipsplatform.common.identity import plain_name
from staff.models import User
from trajectories.choosing.employer_field import COMPLETED, employer_name_field
from trajectories.choosing.selectors import keys_named, labels_like, matching_employers, normalised
from trajectories.models import Employer, EmployerPerson, Sector, plain_kvk_number

LONGEST = 100
SHORTEST = 2
DAYS = {"30": 30, "90": 90, "180": 180}
DETAILS = ("name", "municipality", "kvk_number", "sector", "how_to_reach")


class EmployerForm(AsksOnce):
    """What is known of an employer. Only the name is asked for; of a new one that looks like a known one it
    is asked once whether it is another.
    """

    name = field_of(Employer, "name", label=_("Name"), widget=forms.TextInput(attrs=COMPLETED))
    municipality = field_of(
        Employer, "municipality", label=_("Place"), help_text=_("Tells two branches of one name apart.")
    )
    kvk_number = forms.CharField(
        label=_("KvK number"),
        required=False,
        help_text=_("Eight digits. Two employers never have the same one."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    sector = forms.ChoiceField(label=_("Sector"), required=False, choices=[("", "–"), *Sector.choices])
    how_to_reach = field_of(
        Employer,
        "how_to_reach",
        label=_("How to reach"),
        help_text=_("For instance: by telephone before ten, ask for the planning."),
    )
    is_shared = forms.BooleanField(
        label=_("Share with all teams"),
        help_text=_("Details stand with an employer that every team finds. Nobody sees who works there."),
    )

    def __init__(self, *args, shares: bool, user: User | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user  # who makes a new one
        if user is None:  # the name is there already: nothing to complete
            attributes = self.fields["name"].widget.attrs
            self.fields["name"].widget.attrs = {k: v for k, v in attributes.items() if k not in COMPLETED}
        if not shares:
            del self.fields["is_shared"]

    def clean(self) -> dict:
        """As AsksOnce, with the employers that this may be."""
        facts = super().clean()
        if self.user is not None and facts.get("name"):
            place = facts.get("municipality", "")
            alike = labels_like(user=self.user, text=plain_name(facts["name"]), place=place)
            if alike:
                text = _("%(names)s is there already. Is this another employer?")
                self.ask_once(text % {"names": ", ".join(alike)})
        return facts

    def clean_kvk_number(self) -> str:
        """Digits, as the trade register has them."""
        number = plain_kvk_number(self.cleaned_data["kvk_number"])
        if number and not (number.isascii() and number.isdigit() and len(number) == 8):
            raise forms.ValidationError(_("A KvK number has eight digits."))
        return number


class PersonForm(forms.Form):
    """Somebody who works at an employer."""

    name = field_of(EmployerPerson, "name", label=_("Name"))
    function = field_of(EmployerPerson, "function", label=_("Function"))
    decides_on_hiring = yes_no_field(_("Decides on hiring?"), unknown=DONT_KNOW)
    phone = field_of(EmployerPerson, "phone", label=_("Phone"), widget=forms.TextInput(attrs={"type": "tel"}))
    email = field_of(EmployerPerson, "email", label=_("E-mail address"))


class WithdrawPersonForm(forms.Form):
    reason = why_field()


class MergeForm(forms.Form):
    """Which employer it is the same as, and which KvK number holds when there are two."""

    kvk_number = forms.CharField(
        label=_("Which KvK number is right?"),
        required=False,
        max_length=LONGEST,
        widget=forms.HiddenInput(),
    )

    def __init__(self, *args, source: Employer, employers: QuerySet[Employer], completes: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.source = source
        self.employers = employers
        attributes = {} if completes else {"widget": forms.TextInput(attrs={"autocomplete": "off"})}
        name = employer_name_field() if completes else field_of(Employer, "name", **attributes)
        name.label = _("The same as")
        name.help_text = _("The name, with the place behind it where there are more of that name.")
        self.fields = {"employer_name": name, **self.fields}

    def clean(self) -> dict:
        """One employer that is there; with two KvK numbers the form asks which is right."""
        facts = super().clean() or {}
        target = self._target(facts.pop("employer_name", ""))
        numbers = [one.kvk_number for one in (self.source, target) if one and one.kvk_number]
        if len({*numbers}) > 1:
            self.fields["kvk_number"].widget = forms.RadioSelect(choices=[(one, one) for one in numbers])
        return facts | {"target": target}

    def _target(self, name: str) -> Employer | None:
        if not name:
            return None
        found = list(self.employers.exclude(pk=self.source.pk).filter(pk__in=keys_named(name))[:2])
        if len(found) == 1:
            return found[0]
        text = _("Write the place behind the name.") if found else _("There is no such employer.")
        self.add_error("employer_name", text)
        return None


class EmployerFilterForm(forms.Form):
    """All fields are optional; what is not understood is ignored rather than refused."""

    q = forms.CharField(
        label=_("Name"), required=False, max_length=LONGEST, widget=forms.TextInput(attrs={"type": "search"})
    )
    place = forms.CharField(
        label=_("Place"), required=False, max_length=LONGEST, widget=forms.TextInput(attrs={"type": "search"})
    )
    sector = forms.ChoiceField(
        label=_("Sector"), required=False, choices=[("", _("all sectors")), *Sector.choices]
    )
    placed = forms.ChoiceField(
        label=_("Placements"),
        required=False,
        choices=[("", _("with and without")), ("running", _("somebody works there now"))],
    )
    quiet = forms.ChoiceField(
        label=_("Last contact"),
        required=False,
        choices=[
            ("", _("whenever")),
            ("30", _("longer than a month ago")),
            ("90", _("longer than three months ago")),
            ("180", _("longer than half a year ago")),
        ],
    )

    def filter(self, employers: QuerySet[Employer]) -> QuerySet[Employer]:
        """Those asked for of `employers`, which have their columns; the likeliest first, or by name.

        Inside a transaction: what a name looks like is measured with a threshold of that transaction.
        """
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("place"):
            employers = employers.filter(municipality__istartswith=asked["place"])
        if asked.get("sector"):
            employers = employers.filter(sector=asked["sector"])
        if asked.get("placed"):
            employers = employers.filter(Q(("running_jobs__gt", 0)))
        if days := DAYS.get(asked.get("quiet", "")):
            since = timezone.localdate() - timedelta(days=days)
            employers = employers.filter(Q(("last_contact_on", None)) | Q(("last_contact_on__lt", since)))
        text = asked.get("q", "")
        if len(text) < SHORTEST:
            return employers.order_by("name", "municipality", "pk")
        return matching_employers(employers=employers, name=normalised(text))


def employer_as_typed(employer: Employer) -> dict:
    """The values with which a form shows an employer that is there already."""
    return {name: getattr(employer, name) for name in DETAILS}


def person_as_typed(person: EmployerPerson) -> dict:
    """The values with which a form shows somebody who is there already."""
    values = {name: getattr(person, name) for name in ("name", "function", "phone", "email")}
    return values | {"decides_on_hiring": answer_of(person.decides_on_hiring)}
