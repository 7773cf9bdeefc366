"""`make drill`: a server with invented people is lost while somebody works, and comes back twice.

Once from a base backup and the archived log, once from `manage.py backup` in an empty cluster. Each step is a
line; the table at the end says what was lost (RPO) and how long it took until the first page (RTO). Ends with
code 1 when anything that came back is not what was there, or when damage is not noticed.
"""

import shutil
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg
from pyrage.x25519 import Identity

from ipsplatform.embedded.servers import EmbeddedError, Postgres, Valkey, free_port
from tests.drill.product import DrillError, Product
from tests.drill.servers import ARCHIVE_TIMEOUT, ArchivingPostgres, archive_folder, new_addresses
from tests.drill.writer import Writer

SHOWS = (18,)
WORK_SECONDS = 3 * ARCHIVE_TIMEOUT
COPY_SECONDS = 10  # a segment that is due must be in the archive within this time
CHANGE = """UPDATE clients_client SET municipality = municipality || '.'
    WHERE id = (SELECT min(id) FROM clients_client)"""
SEAL = "from staff.access_log.sealing import seal_lines; seal_lines(settled_after=0)"
STARTED = time.monotonic()


@dataclass(frozen=True)
class Measured:
    """What one way back lost and how long it took.

    `allowed` seconds may be lost; None: all that was written after the backup.
    """

    way: str
    lost_rows: int
    rpo: float
    rto: float
    allowed: float | None = None


class Drill:
    """All of it lives in one temporary folder; `ending` stops what was started."""

    def __init__(self, folder: Path, ending: ExitStack) -> None:
        self.folder, self.ending = folder, ending
        self.key = Identity.generate()
        self.valkey = Valkey(folder)
        self.addresses = new_addresses(free_port())
        self.server = ArchivingPostgres(self._new("first"), archive_folder(folder / "archive"))
        self.product = Product(
            self.addresses, files=self._new("files"), BACKUP_RECIPIENT=str(self.key.to_public())
        )
        self.writer = Writer(self.addresses.database_url)

    def run(self) -> list[Measured]:
        self.prepare()
        copy, file = self.work_and_back_up()
        lost_at = time.monotonic()
        self.server.lose()
        say("the server was ended with kill -9 and its disk removed")
        return [self.back_by_archive(copy), self.back_by_file(file, lost_at)]

    def prepare(self) -> None:
        self.start(self.valkey)
        self.start(self.server)
        self.product.manage("migrate", "--verbosity=0")
        said = self.product.manage("seed_demo").strip()
        (self.folder / "files/cases.csv").write_text("nummer\n1\n")
        say(f"a server that archives its log, {ARCHIVE_TIMEOUT} s at most; {said}")

    def work_and_back_up(self) -> tuple[Path, Path]:
        """Somebody works all the while; the base backup and the backup are made meanwhile."""
        copy = self.folder / "base"
        self.writer.start()
        self.server.copy(copy, self.addresses)
        say("base backup: made with pg_basebackup, checked with pg_verifybackup")
        self.product.manage("shell", "--verbosity=0", "--command", SEAL)
        say(f"backup: {self.product.manage('backup', str(self.folder / 'backups')).strip()}")
        self.writer.wait_for_more(WORK_SECONDS)
        say(f"{len(self.writer.acknowledged)} pairs of rows were acknowledged")
        return copy, next((self.folder / "backups").glob("ips-*.tar.age"))

    def back_by_archive(self, copy: Path) -> Measured:
        """The same address, a new disk: nothing else has to be told."""
        decided = time.monotonic()
        self.server.recover(copy, self.addresses)
        self.product.wait_for_first_page()
        took = time.monotonic() - decided
        lost, seconds = self.writer.has_lost(self.addresses.database_url)
        self.check(self.product)
        self.server.stop()
        say("from the archive: every pair up to the last archived segment is there")
        return Measured("archived log", lost, seconds, took, allowed=ARCHIVE_TIMEOUT + COPY_SECONDS)

    def back_by_file(self, file: Path, lost_at: float) -> Measured:
        decided = time.monotonic()
        server, addresses = Postgres(self._new("second")), new_addresses(self.addresses.valkey_port)
        self.start(server, addresses)
        product = Product(addresses, files=self._new("files-back"), BACKUP_IDENTITY=str(self.key))
        product.environment["REDIS_URL"] = self.addresses.redis_url
        said = product.manage("restore", str(file)).strip().splitlines()
        product.wait_for_first_page()
        took = time.monotonic() - decided
        say(f"restore: {said[0]} {said[-1]}")
        lost, seconds = self.writer.has_lost(addresses.database_url)
        self.check(product)
        self.notice_damage(product, file, addresses.owner_url)
        return Measured("backup", lost, seconds, took)

    def check(self, product: Product) -> None:
        """The log was sealed while somebody wrote: so there are seals to compare with."""
        product.manage("migrate", "--check")
        say(f"migrate --check and verify_audit: {product.manage('verify_audit').strip()}")

    def notice_damage(self, product: Product, file: Path, owner_url: str) -> None:
        """A drill that can't fail shows nothing: damage is done, and must be noticed."""
        if (self.folder / "files-back/cases.csv").read_text() != "nummer\n1\n":
            raise DrillError("the uploaded file did not come back")
        damaged = self.folder / "damaged.tar.age"
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        damaged.write_bytes(content)
        say(f"one bit changed in a copy: {product.refusal('restore', str(damaged))}")
        other = str(Identity.generate())
        say(f"another key: {product.refusal('restore', str(file), BACKUP_IDENTITY=other)}")
        say(f"restore --check: {product.manage('restore', str(file), '--check').strip()}")
        before = self.compared(product, file)
        with psycopg.connect(owner_url) as owner:
            owner.execute(CHANGE)
        noticed = self.compared(product, file) - before
        if not any(sentence.startswith("clients_client: ") for sentence in noticed):
            raise DrillError("a row that was changed after the restore was not noticed")
        say(f"one row changed after the restore: {'; '.join(sorted(noticed))}")

    def compared(self, product: Product, file: Path) -> set[str]:
        """What differs from the backup; the line of the access log that the restore itself wrote may."""
        done = product.ask("-m", "tests.drill.compare", str(file))
        if done.returncode:
            raise DrillError(done.stderr.strip())
        return set(done.stdout.split("\n")) - {""}

    def start(self, server: Postgres | Valkey, addresses=None) -> None:
        self.ending.callback(server.stop)
        server.start(addresses or self.addresses)

    def _new(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir()
        return folder


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="ips-drill-"))
    with ExitStack() as ending:
        ending.callback(shutil.rmtree, folder, ignore_errors=True)
        try:
            measured = Drill(folder, ending).run()
        except (DrillError, EmbeddedError, RuntimeError, OSError, psycopg.Error) as error:
            print(f"\nThe drill failed: {error}")
            return 1
    return print_table(measured)


def say(sentence: str) -> None:
    print(f"{time.monotonic() - STARTED:6.1f} s  {sentence}", flush=True)


def print_table(measured: list[Measured]) -> int:
    print(f"\n{'way back':<16}{'rows lost':>10}{'RPO (s)':>10}{'RTO (s)':>10}   allowed to lose")
    for way in measured:
        allowed = "what was written after the backup" if way.allowed is None else f"{way.allowed:.0f} s"
        print(f"{way.way:<16}{way.lost_rows:>10}{way.rpo:>10.1f}{way.rto:>10.1f}   {allowed}")
    late = [way.way for way in measured if way.allowed is not None and way.rpo > way.allowed]
    if late:
        print(f"More was lost than may be: {', '.join(late)}.")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
