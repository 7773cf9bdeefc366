"""A month of the access log goes when its years are over, and not before; the seals still fit."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from ipsplatform.operations.database_roles import as_owner, grant_rights
from staff.access_log import sealing
from staff.access_log.partitions import drop_month, old_months
from staff.access_log.sealing import seal_lines
from staff.access_log.verifying import Certificate, find_damage
from staff.models import AccessLine, DroppedLogMonth
from tests.factories import RetentionRegimeFactory

pytestmark = [pytest.mark.shows(7, 13), pytest.mark.django_db(transaction=True)]
OLD, LATER = date(2019, 1, 1), date(2019, 2, 1)


@pytest.fixture
def months(monkeypatch):
    """Two months of 2019 and this one, four lines each, in seals of three: some seals hold two months."""
    monkeypatch.setattr(sealing, "LINES_PER_SEAL", 3)
    RetentionRegimeFactory(code="toegangslog")
    with as_owner(), connection.cursor() as cursor:
        for first, until in ((OLD, LATER), (LATER, date(2019, 3, 1))):
            cursor.execute(
                f"CREATE TABLE staff_accessline_{first:%Y_%m} PARTITION OF staff_accessline"
                f" FOR VALUES FROM ('{first}') TO ('{until}')"
            )
        grant_rights()
    for day in (OLD, LATER):
        add_lines(f"{day:%Y-%m}-10T10:00Z")
    add_lines("now")
    seal_lines(settled_after=0)
    yield
    with as_owner(), connection.cursor() as cursor:
        for first in (OLD, LATER):
            cursor.execute(f"DROP TABLE IF EXISTS staff_accessline_{first:%Y_%m}")


def add_lines(at: str, number: int = 4) -> None:
    with connection.cursor() as cursor:
        for _ in range(number):
            cursor.execute(
                "INSERT INTO staff_accessline (at, code, action, outcome, is_authorised, relation, consent,"
                " is_emergency, role, purpose, session_hash, part, query_hash, instance, component)"
                " VALUES (%s, 'page', 'R', 'done', true, '', '', false, '', 'zorg', '', '', '', 'x', 'web')",
                [at],
            )


def dropped(**options) -> str:
    out = StringIO()
    call_command("drop_old_log_partitions", stdout=out, **options)
    return out.getvalue()


def test_old_months_go_and_the_chain_still_fits(months):
    assert dropped(dry_run=True).split() == ["2019-01", "2019-02"]
    assert AccessLine.objects.count() == 12
    assert "4" in dropped()
    assert AccessLine.objects.count() == 4
    assert [month.line_count for month in DroppedLogMonth.objects.all()] == [4, 4]
    assert list(find_damage()) == []
    call_command("verify_audit", stdout=StringIO())
    assert "2019" not in dropped()


def test_line_that_somebody_removed_besides_is_still_named(months):
    dropped()
    line = AccessLine.objects.order_by("pk")[1].pk
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM staff_accessline WHERE id = %s", [line])
    assert [(found.kind, found.line) for found in find_damage()] == [("removed", line)]


def test_damaged_log_loses_nothing(months):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE staff_accessline SET role = 'x' WHERE at < '2019-02-01'")
    with pytest.raises(CommandError):
        dropped()
    assert AccessLine.objects.count() == 12


def test_month_with_lines_without_seal_stays(months):
    add_lines("2019-02-20T10:00Z", number=1)
    with pytest.raises(CommandError, match="2019-02"):
        dropped()
    assert not DroppedLogMonth.objects.filter(first_day=LATER).exists()


@pytest.mark.parametrize(
    ("today", "expected"), [("2024-01-31", []), ("2024-02-01", [OLD]), ("2024-03-01", [OLD, LATER])]
)
def test_five_whole_years(months, time_machine, today, expected):
    time_machine.move_to(f"{today}T12:00:00Z", tick=False)
    assert old_months(years=5) == expected
    assert old_months(years=1) == expected  # never fewer than five
    assert old_months(years=7) == []


def test_application_can_not_drop_a_month(months):
    with pytest.raises(DatabaseError, match="permission denied"):
        drop_month(OLD)


def test_ranges():
    certificate = Certificate(DroppedLogMonth(), True, [(1, 3), (7, 7)])
    assert [line for line in range(9) if line in certificate] == [1, 2, 3, 7]
    assert certificate.size == 4
