"""A process between ours and a server: stopped, the server is gone; standing still, it hangs."""

import signal
import socket
import subprocess
import sys
import threading

from tests.ports import closed_port
from tests.waiting import comes_true


class Relay:
    """Passes on what comes to `port`; `hang()` is SIGSTOP: connections are taken, nobody answers."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = closed_port()
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-m", __name__, str(self.port), str(self.target)])
        if not comes_true(self._answers):
            raise RuntimeError("The relay does not start.")

    def hang(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def main(port: int, target: int) -> None:
    with socket.create_server(("127.0.0.1", port)) as server:
        while True:
            near, _ = server.accept()
            far = socket.create_connection(("127.0.0.1", target))
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=_pass_on, args=[one, other], daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    try:
        while received := one.recv(65536):
            other.sendall(received)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (one, other):
            end.close()


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
