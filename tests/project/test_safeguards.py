"""Strict health names each safeguard that is late, however that came about."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from clients.access_review.selectors.lateness import REVIEWED_WITHIN, TASK
from clients.access_review.tasks import review_access
from ipsplatform.operations import heartbeat, safeguards
from ipsplatform.operations.database_roles import as_owner
from reports.models import MonitoringRun, RunState
from reports.runs.selectors import RESTATED_WITHIN
from staff.access_log.chain import digest_of, last_seal
from staff.access_log.sealing import SEALED_WITHIN, seal_lines
from staff.access_log.tasks import make_log_partitions
from staff.models import AccessSeal
from tests.beat_rows import write_schedule

pytestmark = [pytest.mark.shows(7, 8, 20, 23), pytest.mark.django_db(transaction=True)]
LONG_AGO = REVIEWED_WITHIN + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _in_use():
    """An installation of some weeks, in which all work was done."""
    heartbeat.write()
    write_schedule()
    add_line(code="page", ago=timedelta(hours=3))
    seal_lines(settled_after=0)
    review_access.apply()


def add_line(*, code: str, ago: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO staff_accessline (at, code, action, outcome, is_authorised, relation, consent,"
            " is_emergency, role, purpose, session_hash, part, query_hash, instance, component)"
            " VALUES (%s, %s, 'R', 'done', true, '', '', false, '', 'zorg', '', '', '', 'x', 'web')",
            [timezone.now() - ago, code],
        )


def strict(client) -> tuple[int, dict]:
    answer = client.get(reverse("health_ready"), {"strict": "1"})
    return answer.status_code, answer.json()


def lines_wait_for_their_seal() -> None:
    add_line(code="page", ago=2 * SEALED_WITHIN + timedelta(minutes=1))


def all_seals_are_gone() -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM staff_accessseal")


def application_seals_what_does_not_exist() -> None:
    """With the rights of the application: later lines have lower numbers, so none would be sealed again."""
    last = AccessSeal.objects.latest("number")
    seal = AccessSeal(number=last.number + 1, previous=last.seal, line_ids=[2**62], digests=["0" * 64])
    seal.seal = digest_of(seal)
    seal.save()
    with as_owner():
        AccessSeal.objects.update(sealed_at=timezone.now() - 4 * SEALED_WITHIN)
    assert seal_lines(settled_after=0) == 0


def application_seals_in_the_future() -> None:
    application_seals_what_does_not_exist()
    with as_owner():
        AccessSeal.objects.update(sealed_at=timezone.now() + timedelta(days=900))


def next_month_has_no_partition() -> None:
    following = (timezone.now().replace(day=1) + timedelta(days=32)).strftime("%Y_%m")
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE staff_accessline_{following}")


def log_was_not_searched() -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM staff_accessline WHERE code = %s", [TASK])
        first = f"{timezone.now() - LONG_AGO:%Y-%m}-01"
        cursor.execute("SELECT to_regclass(%s)", [f"staff_accessline_{first[:7].replace('-', '_')}"])
        if cursor.fetchone()[0] is None:
            cursor.execute(
                f"CREATE TABLE staff_accessline_{first[:7].replace('-', '_')} PARTITION OF staff_accessline"
                f" FOR VALUES FROM ('{first}') TO ('{timezone.now():%Y-%m}-01')"
            )
    add_line(code="page", ago=LONG_AGO)
    seal_lines(settled_after=0)


def search_of_the_log_failed() -> None:
    log_was_not_searched()
    add_line(code=TASK, ago=timedelta(hours=1))
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE staff_accessline SET outcome = 'failed' WHERE code = %s", [TASK])


def asked_run(state: str) -> Callable[[], None]:
    def ask() -> None:
        run = MonitoringRun.objects.create(
            period_kind="month", period_from=date(2026, 1, 1), period_to=date(2026, 1, 31),
            as_of=date(2026, 1, 31), definition_version="x", revision=2, state=state,
        )  # fmt: skip
        MonitoringRun.objects.filter(pk=run.pk).update(
            started_at=timezone.now() - RESTATED_WITHIN - timedelta(minutes=1)
        )

    return ask


LATE = {
    "lines wait for their seal": (lines_wait_for_their_seal, "seals"),
    "all seals are gone": (all_seals_are_gone, "seals"),
    "a seal of a line that does not exist": (application_seals_what_does_not_exist, "seals"),
    "a seal of the future": (application_seals_in_the_future, "seals"),
    "next month has no partition": (next_month_has_no_partition, "log_months"),
    "the log was not searched": (log_was_not_searched, "access_review"),
    "the search failed": (search_of_the_log_failed, "access_review"),
    "figures were asked for": (asked_run(RunState.WAITING), "restated_figures"),
    "figures are computed without end": (asked_run(RunState.RUNNING), "restated_figures"),
    "figures failed": (asked_run(RunState.FAILED), "restated_figures"),
}


def test_all_is_well(client):
    status, answer = strict(client)
    assert (status, answer["status"]) == (200, "ok")
    assert set(answer["parts"]) > set(safeguards.IS_WELL)
    assert (answer["tasks"], answer["last_seal"]) == ({}, last_seal())


@pytest.mark.parametrize("what", LATE)
def test_what_is_late_is_named_and_only_that(client, what):
    happens, part = LATE[what]
    try:
        happens()
        status, answer = strict(client)
        lenient = client.get(reverse("health_ready"))
    finally:
        make_log_partitions.apply()
    assert status == 503
    assert [name for name, state in answer["parts"].items() if state != "ok"] == [part]
    assert lenient.status_code == 200  # a warning hinders no visitor


def test_every_part_was_made_late():
    assert {part for _happens, part in LATE.values()} | {"tasks"} == set(safeguards.IS_WELL)


def test_a_part_that_can_not_be_told_is_a_warning(client):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE staff_accessseal RENAME TO staff_accessseal_gone")
    try:
        status, answer = strict(client)
    finally:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE staff_accessseal_gone RENAME TO staff_accessseal")
    assert (status, answer["parts"]["seals"], answer["parts"]["tasks"]) == (503, "warn", "ok")


def test_a_new_installation_is_not_late(client):
    """Nothing was searched yet, and there is nothing of last week to search."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM staff_accessseal")
        cursor.execute("DELETE FROM staff_accessline")
    status, answer = strict(client)
    assert (status, answer["last_seal"]) == (200, "")
