"""What is killed, and what must be so afterwards. Each scenario returns what it measured."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import OperationalError, connection, connections

from tests.faults.browser import NoAnswerError
from tests.faults.installation import FaultError, Installation, kill_child, kill_workers_of, wait_until
from tests.faults.ledger import compare
from tests.faults.load import Load

CALM = 4  # seconds of load before a fault and after the recovery
SENT_TWICE = 10  # acknowledged ones that are sent again nevertheless: each stays one
PAGES = 20  # asked after a recovery: no connection of before may still be in use


@dataclass
class Outcome:
    """The facts of one scenario, and what went wrong."""

    facts: dict[str, object] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def check(self, holds: object, fault: str) -> None:
        if not holds:
            self.faults.append(fault)


def migrations(installation: Installation) -> Outcome:
    """Two containers start on an empty database: one migrates, the other waits for it."""
    printed = installation.migrate_twice_at_once()
    applied = [text.count("Applying ") for text in printed]
    outcome = Outcome({"migrations applied": sum(applied), "by one process": 0 in applied})
    outcome.check(0 in applied and any(applied), f"both migrated: {applied}")
    return outcome


def database(installation: Installation, load: Load) -> Outcome:
    """PostgreSQL with all its processes, and then only its first process."""
    return _under_load(
        load,
        {
            "all of PostgreSQL": lambda: installation.kill_postgres(with_children=True),
            "its first process": lambda: installation.kill_postgres(with_children=False),
        },
    )


def web(installation: Installation, load: Load) -> Outcome:
    """One gunicorn worker, and then the whole web server, which is started again."""

    def whole() -> None:
        kill_child(installation.web)
        installation.web.start()

    return _under_load(
        load,
        {"one gunicorn worker": lambda: kill_workers_of(installation.web, 1), "the web server": whole},
    )


def _under_load(load: Load, faults: dict[str, Callable[[], None]]) -> Outcome:
    outcome, before = Outcome(), len(load.ledger.writes)
    with load.running():
        for name, strike in faults.items():
            time.sleep(CALM)
            at = time.monotonic()
            strike()
            wait_until(lambda at=at: load.ledger.first_after(at), what=f"a contact is saved after {name}")
            recovered = load.ledger.first_after(at).acknowledged_at - at
            outcome.facts[f"{name}: saved again after"] = f"{recovered:.1f} s"
        time.sleep(CALM)
    settle(load, outcome, since=before)
    return outcome


def settle(load: Load, outcome: Outcome, *, since: int) -> None:
    """Compare; send again what was not acknowledged; compare once more."""
    connections.close_all()  # this process was connected to what was killed
    wait_until(_database_answers, what="the database answers")
    writes = load.ledger.writes[since:]
    open_writes = [write for write in writes if write.acknowledged_at is None]
    first = compare(load.ledger, load.people)
    answered = [write for write in writes if write.acknowledged_at is not None]
    for write in [*open_writes, *answered[-SENT_TWICE:]]:
        load.send_again(write)
        outcome.check(write.answer == "302", f"sent again, refused: {write.answer}")
    second = compare(load.ledger, load.people)
    outcome.check(not second.unanswered_written, "written without an answer, also after sending again")
    outcome.faults += first.faults() + second.faults()
    for _ in range(PAGES):
        outcome.check(load.browsers[load.people[0]].get("/").status in (200, 302), "a page fails afterwards")
    outcome.facts |= {
        "sent": len(writes),
        "acknowledged": len(writes) - len(open_writes),
        "no answer": len(open_writes),
        "of which written": first.unanswered_written,
    }


def _database_answers() -> bool:
    """A write may have been saved by what was left of a database whose first process was killed."""
    try:
        connection.ensure_connection()
    except OperationalError:
        return False
    return True


def guarded(scenario: Callable[[], Outcome]) -> Outcome:
    """A scenario that can't go on has failed; the next one is tried."""
    try:
        return scenario()
    except (FaultError, NoAnswerError) as error:
        return Outcome(faults=[str(error)])
