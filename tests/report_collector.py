"""A service that gathers error reports, in a process of its own: it keeps all that it is sent, unpacked."""

import gzip
import subprocess
import sys
import tempfile
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

from tests.ports import closed_port
from tests.waiting import comes_true


class ReportCollector:
    def __init__(self) -> None:
        self.port = closed_port()
        self.kept = Path(tempfile.mkdtemp(prefix="reports-")) / "reports"
        self.process: subprocess.Popen | None = None

    @property
    def dsn(self) -> str:
        return f"http://public@127.0.0.1:{self.port}/1"

    def start(self) -> None:
        self.kept.touch()
        self.process = subprocess.Popen([sys.executable, "-m", __name__, str(self.port), str(self.kept)])
        if not comes_true(self._answers):
            raise RuntimeError("The collector of reports does not start.")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def received(self) -> str:
        return self.kept.read_text(errors="replace")

    def _answers(self) -> bool:
        with suppress(OSError), urlopen(f"http://127.0.0.1:{self.port}/", timeout=5) as answer:
            return answer.status == 200
        return False


def main(port: int, kept: Path) -> None:
    class Keeper(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say_ok()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            with kept.open("ab") as file:
                file.write(str(self.headers).encode() + body + b"\n")
            self._say_ok()

        def _say_ok(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_line: object) -> None:
            pass

    ThreadingHTTPServer(("127.0.0.1", port), Keeper).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
