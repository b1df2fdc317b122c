"""Programs of Debian that tests need: installed when they are missed, if we are root on such a machine.

alone       holds back other runs of the tests, so that two at once do not install twice
installs    whether anything can be installed here
install     install a package; whether it is there now is for the caller to see
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path


@contextmanager
def alone() -> Iterator[None]:
    """One run at a time."""
    with Path(tempfile.gettempdir(), f"finzcore-debian-{os.getuid()}.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        yield


def installs() -> bool:
    """Whether we are root on a Debian."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(package: str) -> None:
    """Install a package without asking anybody anything."""
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in ("update", f"install -y --no-install-recommends {package}"):
        subprocess.run(["apt-get", "-qq", *command.split()], env=quiet, capture_output=True, check=False)
