"""A file on its way into the books: never in memory as a whole, counted and digested while it is read.

Read in this order: `Upload` (a file that has come in), `Intake` (how one comes in), `label` and `media`
(what is left of what a client says about it), `FileKind` (a file as a field of a body).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO, Final, Self, cast

import attrs

from finzcore.books.kinds import Kind, Wrong
from finzcore.books.shapes import plan_of
from finzcore.errors import Unreadable

MOST_BYTES: Final = 25 * 2**20
"""Bytes that a file has at most (`api.md` §4.18)."""

PIECE: Final = 2**18
"""Bytes of a file that are handled at a time."""

LONGEST_LABEL: Final = 200
"""Bytes of UTF-8 that the name of a file has at most (`reliability.md` §20)."""


@attrs.frozen(kw_only=True)
class Upload:
    """A file that has come in: `file` is read from its beginning, as often as it must be."""

    file: BinaryIO = attrs.field(repr=False)
    size: int
    digest: bytes = attrs.field(repr=False)
    filename: str = ""
    content_type: str = ""

    def pieces(self) -> Iterator[bytes]:
        """The bytes, a piece at a time."""
        self.file.seek(0)
        while piece := self.file.read(PIECE):
            yield piece

    @property
    def told(self) -> dict[str, str]:
        """What stands for it in the fingerprint of a request."""
        return {
            "filename": self.filename,
            "content_type": self.content_type,
            "sha256": self.digest.hex(),
        }

    def close(self) -> None:
        """Let go of the temporary file."""
        self.file.close()


def told(body: Mapping[str, Any]) -> dict[str, Any]:
    """A body as fingerprints know it: files by their digests."""
    return {name: one.told if isinstance(one, Upload) else one for name, one in body.items()}


def let_go(body: Mapping[str, Any] | None) -> None:
    """Let go of the files of a body."""
    for one in (body or {}).values():
        if isinstance(one, Upload):
            one.close()


class Intake:
    """Takes in a file piece by piece, into a temporary one if it is large. Close what does not become
    an `Upload`."""

    def __init__(self) -> None:
        # Both are slow to import, and most processes take in no files.
        from hashlib import sha256
        from tempfile import SpooledTemporaryFile

        self._file = cast(BinaryIO, SpooledTemporaryFile(max_size=PIECE))  # noqa: SIM115
        self._digest = sha256()
        self._size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._file.close()

    def take(self, piece: bytes) -> None:
        """Some more; Unreadable, field ``file``, as soon as it is too much."""
        self._size += len(piece)
        if self._size > MOST_BYTES:
            raise too_large()
        self._digest.update(piece)
        self._file.write(piece)

    def upload(self, filename: str = "", content_type: str = "") -> Upload:
        """All of it."""
        return Upload(
            file=self._file,
            size=self._size,
            digest=self._digest.digest(),
            filename=filename,
            content_type=content_type,
        )


def too_large() -> Unreadable:
    """The refusal of a file that has too many bytes."""
    return Unreadable("The file is larger than 25 MiB.", field="file", details={"limit": MOST_BYTES})


def taken_in(given: bytes | bytearray | memoryview | BinaryIO) -> Upload:
    """A file as Python callers give it: bytes, or a binary file, which is read from where it stands to its
    end. TypeError for anything else."""
    with Intake() as intake:
        if isinstance(given, bytes | bytearray | memoryview):
            intake.take(bytes(given))
            return intake.upload()
        if not hasattr(given, "read"):
            raise TypeError(f"file: bytes or a binary file, not {type(given).__name__}")
        for piece in iter(lambda: given.read(PIECE), b""):
            if not isinstance(piece, bytes):
                raise TypeError("file: opened as text; open it with mode 'rb'")
            intake.take(piece)
        name = getattr(given, "name", "")
        return intake.upload(name if isinstance(name, str) else "")


@contextmanager
def taken(shape: Any, fields: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The arguments of a call, with its files taken in for as long as they are needed."""
    given = dict(fields)
    kept: dict[str, Upload] = {}
    try:
        for name, spec in plan_of(shape).specs.items():
            if isinstance(spec.kind, FileKind) and given.get(name) is not None:
                given[name] = kept[name] = taken_in(given[name])
        yield given
    finally:
        let_go(kept)


# ----- what a client says about a file -----

_ENDS: Final = re.compile(r".*[/\\]", re.DOTALL)
_UNWANTED: Final = frozenset("\"'`<>|:*?")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

MEDIA: Final[Mapping[str, str]] = {
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "eml": "message/rfc822",
    "gif": "image/gif",
    "heic": "image/heic",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "png": "image/png",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "txt": "text/plain",
    "webp": "image/webp",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
"""The types that a file may have, by the ending of its name. What a browser would run is not among them."""

UNKNOWN: Final = "application/octet-stream"


def label(said: str) -> str:
    """The name of a file as it is kept: no folders, controls or quotes, and no longer than 200 bytes; the
    ending survives a cut. ``file`` where nothing is left.

    >>> label("C:\\\\Bills\\\\May 'final'.pdf"), label("../../etc/passwd"), label('..')
    ('May final.pdf', 'passwd', 'file')
    """
    name = unicodedata.normalize("NFC", _ENDS.sub("", said))
    kept = "".join(c for c in name if c not in _UNWANTED and unicodedata.category(c) not in _UNSEEN)
    kept = " ".join(kept.split()).strip(". ")
    _, dot, tail = kept.rpartition(".")
    ending = dot + tail if dot and len(tail.encode()) < 20 else ""
    stem = kept.removesuffix(ending).encode()[: LONGEST_LABEL - len(ending.encode())]
    return stem.decode("utf-8", "ignore").rstrip(". ") + ending or "file"


def media(said: str, name: str) -> str:
    """The type of a file: the one that a client says, or the one of its name, if it is of the list.

    >>> media("image/png; x=1", "scan"), media("text/html", "scan.pdf"), media("text/html", "page.html")
    ('image/png', 'application/pdf', 'application/octet-stream')
    """
    known = said.partition(";")[0].strip().lower()
    if known in MEDIA.values():
        return known
    return MEDIA.get(name.rpartition(".")[2].lower(), UNKNOWN)


class FileKind(Kind):
    """A file. A body of JSON has none, and a file that is missing is a body that cannot be read."""

    missing = Unreadable.code

    def read(self, raw: Any, org: int) -> Upload:
        """The file that has come in, which has some bytes."""
        if not isinstance(raw, Upload):
            raise Wrong("Must be a file, sent with its name.", Unreadable.code)
        if not raw.size:
            raise Wrong("The file is empty.", Unreadable.code)
        return raw

    def schema(self) -> dict[str, Any]:
        """Bytes."""
        return {"type": "string", "format": "binary", "description": "At most 25 MiB, and not empty."}
