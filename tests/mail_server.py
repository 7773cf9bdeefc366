"""A mail server on a free port of this machine: prints the port, and keeps each mail as a file in a folder.

`python -m tests.mail_server FOLDER SECONDS` takes SECONDS for every mail, as one far away does. Ends with its
parent.
"""

import asyncio
import os
import sys
import threading
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailboxes:
    def __init__(self, folder: Path, seconds: float) -> None:
        self.folder, self.seconds, self.number = folder, seconds, 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.seconds)
        self.number += 1
        draft = self.folder / f"{self.number:04d}.part"
        draft.write_bytes(f"X-To: {', '.join(envelope.rcpt_tos)}\r\n".encode() + envelope.content)
        draft.rename(draft.with_suffix(".eml"))
        return "250 OK"


async def serve(folder: Path, seconds: float) -> None:
    mailboxes = Mailboxes(folder, seconds)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mailboxes), "127.0.0.1", 0)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), float(sys.argv[2])))
