"""A line of the access log that was changed, removed or slipped in afterwards is named."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from ipsplatform.operations.database_roles import as_owner
from staff.access_log import sealing
from staff.access_log.sealing import seal_lines
from staff.access_log.verifying import Damage, find_damage
from staff.models import AccessLine, AccessSeal

pytestmark = [pytest.mark.shows(7), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lines(world, client, monkeypatch) -> list[int]:
    """Five lines in three seals."""
    monkeypatch.setattr(sealing, "LINES_PER_SEAL", 2)
    world.sign_in(client, "owner")
    for _ in range(5):
        client.get(reverse("trajectories:search"))
    assert seal_lines(settled_after=0) == 3
    return list(AccessLine.objects.order_by("pk").values_list("pk", flat=True))


def tamper(statement: str, *parameters: object) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def verified(**options) -> str:
    out = StringIO()
    call_command("verify_audit", stdout=out, **options)
    return out.getvalue()


def test_untouched_log_fits_and_sealing_again_adds_nothing(lines):
    assert list(find_damage()) == []
    assert seal_lines(settled_after=0) == 0
    assert "5" in verified()


def test_fresh_line_waits_for_its_seal(world, client):
    world.sign_in(client, "owner")
    client.get(reverse("trajectories:search"))
    assert seal_lines() == 0


@pytest.mark.parametrize(
    "change",
    ["actor_id = NULL", "client_id = gen_random_uuid()", "at = at - interval '1 second'", "row_count = 3"],
)
def test_changed_line_is_named(lines, change):
    tamper(f"UPDATE staff_accessline SET {change} WHERE id = %s", lines[2])
    assert list(find_damage()) == [Damage("changed", 2, lines[2])]
    with pytest.raises(CommandError):
        verified()


def test_removed_line_is_named(lines):
    tamper("DELETE FROM staff_accessline WHERE id = %s", lines[1])
    assert list(find_damage()) == [Damage("removed", 1, lines[1])]


def test_line_that_is_put_back_in_between_is_named(lines):
    copied = ", ".join(field.column for field in AccessLine._meta.fields if field.column != "id")
    tamper("UPDATE staff_accessline SET id = id + 100 WHERE id = %s", lines[0])
    copy = f"INSERT INTO staff_accessline (id, {copied}) SELECT %s, {copied} FROM staff_accessline"
    tamper(f"{copy} WHERE id = %s", lines[0] - 1, lines[1])
    assert list(find_damage()) == [Damage("added", 1, lines[0] - 1), Damage("removed", 1, lines[0])]


def test_line_and_its_digest_changed_together(lines):
    tamper("UPDATE staff_accessseal SET digests[1] = repeat('0', 64) WHERE number = 2")
    assert Damage("seal", 2) in find_damage()


def test_missing_seal_breaks_the_chain(lines):
    tamper("DELETE FROM staff_accessseal WHERE number = 2")
    assert Damage("chain", 3) in find_damage()


def test_chain_that_was_made_again_differs_from_the_export(lines, tmp_path):
    verified(export=tmp_path / "seals.txt")
    assert verified(against=tmp_path / "seals.txt")
    tamper("UPDATE staff_accessline SET role = '' WHERE id = %s", lines[0])
    tamper("DELETE FROM staff_accessseal")
    assert seal_lines(settled_after=0) == 3
    assert list(find_damage()) == []
    with pytest.raises(CommandError):
        verified(against=tmp_path / "seals.txt")


def test_application_can_not_remove_a_seal(lines):
    with pytest.raises(Exception, match="permission denied"):
        AccessSeal.objects.all().delete()
