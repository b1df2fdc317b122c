"""Blobs in a folder: one file a blob, complete or not there."""

import os
import shutil
from pathlib import Path
from typing import BinaryIO, Final

_FOREIGN: Final = frozenset('\0\\:*?"<>|')
_PIECE: Final = 2**18


class BlobFolder:
    """The port `finzcore.ports.Blobs` over a folder, which comes into being with the first blob.

    >>> from io import BytesIO
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     blobs = BlobFolder(f"{folder}/files")
    ...     blobs.put("orgs/1/bill.pdf", BytesIO(b"Paid"))
    ...     with blobs.open("orgs/1/bill.pdf") as file:
    ...         file.read()
    ...     blobs.remove("orgs/1/bill.pdf")
    ...     [path.name for path in Path(folder).rglob("*") if path.is_file()]
    b'Paid'
    []
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)

    def __repr__(self) -> str:
        return f"BlobFolder({str(self.folder)!r})"

    def _path(self, key: str) -> Path:
        """Where a blob is; ValueError for a key that would lead out of the folder."""
        parts = key.split("/")
        if any(part in ("", ".", "..") or not _FOREIGN.isdisjoint(part) for part in parts):
            raise ValueError(f"{key!r} is no key of a blob")
        return self.folder.joinpath(*parts)

    def put(self, key: str, file: BinaryIO) -> None:
        """Keep a blob: it has its name when all of it is on the disk, and its folders are."""
        path = self._path(key)
        _make_folder(path.parent)
        beside = _beside(path)
        file.seek(0)
        with beside.open("wb") as written:
            shutil.copyfileobj(file, written, _PIECE)
            written.flush()
            os.fsync(written.fileno())
        beside.replace(path)
        _sync_folder(path.parent)

    def open(self, key: str) -> BinaryIO:
        """A blob, to be read; FileNotFoundError when it is not there."""
        return self._path(key).open("rb")

    def remove(self, key: str) -> None:
        """Remove a blob, if it is there, and what may be left of one that was never complete."""
        path = self._path(key)
        path.unlink(missing_ok=True)
        _beside(path).unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    """Where a blob is written before it has its name."""
    return path.with_name(f".{path.name}.part")


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each on the disk before anything stands in it."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for one in reversed(missing):
        one.mkdir(exist_ok=True)
        _sync_folder(one.parent)


def _sync_folder(folder: Path) -> None:
    """Have the disk know the names in a folder, where a system can."""
    if os.name != "posix":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
