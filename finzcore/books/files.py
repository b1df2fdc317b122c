"""Where the bytes of files are: in the books, or outside, where whoever opens the books wants them.

In the books they are rows of the organisation, written in the unit of work that writes what they belong
to. They are committed, moved and backed up with everything else, and nothing else is needed. A port of
`finzcore.ports.Blobs` keeps them outside; then `finzcore.books.strays` sees to it that none is lost and
none left over.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import BinaryIO, Final, cast

from finzcore.digests import sha256
from finzcore.errors import Unavailable
from finzcore.ports import Blobs, Row, Session, Table, blob, integer

PIECE: Final = 2**18
"""Bytes of a blob that one row keeps."""

PIECES: Final = Table(
    name="blob_pieces",
    key=("blob", "piece"),
    columns=(blob("blob", length=32), integer("piece", least=0), blob("bytes")),
    bulky=True,
)
"""Blobs in pieces. `blob` is the digest of its key."""

TABLES: Final = (PIECES,)

Reading = Callable[[], AbstractContextManager[Session]]
"""Gives the session in which a piece is looked up."""


def digest_of(key: str) -> bytes:
    """What a blob is called in the rows of its pieces."""
    return sha256(key.encode())


class InBooks:
    """The blobs of one organisation in its books: the port `Blobs`, within a session.

    Each piece is read by itself, so that no transaction stays open for as long as somebody takes to
    listen.
    """

    def __init__(self, within: Reading) -> None:
        self._within = within

    def put(self, key: str, file: BinaryIO) -> None:
        """Write a blob. No more than a piece of it is held, in whichever engine."""
        file.seek(0)
        named, number = digest_of(key), 0
        with self._within() as session:
            while piece := file.read(PIECE):
                session.insert(PIECES, [{"blob": named, "piece": number, "bytes": piece}])
                # What is written waits for a read, and no more than one piece is to wait.
                session.ask("blobs.last", blob=named)
                number += 1

    def open(self, key: str) -> BinaryIO:
        """A blob, to be read from its beginning."""
        return cast(BinaryIO, io.BufferedReader(_Pieces(self._within, digest_of(key)), PIECE))

    def remove(self, key: str) -> None:
        """Remove a blob, if it is there."""
        with self._within() as session:
            session.tell("blobs.remove", {"blob": digest_of(key)})


class _Pieces(io.RawIOBase):
    """A blob, read a row at a time."""

    def __init__(self, within: Reading, named: bytes) -> None:
        super().__init__()
        self._within = within
        self._named = named
        self._number = 0
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, room: memoryview) -> int:  # type: ignore[override]
        if not self._left:
            self._left = self._next()
        size = min(len(room), len(self._left))
        room[:size] = self._left[:size]
        self._left = self._left[size:]
        return size

    def _next(self) -> memoryview:
        with self._within() as session:
            row = session.get(PIECES, self._named, self._number)
        self._number += 1
        return memoryview(b"" if row is None else row["bytes"])


class Files:
    """Where files are put from now on, and where each of those that are there is found.

    `outside` is the port that was chosen when the books were opened, if any; `base` is what stands
    before the path of a link; `reading` gives a session of an organisation.
    """

    def __init__(
        self, outside: Blobs | None, base: str, reading: Callable[[int], AbstractContextManager[Session]]
    ) -> None:
        self.outside = outside
        self.base = base
        self._reading = reading

    def open(self, org_id: int, key: str, *, in_books: bool) -> BinaryIO:
        """The bytes under a key. Unavailable when they are kept outside, and out of reach."""
        if in_books:
            return InBooks(lambda: self._reading(org_id)).open(key)
        if self.outside is None:
            raise Unavailable("The file is kept outside the books, and they were opened without blobs.")
        try:
            return self.outside.open(key)
        except OSError as error:
            raise Unavailable("The file is kept outside the books, and out of reach.") from error


class Passing:
    """The bytes of a file, piece by piece, for whoever hears them; as many as were announced.

    OSError when there are fewer. The file is closed at the end, or by `close`.
    """

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._left = size

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = self._file.read(min(PIECE, self._left)) if self._left else b""
        if not piece:
            self.close()
            if self._left:
                raise OSError("the file ends too early")
            raise StopIteration
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


@contextmanager
def held(session: Session) -> Iterator[Session]:
    """A session that is open already, as `Reading` gives one."""
    yield session


def row_of(row: Row) -> tuple[str, bool]:
    """The key of a kept file, and whether its bytes are in the books."""
    return row["blob_key"], row["blob"] is not None
