"""Encryption of a backup in the file format of age (age-encryption.org/v1), as a stream.

Who makes a backup needs the recipient only; who opens one needs the identity. age checks every 64 KiB, and
knows which piece is the last.
"""

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tarfile import TarError
from typing import BinaryIO

import pyrage
from django.conf import settings
from django.utils.translation import gettext as _
from pyrage.x25519 import Identity, Recipient

from ipsplatform.backup.errors import DAMAGED, BackupError

MAGIC = b"age-encryption.org/v1\n"
BLOCK_BYTES = 1 << 20


def recipients() -> list[Recipient]:
    """Who may open what is made now. Raises BackupError when BACKUP_RECIPIENT names nobody."""
    try:
        found = [Recipient.from_str(name.strip()) for name in settings.BACKUP_RECIPIENT if name.strip()]
    except pyrage.RecipientError as error:
        raise BackupError(_("BACKUP_RECIPIENT is not an age recipient: those begin with age1.")) from error
    if not found:
        raise BackupError(
            _("A backup holds health data: set BACKUP_RECIPIENT (.env.example says how to make a key).")
        )
    return found


def identities() -> list[Identity]:
    """The keys of BACKUP_IDENTITY, which may hold all of a file of age-keygen. Raises BackupError without."""
    words = settings.BACKUP_IDENTITY.split()
    try:
        found = [Identity.from_str(word) for word in words if word.startswith("AGE-SECRET-KEY-")]
    except pyrage.IdentityError as error:
        raise BackupError(_("BACKUP_IDENTITY holds a key that is not whole.")) from error
    if not found:
        raise BackupError(
            _("The backup is encrypted: set BACKUP_IDENTITY to the key that begins with AGE-SECRET-KEY-.")
        )
    return found


@contextmanager
def encrypting(target: BinaryIO, to: list[Recipient]) -> Iterator[BinaryIO]:
    """What is written to the file in the block arrives encrypted at `target`. Raises pyrage.EncryptError."""
    reading, writing = os.pipe()

    def encrypt() -> None:
        with open(reading, "rb") as plain:
            pyrage.encrypt_io(plain, target, to)

    with ThreadPoolExecutor(1) as thread:
        job = thread.submit(encrypt)
        try:
            with open(writing, "wb") as plain:
                yield plain
        except BrokenPipeError:  # the other end failed, and says why
            job.result()
            raise
        job.result()


@contextmanager
def decrypting(path: Path, keys: list[Identity]) -> Iterator[BinaryIO]:
    """The content of an encrypted file, read to its end. Raises BackupError when a byte of it is wrong."""
    reading, writing = os.pipe()

    def decrypt() -> None:
        with open(writing, "wb") as plain, path.open("rb") as source:
            pyrage.decrypt_io(source, plain, keys)

    with ThreadPoolExecutor(1) as thread, open(reading, "rb") as plain:
        job = thread.submit(decrypt)
        try:
            yield plain
            while plain.read(BLOCK_BYTES):
                pass
        except TarError as error:  # a stream that stopped; age knows why
            _raise_reason(job)
            raise BackupError(DAMAGED) from error
        _raise_reason(job)


def is_encrypted(path: Path) -> bool:
    """Whether a file begins as every file of age does."""
    with path.open("rb") as source:
        return source.read(len(MAGIC)) == MAGIC


def _raise_reason(job: Future) -> None:
    try:
        job.result()
    except pyrage.DecryptError as error:
        raise BackupError(
            _("The key of BACKUP_IDENTITY does not open this backup, or its beginning is damaged.")
        ) from error
    except OSError as error:
        raise BackupError(DAMAGED) from error
