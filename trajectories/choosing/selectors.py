"""Whom somebody may mean with what they typed: a name, a number, a telephone number, a day of birth."""

import re
from contextlib import suppress
from dataclasses import dataclass

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Concat, Greatest, Lower, Right
from django.db.models.lookups import Exact

from clients.models import Client, ClientQuerySet
from clients.people.selectors import born_on
from ipsplatform.common.identity import plain_code, plain_name
from ipsplatform.common.partial_dates import PartialDate
from ipsplatform.common.search import ImmutableUnaccent, NumberIn, OnlyDigits
from ipsplatform.common.written import NotReadError, read_partial_date
from staff.models import User
from trajectories.models import Contact, Employer, EmployerPerson, EmployerQuerySet, Trajectory, is_running_q

OPTIONS = 20  # of clients in a list to choose from; whoever types gets others
NAMES = 10  # of employers while somebody types
NEAREST = 5  # employers that are asked about: do you mean …?
# How much of two names is the same, in parts of three letters: Albert Hein is Albert Heijn.
LIKE_IT = 0.45
RECENT = 5  # clients of one's last contacts, above the rest of one's caseload
LAST_CONTACTS = 60  # of one person, to look for recent clients and employers in
# How much of what was typed must return in a name: 0.4 still finds Groot for "grot", Decker for "dekker".
WORD_SIMILARITY = "0.4"
WHOLE_NUMBER, NUMBER, BORN_AROUND, BEGINNING, SIMILAR = range(5)
OWN_AND_OPEN, OPEN, CLOSED = range(3)
NUMBERED = re.compile(r"([^\W\d_]*)[\s.\-]*0*([1-9]\d*)")  # C 0315, C315, 315
PHONE_DIGITS = 9  # in which 06 12345678 and +31 6 12345678 are the same


@dataclass(frozen=True, slots=True)
class ClientOptions:
    """Clients to choose from: own ones, the recent first, and others. `has_more` when typing finds others."""

    own: list[Client]
    others: list[Client]
    has_more: bool


def client_options(*, user: User, text: str = "") -> ClientOptions:
    """Clients of `user` with running support, at most twenty: those that `text` may mean, or one's own."""
    clients = _found(user, text) if text else _usual(user)
    mine = Client.objects.keys_followed_by(user)
    shown = clients[:OPTIONS]
    return ClientOptions(
        own=[client for client in shown if client.pk in mine],
        others=[client for client in shown if client.pk not in mine],
        has_more=len(clients) > OPTIONS or not text,
    )


@transaction.atomic
def _found(user: User, text: str) -> list[Client]:
    name = normalised(text)
    found = matching_clients(clients=Client.objects.visible_to(user), user=user, text=text, name=name)
    return list(found.living().filter(is_running_q())[: OPTIONS + 1])


def _usual(user: User) -> list[Client]:
    """Whom this person met last, then the rest of the caseload by name. Two statements."""
    own = Client.objects.listed_for(user).on_caseload_of(user).living().filter(is_running_q())
    by_name = list(own.in_list_order())
    known = {client.pk: client for client in by_name}
    met = Contact.objects.filter(staff=user).order_by("-occurred_at").values_list("client", flat=True)
    recent = [known[key] for key in dict.fromkeys(met[:LAST_CONTACTS]) if key in known][:RECENT]
    return recent + [client for client in by_name if client not in recent]


def employer_names(*, user: User, text: str = "") -> list[str]:
    """At most ten names for `user` to choose from: what `text` may mean, or with whom they spoke last."""
    spoken = list(
        Contact.objects.filter(staff=user, employer__isnull=False)
        .order_by("-occurred_at")
        .values_list("employer", flat=True)[:LAST_CONTACTS]
    )
    recent = list(dict.fromkeys(spoken))
    known = Employer.objects.visible_to(user)
    if not text:
        found = {employer.pk: employer.label for employer in known.filter(pk__in=recent[:NAMES])}
        return [found[key] for key in recent if key in found]
    with transaction.atomic():
        matching = matching_employers(employers=known, name=normalised(text))
        was_recent = Case(When(pk__in=recent, then=Value(0)), default=Value(1), output_field=IntegerField())
        order = ("rank", was_recent, "-similarity", "name", "pk")
        return list(dict.fromkeys(one.label for one in matching.order_by(*order)[:NAMES]))


@dataclass(frozen=True, slots=True)
class EmployerOptions:
    """Employers that a typed name may mean: of exactly this name, and those that are near it."""

    named: list[Employer]
    near: list[Employer]

    @property
    def all(self) -> list[Employer]:
        """To choose from: of exactly this name, or else the near ones."""
        return self.named or self.near

    @property
    def is_clear(self) -> bool:
        """Nothing to ask: one of this name, or nothing that looks like it."""
        return len({one.label.lower() for one in self.named}) == 1 or not self.all


@transaction.atomic
def employer_options(*, user: User, text: str) -> EmployerOptions:
    """Employers known to `user` that `text`, a name perhaps with its place, may mean; the nearest first."""
    known = Employer.objects.visible_to(user)
    named = employers_named(text).visible_to(user).order_by("municipality", "-is_shared", "pk")
    found = list(named[:NAMES])
    if found:
        exact = [one for one in found if one.label.lower() == text.lower() and one.municipality]
        return EmployerOptions(named=exact or found, near=[])
    name = normalised(text)
    with_place = ImmutableUnaccent(Lower(Concat("name", Value(" "), "municipality")))
    near = known.filter(_is_named(name)).annotate(
        likeness=Greatest(TrigramSimilarity("search_name", name), TrigramSimilarity(with_place, name))
    )
    rank = near.filter(Q(likeness__gte=LIKE_IT) | _begins(name)).order_by("-likeness", "name", "pk")
    return EmployerOptions(named=[], near=list(rank[:NEAREST]))


def labels_like(*, user: User, text: str, place: str) -> list[str]:
    """Employers known to `user` that one of this name and place may be, in words; not that very one."""
    options = employer_options(user=user, text=text)
    typed = f"{text}, {place}" if place else text
    return [one.label for one in options.all if one.label.lower() != typed.lower()]


def people_named_at(*, user: User, text: str) -> list[str]:
    """Names of people at the employer that `text` names, when it is one that `user` knows."""
    employers = employers_named(text).visible_to(user)
    people = EmployerPerson.objects.filter(employer__in=employers.values("pk"))
    return list(people.order_by("name", "pk").values_list("name", flat=True)[:OPTIONS])


def employers_named(text: str) -> EmployerQuerySet:
    """Employers of this name, whatever its capitals, also when the place stands behind it: De Kade, Assen.

    By the name of one that was merged the other is found.
    """
    placed = Concat("name", Value(", "), "municipality")
    employers = Employer.objects.alias(placed=placed)
    named = Q(name__iexact=text) | Q(placed__iexact=text)
    merged = employers.filter(named, merged_into__isnull=False).values("merged_into")
    return employers.filter(named | Q(pk__in=merged), merged_into=None)


def keys_named(text: str) -> list[int]:
    """Keys of the employers that `text` names: with its place that one, else all of the name."""
    found = [(one.pk, one.label.lower()) for one in employers_named(plain_name(text))]
    exact = [key for key, label in found if label == plain_name(text).lower() and ", " in label]
    return exact or [key for key, _label in found]


def normalised(text: str) -> str:
    """`text` as the search columns hold names; also sets the threshold of `%>` for this transaction.

    The operator reads its threshold from the session, and only the operator can use the index.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ips_unaccent(lower(%s)), set_config('pg_trgm.word_similarity_threshold', %s, true)",
            [plain_name(text.replace(",", " ")), WORD_SIMILARITY],
        )
        return cursor.fetchone()[0]


def matching_clients(*, clients: ClientQuerySet, user: User, text: str, name: str) -> ClientQuerySet:
    """Those of `clients` whom `text` may mean, the likeliest first; of equally likely ones one's own clients
    with running support, then others with running support. `name` is `normalised(text)`.
    """
    text = plain_code(text)
    whole, beginning = _by_whole_number(text), _by_beginning_of_number(text)
    around = _by_birth(text)
    rank = Case(
        When(whole, then=Value(WHOLE_NUMBER)),
        When(beginning, then=Value(NUMBER)),
        When(around, then=Value(BORN_AROUND)),
        When(_begins(name), then=Value(BEGINNING)),
        default=Value(SIMILAR),
        output_field=IntegerField(),
    )
    own = Q(pk__in=Client.objects.keys_followed_by(user))
    place = Case(
        When(~is_running_q(), then=Value(CLOSED)),
        When(own, then=Value(OWN_AND_OPEN)),
        default=Value(OPEN),
        output_field=IntegerField(),
    )
    found = clients.filter(whole | beginning | around | _is_named(name))
    ranked = found.annotate(rank=rank, place=place, similarity=TrigramWordSimilarity(name, "search_name"))
    return ranked.order_by("rank", "place", "-similarity", "last_name", "first_name", "pk")


def matching_employers(*, employers: QuerySet[Employer], name: str) -> QuerySet[Employer]:
    """Those of `employers` that `name`, as `normalised` gives it, may mean, the likeliest first."""
    rank = Case(
        When(_begins(name), then=Value(BEGINNING)), default=Value(SIMILAR), output_field=IntegerField()
    )
    found = employers.filter(_is_named(name))
    ranked = found.annotate(rank=rank, similarity=TrigramWordSimilarity(name, "search_name"))
    return ranked.order_by("rank", "-similarity", "name", "pk")


def _is_named(name: str) -> Q:
    """A word that begins a name resembles it; of several words in another order the whole may not.

    Of other scripts than ours PostgreSQL makes no trigrams here: these are found as they begin.
    """
    resembles = Q(search_name__trigram_word_similar=name)
    return resembles | _begins(name) if " " in name or not name.isascii() else resembles


def _begins(name: str) -> Q:
    """Each word that was typed begins a word of the name, in any order."""
    rule = Q()
    for word in name.split():
        rule &= Q(search_name__startswith=word) | Q(search_name__contains=f" {word}")
    return rule or Q(pk=None)


def _by_whole_number(text: str) -> Q:
    """The number of the client or of a trajectory, a telephone number, a day of birth."""
    spellings = _spellings(text)
    rule = Q(client_number__in=spellings)
    if not any(sign.isdigit() for sign in text):
        return rule
    rule |= _has_trajectory(Q(trajectory_number__in=spellings))
    if numbered := NUMBERED.fullmatch(text):
        rule |= _is_numbered("client_number", *numbered.groups())
        rule |= _has_trajectory(_is_numbered("trajectory_number", *numbered.groups()))
    digits = re.sub(r"\D", "", text)
    if len(digits) >= PHONE_DIGITS and not re.search(r"[^\d\s()+\-./]", text):
        rule |= Q(Exact(Right(OnlyDigits("phone"), PHONE_DIGITS), digits[-PHONE_DIGITS:]))
    if (born := _birth_in(text)) and born.is_exact:
        rule |= Q(birth_date=born.earliest, birth_precision=born.precision)
    return rule


def _by_beginning_of_number(text: str) -> Q:
    rule = Q()
    for spelling in _spellings(text):  # startswith uses the index of the number, istartswith could not
        rule |= Q(client_number__startswith=spelling)
    return rule


def _by_birth(text: str) -> Q:
    """Who may be born on that day, in that month or in that year, as far as is known."""
    born = _birth_in(text)
    return born_on(born) if born else Q(pk=None)


def _spellings(text: str) -> set[str]:
    return {text, text.upper(), text.lower()}


def _is_numbered(column: str, letters: str, digits: str) -> Q:
    """C 0315 for C0315, 315 for both: the letters only when they were typed."""
    return Q(Exact(NumberIn(column), digits)) & Q(**{f"{column}__istartswith": letters})


def _has_trajectory(rule: Q) -> Q:
    return Q(Exists(Trajectory.objects.filter(rule, client=OuterRef("pk"))))


def _birth_in(text: str) -> PartialDate | None:
    """A date of birth, or as much of it as was typed."""
    with suppress(NotReadError):
        return read_partial_date(text.replace(" ", "-"))
    return None
