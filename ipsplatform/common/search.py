"""Search that forgives accents, capitals and typing errors (PostgreSQL: unaccent, pg_trgm)."""

from django.db.models import CharField, F, Func, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat, Lower


class ImmutableUnaccent(Func):
    """unaccent() that an index and a generated column may use; made by the first staff migration."""

    function = "ips_unaccent"
    arity = 1
    output_field = CharField()


def without_accents(field: str) -> ImmutableUnaccent:
    """A column as a dictionary sorts it: Çelik stands between Celan and Cohen, not after Zwart."""
    return ImmutableUnaccent(Lower(F(field)))


def searchable(*fields: str, as_text: bool = False) -> ImmutableUnaccent:
    """The text of `fields`, in lower case and without accents, joined by spaces.

    Fields of several kinds are joined `as_text`; without it the expression is the one of the columns that
    the migrations made.
    """
    text: dict = {"output_field": TextField()} if as_text else {}
    parts: list = []
    for field in fields:
        parts += [Coalesce(F(field), Value("", **text), **text), Value(" ", **text)]
    return ImmutableUnaccent(Lower(Concat(*parts[:-1]) if len(parts) > 2 else parts[0]))


def searchable_text(*parts: str) -> ImmutableUnaccent:
    """What somebody typed, in the same shape as a `searchable` column."""
    return ImmutableUnaccent(Lower(Value(" ".join(parts), output_field=CharField())))


class OnlyDigits(Func):
    """The digits of a text column, all else left out."""

    function = "REGEXP_REPLACE"
    output_field = TextField()

    def __init__(self, column: str | Combinable) -> None:
        text = F(column) if isinstance(column, str) else column
        super().__init__(text, Value(r"\D"), Value(""), Value("g"))


class NumberIn(Func):
    """The number in a text such as C 0315: its digits, without the zeros that they begin with."""

    function = "LTRIM"
    output_field = TextField()

    def __init__(self, column: str | Combinable) -> None:
        super().__init__(OnlyDigits(column), Value("0"))


LOOK_LIKE_DIGITS = ("OIL", "011")  # capitals, and the digits that they are taken for


class NumberAsSeen(NumberIn):
    """As NumberIn, of capitals that look like digits read as these."""

    def __init__(self, column: str) -> None:
        letters, digits = map(Value, LOOK_LIKE_DIGITS)
        as_seen = Func(F(column), letters, digits, function="TRANSLATE", output_field=TextField())
        super().__init__(as_seen)
