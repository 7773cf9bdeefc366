"""What somebody removes from the access log is named, also by a superuser who knows how seals are made.

The anchor is what was kept outside the database: an export, the manifest of a backup, or an answer of
/health/ready/.
"""

import json
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.urls import reverse
from pyrage.x25519 import Identity

from ipsplatform.backup import archive
from ipsplatform.operations.database_roles import as_owner
from staff.access_log import chain, sealing
from staff.access_log.partitions import drop_month
from staff.access_log.sealing import seal_lines
from staff.access_log.verifying import Damage, differs_from_anchor, find_damage
from staff.models import AccessLine, AccessSeal, DroppedLogMonth
from tests.project.test_database_roles import refused
from tests.staff.access_log.test_log_partitions import OLD, add_lines, months  # noqa: F401

pytestmark = [pytest.mark.shows(7, 13, 23, 29), pytest.mark.django_db(transaction=True)]
LONG_AGO = date(2018, 5, 1)


def as_superuser(*statements: str) -> None:
    """The owner may do here what a superuser may: no trigger and no right stands in the way."""
    with as_owner(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def this_month() -> date:
    return AccessLine.objects.latest("pk").at.astimezone(UTC).date().replace(day=1)


def lines_of(month: date) -> list[int]:
    found = AccessLine.objects.filter(at__year=month.year, at__month=month.month).order_by("pk")
    return list(found.values_list("pk", flat=True))


def last_line() -> None:
    """The last one with a seal; one that is younger than the last sealing is not found (ADR 15)."""
    remove([chain.last_line()])


def last_seal_and_its_lines() -> None:
    as_superuser(
        "DELETE FROM staff_accessline WHERE id IN"
        " (SELECT unnest(line_ids) FROM staff_accessseal ORDER BY number DESC LIMIT 1)",
        "DELETE FROM staff_accessseal WHERE number = (SELECT max(number) FROM staff_accessseal)",
    )


def everything() -> None:
    as_superuser("DELETE FROM staff_accessline", "DELETE FROM staff_accessseal")


def everything_and_new_lines_sealed_again() -> None:
    everything()
    add_lines("now")
    seal_lines(settled_after=0)


def remove(lines: list[int]) -> None:
    as_superuser(f"DELETE FROM staff_accessline WHERE id IN ({', '.join(map(str, lines))})")


def certify(first_day: date, lines: list[int], *, dropped_at: str = "now()", sealed: bool) -> None:
    """Write a certificate as somebody who has read the source of this product."""
    with as_owner(), transaction.atomic():
        proof = DroppedLogMonth.objects.create(
            first_day=first_day, line_count=len(lines), line_ranges=[[lines[0], lines[-1]]]
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE staff_droppedlogmonth SET dropped_at = {dropped_at} WHERE id = {proof.pk}"
            )
        proof.refresh_from_db()
        if sealed:
            chain.add_seal(certificate=proof)


def month_with_a_certificate_outside_the_chain() -> None:
    lines = lines_of(OLD)
    certify(OLD, lines, sealed=False)
    remove(lines)


def month_with_a_certificate_before_its_time() -> None:
    month, lines = this_month(), lines_of(this_month())
    certify(month, lines, sealed=True)
    remove(lines)


def month_with_a_certificate_of_later() -> None:
    month, lines = this_month(), lines_of(this_month())
    certify(month, lines, dropped_at="now() + interval '6 years'", sealed=True)
    remove(lines)


def month_with_a_certificate_of_another_month() -> None:
    lines = lines_of(this_month())
    certify(LONG_AGO, lines, sealed=True)
    remove(lines)


def month_with_a_stretched_certificate() -> None:
    """A month was dropped as it should be; its certificate is made to name other lines as well."""
    with as_owner():
        proof = drop_month(OLD)
    lines = lines_of(this_month())
    as_superuser(
        f"UPDATE staff_droppedlogmonth SET line_ranges = line_ranges || '[[{lines[0]}, {lines[-1]}]]'::jsonb,"
        f" line_count = line_count + {len(lines)} WHERE id = {proof.pk}"
    )
    remove(lines)


def month_with_the_seal_of_another_kind() -> None:
    """The seals of the lines are taken away and written as they were before seals knew their month."""
    lines = lines_of(this_month())
    with as_owner():
        AccessSeal.objects.filter(month=this_month()).delete()
        last = AccessSeal.objects.latest("number")
        seal = AccessSeal(number=last.number + 1, previous=last.seal, line_ids=lines)
        seal.digests = ["0" * 64] * len(lines)
        seal.seal = chain.digest_of(seal)
        seal.save(force_insert=True)
    certify(LONG_AGO, lines, sealed=True)
    remove(lines)


ATTACKS = [
    last_line,
    last_seal_and_its_lines,
    everything,
    everything_and_new_lines_sealed_again,
    month_with_a_certificate_outside_the_chain,
    month_with_a_certificate_before_its_time,
    month_with_a_certificate_of_later,
    month_with_a_certificate_of_another_month,
    month_with_a_stretched_certificate,
    month_with_the_seal_of_another_kind,
]
# These leave a chain that fits: only what was kept elsewhere tells that it was longer, or another one.
NEED_AN_ANCHOR = {last_seal_and_its_lines, everything, everything_and_new_lines_sealed_again}


def export(folder: Path, client) -> str:
    call_command("verify_audit", export=folder / "seals", stdout=StringIO())
    return (folder / "seals").read_text()


def answer_of_the_health_page(folder: Path, client) -> str:
    return client.get(reverse("health_ready"), {"strict": "1"}).content.decode()


def manifest_of_a_backup(folder: Path, client) -> str:
    key = Identity.generate()
    with override_settings(BACKUP_RECIPIENT=[str(key.to_public())]):
        call_command("backup", folder / "backups", stdout=StringIO())
    file = next((folder / "backups").glob("ips-*"))
    return dict(archive.entries(file, [key]))[archive.MANIFEST].decode()


def verified(**options) -> str:
    """What the command says when all fits; raises CommandError when it does not."""
    out = StringIO()
    call_command("verify_audit", stdout=out, **options)
    return out.getvalue()


@pytest.mark.parametrize("anchor", [export, answer_of_the_health_page, manifest_of_a_backup])
@pytest.mark.parametrize("attack", ATTACKS)
def test_what_a_superuser_removes_is_named(months, client, tmp_path, attack: Callable, anchor: Callable):  # noqa: F811
    kept = tmp_path / "kept"
    kept.write_text(anchor(tmp_path, client))
    assert chain.last_seal() in " ".join(verified(against=kept).split())
    attack()
    with pytest.raises(CommandError):
        verified(against=kept)
    assert bool(list(find_damage())) == (attack not in NEED_AN_ANCHOR)


def test_each_attack_is_told_by_what_it_did(months):  # noqa: F811
    """The line and the certificate are named, not only that something is wrong."""
    lines = lines_of(this_month())
    month_with_a_certificate_of_another_month()
    assert [found.line for found in find_damage() if found.kind == "removed"] == lines
    assert Damage("certificate", 0, month="2018-05") in find_damage()


def test_removed_tail_is_told_from_a_changed_one(months):  # noqa: F811
    kept = chain.last_seal()
    number = int(kept.split()[0])
    last_seal_and_its_lines()
    assert list(differs_from_anchor(kept)) == [Damage("missing", number)]
    add_lines("now")
    seal_lines(settled_after=0)
    assert list(differs_from_anchor(kept)) == [Damage("export", number)]


def test_lawful_certificates_are_in_the_chain_and_later_seals_hold_them(months):  # noqa: F811
    with as_owner():
        proof = drop_month(OLD)
    assert proof.seal == AccessSeal.objects.latest("number")
    add_lines("now")
    seal_lines(settled_after=0)
    assert list(find_damage()) == []
    as_superuser(f"UPDATE staff_droppedlogmonth SET dropped_at = now() WHERE id = {proof.pk}")
    assert Damage("seal", proof.seal.number) in find_damage()


@pytest.mark.parametrize("kept", ["", "\n", "{}", '{"last_seal": ""}', "nothing", "{", "één"])
def test_an_anchor_without_a_seal_shows_nothing_and_says_so(months, tmp_path, kept):  # noqa: F811
    (tmp_path / "kept").write_text(kept)
    with pytest.raises(CommandError, match="geen zegel"):
        verified(against=tmp_path / "kept")


def test_an_anchor_that_is_not_there(months, tmp_path):  # noqa: F811
    with pytest.raises(CommandError, match="kept"):
        verified(against=tmp_path / "kept")


def test_the_application_can_do_none_of_this(months):  # noqa: F811
    month = f"staff_accessline_{OLD:%Y_%m}"
    assert [
        statement
        for statement in (
            "DELETE FROM staff_accessline WHERE id = (SELECT max(id) FROM staff_accessline)",
            "UPDATE staff_accessline SET actor_id = NULL",
            "TRUNCATE staff_accessline",
            f"DELETE FROM {month}",
            f"DROP TABLE {month}",
            f"ALTER TABLE staff_accessline DETACH PARTITION {month}",
            "DELETE FROM staff_accessseal",
            "UPDATE staff_accessseal SET sealed_at = now()",
            "INSERT INTO staff_droppedlogmonth (public_id, first_day, line_count, line_ranges, dropped_at)"
            " VALUES (gen_random_uuid(), '2018-05-01', 4, '[[1, 4]]', now())",
            "UPDATE staff_droppedlogmonth SET line_count = 1",
            "SELECT setval(pg_get_serial_sequence('staff_accessline', 'id'), 1)",
        )
        if not refused(statement)
    ] == []


@pytest.mark.parametrize("rights", ["application", "superuser"])
def test_what_somebody_adds_is_named_too(months, rights):  # noqa: F811
    """The application may add lines and seals, that is its work: a wrong one does not go unseen."""
    last = AccessSeal.objects.latest("number")
    with as_owner() if rights == "superuser" else nullcontext():
        forged = AccessSeal(number=last.number + 1, previous=last.seal, line_ids=[2**62], digests=["0" * 64])
        forged.seal, forged.month = chain.digest_of(forged), this_month()
        forged.save()
    assert {found.kind for found in find_damage()} == {"seal", "removed"}
    add_lines("now")
    assert "added" in {found.kind for found in find_damage()}


@pytest.mark.parametrize(
    ("line_ids", "digests"), [([], []), ([1, 2], ["0" * 64]), ([None], ["0" * 64]), ([1], ["0" * 64] * 2)]
)
def test_a_seal_that_no_check_could_read_is_refused(months, line_ids, digests):  # noqa: F811
    """The application may add seals; one of these would end the sealing or the checking."""
    seal = AccessSeal(number=99, line_ids=line_ids, digests=digests, month=this_month())
    with pytest.raises(IntegrityError):
        seal.save()


def test_a_seal_is_of_one_month(months):  # noqa: F811
    assert all(
        {line.at.date().replace(day=1) for line in AccessLine.objects.filter(pk__in=seal.line_ids)}
        == {seal.month}
        for seal in AccessSeal.objects.of_lines()
    )
    assert AccessSeal.objects.of_lines().count() == 6  # twice two of three months of four lines


def test_seals_of_before_they_knew_their_month_still_fit(months):  # noqa: F811
    """An installation of an earlier version: its chain is continued as it is."""
    with as_owner():
        AccessSeal.objects.all().delete()
        previous = ""
        lines = list(AccessLine.objects.order_by("pk").values_list("pk", flat=True))
        for number, part in enumerate((lines[:5], lines[5:]), start=1):
            found = sealing.lines_where("id = ANY(%s) ORDER BY id", [part])
            seal = AccessSeal(
                number=number,
                previous=previous,
                line_ids=part,
                digests=[digest for digest, _m in found.values()],
            )
            seal.seal = previous = chain.digest_of(seal)
            seal.save(force_insert=True)
    add_lines("now", number=1)
    seal_lines(settled_after=0)
    with as_owner():
        drop_month(OLD)
    assert list(find_damage()) == []
    assert datetime.now(UTC).year > OLD.year


def test_health_page_keeps_number_and_seal(months, client):  # noqa: F811
    answer = json.loads(answer_of_the_health_page(Path(), client))
    assert answer["last_seal"] == chain.last_seal() == verified().split("zegel: ")[-1].strip()
