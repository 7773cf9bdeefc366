"""The scripts of PostgreSQL's container, with a real server: who may connect, the way back to a moment."""

import re
import subprocess
from contextlib import closing
from types import SimpleNamespace

import psycopg
import pytest
from django.conf import settings

from ipsplatform.embedded.servers import EmbeddedError, free_port, own_by_service_user
from tests.drill.servers import ArchivingPostgres, archive_folder, new_addresses

pytestmark = pytest.mark.shows(18)
DOCKER = settings.BASE_DIR / "docker"
ROUTES = (
    "Iface\tDestination\tGateway \tFlags\neth0\t00000000\t{gateway}\t0003\neth0\t000012AC\t00000000\t0001\n"
)
LOOPBACK, ANOTHER = "0100007F", "010012AC"  # 127.0.0.1 and 172.18.0.1, as the kernel writes them
NONE = "0" * 32
ROUTES_OF_IPV6 = f"""\
fd000000000000000000000000000000 40 {NONE} 00 {NONE} 00000100 eth0
{NONE} 00 {NONE} 00 fd0000000000000000000000000000f1 00000400 eth0
{NONE} 00 {NONE} 00 {NONE} ffffffff lo
"""


def refusals(tmp_path, gateway: str, ipv6: str = "") -> str:
    """What the script writes where this is the gateway."""
    routes, others = tmp_path / "route", tmp_path / "ipv6_route"
    routes.write_text(ROUTES.format(gateway=gateway))
    others.write_text(ipv6)
    return subprocess.run(
        ["bash", DOCKER / "refuse-gateways.sh", routes, others], capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture
def server(tmp_path):
    found = SimpleNamespace(addresses=new_addresses(free_port()))
    found.postgres = ArchivingPostgres(tmp_path / "server", archive_folder(tmp_path / "archive"))
    found.postgres.folder.mkdir()
    own_by_service_user(found.postgres.folder)
    found.postgres.start(found.addresses)
    yield found
    found.postgres.stop()


def test_gateways_are_read_as_the_kernel_writes_them(tmp_path):
    assert refusals(tmp_path, ANOTHER, ROUTES_OF_IPV6).splitlines() == [
        "host all all 172.18.0.1/32 reject",
        "host all all fd00:0000:0000:0000:0000:0000:0000:00f1/128 reject",
    ]


def test_who_comes_in_by_a_published_port_is_refused(tmp_path, server):
    """By docker's own proxy they have the address of the gateway, which is one of the containers' network."""
    urls = (server.addresses.database_url, server.addresses.owner_url)
    for gateway, refused in ((ANOTHER, False), (LOOPBACK, True)):
        server.postgres.stop()
        rules = (DOCKER / "pg_hba.conf").read_text()
        (server.postgres.data / "pg_hba.conf").write_text(rules)
        (server.postgres.data / "gateways.conf").write_text(refusals(tmp_path, gateway))
        server.postgres.start(server.addresses)
        for url in urls:
            if refused:
                with pytest.raises(psycopg.OperationalError, match=r"pg_hba\.conf rejects connection"):
                    psycopg.connect(url)
            else:
                psycopg.connect(url).close()


def test_server_does_not_start_without_that_file(server):
    """A start that did not write it is no open door."""
    server.postgres.stop()
    (server.postgres.data / "pg_hba.conf").write_text((DOCKER / "pg_hba.conf").read_text())
    with pytest.raises(EmbeddedError):
        server.postgres.start(server.addresses)


def test_a_mistake_is_undone_by_going_back_to_the_moment_before(tmp_path, server):
    base = tmp_path / "base"
    server.postgres.copy(base, server.addresses)
    with closing(psycopg.connect(server.addresses.owner_url, autocommit=True)) as owner:
        owner.execute("CREATE TABLE kept (words text)")
        owner.execute("INSERT INTO kept VALUES ('before')")
        moment = owner.execute("SELECT clock_timestamp()::text").fetchone()[0]
        owner.execute("SELECT pg_sleep(0.1)")
        owner.execute("UPDATE kept SET words = 'a mistake'")
    server.postgres.stop()  # it archives what it wrote last
    server.postgres.recover(base, server.addresses, moment=moment)
    with closing(psycopg.connect(server.addresses.owner_url)) as owner:
        assert owner.execute("SELECT words FROM kept").fetchall() == [("before",)]
    kept = [path.name for path in server.postgres.folder.iterdir() if ".before-" in path.name]
    assert len(kept) == 1
    assert re.fullmatch(r"postgres\.before-\d{8}T\d{6}", kept[0])


def test_no_base_backup_and_a_running_server_are_refused(tmp_path, server):
    for folder, said in ((tmp_path, "holds no base backup"), (server.postgres.data, "PostgreSQL runs")):
        (server.postgres.data / "backup_manifest").touch()
        done = subprocess.run(
            ["bash", DOCKER / "restore-base.sh", folder, server.postgres.archive],
            env={"PGDATA": str(server.postgres.data), "PATH": "/usr/bin:/bin"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 1
        assert said in done.stderr
    assert server.postgres.is_running()
