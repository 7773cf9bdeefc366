"""Keep what is typed, forget it when it is saved, and remember under which number it was."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from staff.audit.services import Touched
from staff.models import Draft, SavedForm, User
from staff.typed.sealing import sealed
from staff.typed.selectors import saved_form
from staff.typed.values import Typed

SAVED = ("typed", "led_to", "correct_at", "saved_at")
UNDOABLE = ("touched", "request", "undone_at")
DRAFT_DAYS = 14
NUMBER_DAYS = 400  # how long the number of a saved form is known; no page and no draft is as old
MOST_DRAFTS = 100  # of one person: more is no typing
MOST_CHARACTERS = 300_000  # of one draft


@transaction.atomic
def keep_draft(*, user: User, page: str, number: UUID, entries: list[list[str]]) -> bool:
    """Keep what stands in the form now, name and value of each input.

    False when it was saved under this number already: then nothing is kept. Raises RuleError for more
    than one person types.
    """
    if saved_form(user, number) is not None:
        return False
    content = sealed(entries)
    if len(content) > 2 * MOST_CHARACTERS:
        raise RuleError(_("This text is too long to keep while you type. Save it, or make it shorter."))
    kept = {"number": number, "typed": content, "kept_at": timezone.now()}
    draft, is_new = Draft.objects.update_or_create(user=user, page=page, defaults=kept)
    if is_new:
        older = Draft.objects.filter(user=user).exclude(pk=draft.pk).order_by("-kept_at")
        Draft.objects.filter(pk__in=older.values("pk")[MOST_DRAFTS - 1 :]).delete()
    return True


def forget_draft(*, user: User, page: str) -> None:
    """Throw away what this person typed in this form."""
    Draft.objects.filter(user=user, page=page).delete()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What can be undone: the rows that were touched, and the number of the request in which they were."""

    touched: Touched
    request: UUID


def hold_number(*, user: User, number: UUID) -> tuple[SavedForm, bool]:
    """The row of this form, and whether it is new. Who comes second waits here until the first is done.

    In the transaction that saves the form: when that is refused, nothing stays behind. What was saved under
    this number and undone may be saved again.
    """
    row = SavedForm(user=user, number=number, typed=b"", led_to="")
    columns = [one for one in SavedForm._meta.concrete_fields if not one.primary_key]
    names = ", ".join(connection.ops.quote_name(str(one.column)) for one in columns)
    values = [one.get_db_prep_save(one.pre_save(row, add=True), connection) for one in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {SavedForm._meta.db_table} ({names})"  # noqa: S608 (our own names)
            f" VALUES ({', '.join(['%s'] * len(columns))}) ON CONFLICT DO NOTHING RETURNING id",
            values,
        )
        made = cursor.fetchone()
    if made is None:
        known = SavedForm.objects.get(user=user, number=number)
        return known, known.undone_at is not None
    row.pk, row._state.adding, row._state.db = made[0], False, connection.alias
    return row, True


def note_saved(
    form: SavedForm, *, typed: Typed, led_to: str, correct_at: str = "", deed: Deed | None = None
) -> None:
    """The form is saved: its draft goes, and the same form sent again is not saved again."""
    Draft.objects.filter(user=form.user_id, number=form.number).delete()
    form.typed, form.led_to, form.correct_at = sealed(typed), led_to, correct_at
    form.saved_at, form.undone_at = timezone.now(), None
    _keep_deed(form, deed)
    form.save(update_fields=[*SAVED, *UNDOABLE])


def note_press(*, user: User, led_to: str, deed: Deed) -> SavedForm:
    """A button was pressed that can be undone."""
    row = SavedForm(user=user, number=uuid4(), typed=b"", led_to=led_to)
    _keep_deed(row, deed)
    row.save()
    return row


def _keep_deed(row: SavedForm, deed: Deed | None) -> None:
    row.touched = [[*key, *found] for key, found in deed.touched.items()] if deed else []
    row.request = deed.request if deed else None


def forget_old() -> None:
    """Drafts and what was sent go after fourteen days, the numbers later. Safe to run twice."""
    now = timezone.now()
    before = now - timedelta(days=DRAFT_DAYS)
    Draft.objects.kept_before(before).delete()
    SavedForm.objects.saved_before(before).exclude(typed=b"").update(typed=b"")
    SavedForm.objects.saved_before(now - timedelta(days=NUMBER_DAYS)).delete()
