"""`python -m ipsplatform.demo`: the whole product on this machine, until Ctrl-C."""

import signal
import sys

# Before anything else is loaded. A handler that raises could do so inside code that swallows it.
asked: list[int] = []
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda number, _frame: asked.append(number))

from ipsplatform.demo.running import main  # noqa: E402

sys.exit(main(sys.argv[1:], asked))
