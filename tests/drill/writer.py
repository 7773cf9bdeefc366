"""Somebody who works all the while: numbered pairs of rows, and when each was acknowledged."""

import threading
import time

import psycopg

PAUSE = 0.02  # seconds between two pairs
LINE = """
    INSERT INTO staff_accessline (at, code, action, outcome, is_authorised, relation, consent,
        is_emergency, role, purpose, session_hash, part, query_hash, row_count, instance, component)
    VALUES (now(), 'drill', 'C', 'done', true, '', '',
        false, '', 'systeem', '', '', '', %s, 'drill', 'command')
"""
EVENT = """
    INSERT INTO staff_auditevent (public_id, at, action, target_type, target_id, changes)
    SELECT id, now(), 'drill', 'drill', id, jsonb_build_object('number', %s::int) FROM gen_random_uuid() AS id
"""
LINES = "SELECT row_count FROM staff_accessline WHERE code = 'drill' ORDER BY 1"
EVENTS = "SELECT (changes->>'number')::int FROM staff_auditevent WHERE action = 'drill' ORDER BY 1"


class Writer:
    """Writes as the application, from `start` until the server is gone."""

    def __init__(self, database_url: str) -> None:
        self.database_url = database_url
        self.acknowledged: list[float] = []  # the number of a pair is its place
        self.error: Exception | None = None
        self.thread = threading.Thread(target=self._write, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def wait_for_more(self, seconds: float) -> None:
        """Let it write. Raises when it no longer does."""
        before = len(self.acknowledged)
        time.sleep(seconds)
        if len(self.acknowledged) == before:
            raise RuntimeError(f"nothing was written any more: {self.error}")

    def has_lost(self, database_url: str) -> tuple[int, float]:
        """How many acknowledged pairs are not there, and how many seconds of work that is.

        Raises when a pair was torn in two, or one is missing before one that is there.
        """
        self.thread.join()
        with psycopg.connect(database_url) as connection:
            lines, events = _numbers(connection, LINES), _numbers(connection, EVENTS)
        if lines != events or lines != list(range(len(lines))):
            raise RuntimeError("rows that belong together did not come back together")
        lost = max(len(self.acknowledged) - len(lines), 0)
        if not lost:
            return 0, 0.0
        return lost, self.acknowledged[-1] - (self.acknowledged[len(lines) - 1] if lines else 0)

    def _write(self) -> None:
        try:
            with psycopg.connect(self.database_url, autocommit=True) as connection:
                while True:
                    number = len(self.acknowledged)
                    with connection.transaction():
                        connection.execute(LINE, [number])
                        connection.execute(EVENT, [number])
                    self.acknowledged.append(time.monotonic())
                    time.sleep(PAUSE)
        except psycopg.Error as error:
            self.error = error


def _numbers(connection: psycopg.Connection, question: str) -> list[int]:
    return [number for (number,) in connection.execute(question)]
