"""A backup is an export of everything, a restore a change of it: the access log has a line of each."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error

from ipsplatform.operations.access_log import command_line, write_line


@contextmanager
def failure_logged(name: str) -> Iterator[None]:
    """Write a line when the block fails, as far as there is a log to write in."""
    try:
        yield
    except BaseException:
        with suppress(Error):
            write_line(command_line(name, is_done=False))
        raise


def log_done(name: str, *, rows: int) -> None:
    """Write a line of a backup or restore that ended well, with the number of rows."""
    write_line(command_line(name, is_done=True, row_count=rows))
