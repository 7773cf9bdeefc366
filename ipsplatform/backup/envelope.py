"""Encryption of a backup: AES-256-GCM in frames, so that a file of any size is read and written as a stream.

A file is MAGIC, the mark of the key, a salt, and frames of a length and a ciphertext. Each file has a key
of its own (HKDF from BACKUP_KEY and the salt), so a counter is a safe nonce. Frames that change places do not
fit their counter; the nonce also says whether a frame is the last one, so a file that was cut off fails.
"""

import io
import secrets
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils.translation import gettext as _

from ipsplatform.backup.errors import DAMAGED, BackupError

MAGIC = b"ips-backup-1\n"
MARK_BYTES, SALT_BYTES, LENGTH_BYTES = 8, 16, 4
TAG_BYTES = 16
FRAME_BYTES = 1 << 20
LEAST_KEY = 40  # characters; `secrets.token_urlsafe(32)` gives 43


class Sealer(io.RawIOBase):
    """A file to write to; what arrives at `target` is encrypted. Closing it writes the last frame."""

    def __init__(self, target: BinaryIO, *, key: str) -> None:
        salt = secrets.token_bytes(SALT_BYTES)
        self.target, self.header = target, MAGIC + mark_of(key) + salt
        self.cipher, self.pending, self.count = _cipher(key, salt), bytearray(), 0
        target.write(self.header)

    def writable(self) -> bool:
        return True

    def write(self, block: bytes) -> int:
        self.pending += block
        while len(self.pending) > FRAME_BYTES:
            self._write_frame(bytes(self.pending[:FRAME_BYTES]), is_last=False)
            del self.pending[:FRAME_BYTES]
        return len(block)

    def close(self) -> None:
        if not self.closed:
            self._write_frame(bytes(self.pending), is_last=True)
        super().close()

    def _write_frame(self, content: bytes, *, is_last: bool) -> None:
        frame = self.cipher.encrypt(_nonce(self.count, is_last), content, self.header)
        self.target.write(len(frame).to_bytes(LENGTH_BYTES, "big") + frame)
        self.count += 1


class Opener(io.RawIOBase):
    """A file to read from; `source` holds what a Sealer wrote. Raises BackupError at the first wrong byte."""

    def __init__(self, source: BinaryIO, *, key: str) -> None:
        self.source = source
        self.header = source.read(len(MAGIC) + MARK_BYTES + SALT_BYTES)
        mark, salt = self.header[len(MAGIC) : -SALT_BYTES], self.header[-SALT_BYTES:]
        if not key:
            raise BackupError(
                _("The backup is encrypted: set BACKUP_KEY to the key with the mark %(mark)s.")
                % {"mark": mark.hex()}
            )
        if mark != mark_of(key):
            raise BackupError(
                _(
                    "The backup was made with another key. Set BACKUP_KEY to the key with the mark "
                    "%(mark)s; the one that is set has %(ours)s."
                )
                % {"mark": mark.hex(), "ours": mark_of(key).hex()}
            )
        self.cipher, self.content, self.count = _cipher(key, salt), b"", 0
        self.is_last = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        while not self.content and not self.is_last:
            self.content = self._read_frame()
        taken, self.content = self.content[: len(buffer)], self.content[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def _read_frame(self) -> bytes:
        length = int.from_bytes(self.source.read(LENGTH_BYTES), "big")
        frame = self.source.read(min(length, FRAME_BYTES + TAG_BYTES))
        # Only the last frame is followed by nothing; its nonce says that it is the last.
        following = self.source.read(1)
        self.source.seek(-len(following), io.SEEK_CUR)
        self.is_last = not following
        if len(frame) != length:
            raise BackupError(DAMAGED)
        try:
            content = self.cipher.decrypt(_nonce(self.count, self.is_last), frame, self.header)
        except InvalidTag as error:
            raise BackupError(DAMAGED) from error
        self.count += 1
        return content


def mark_of(key: str) -> bytes:
    """What tells one key from another without giving it away; the backup carries it."""
    return _derived(key, salt=b"", purpose=b"ipsplatform backup mark", length=MARK_BYTES)


def check_key(key: str) -> None:
    if len(key) < LEAST_KEY:
        raise BackupError(
            _("BACKUP_KEY is shorter than %(least)s characters; .env.example says how to make one.")
            % {"least": LEAST_KEY}
        )


def _cipher(key: str, salt: bytes) -> AESGCM:
    return AESGCM(_derived(key, salt=salt, purpose=b"ipsplatform backup", length=32))


def _derived(key: str, *, salt: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=purpose).derive(key.encode())


def _nonce(count: int, is_last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([is_last])
