"""Attachments in tests: where the files are kept, and forms that are too large to be held."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import finzcore
from finzcore.api import Request, Response
from finzcore.api.multipart import Sent, written
from finzcore.books.files import PIECES
from finzcore.books.strays import STRAYS
from finzcore.testing import Call, CountingIds, FrozenClock
from finzcore.testing.fakes import CountingRandom

PATH = "/api/public/v1/attachments"
IN_BOOKS = "in the books"
IN_A_FOLDER = "in a folder"
PLACES = (IN_BOOKS, IN_A_FOLDER)

_runs = count(1)


@contextmanager
def opened(target: str, clock: FrozenClock, blobs: Any = None, **chosen: Any) -> Iterator[finzcore.Engine]:
    """Books as the fixtures open them, with files kept where they are wanted."""
    settings = finzcore.Settings(durability="relaxed", **chosen)
    ids, random = CountingIds(next(_runs) * 1000), CountingRandom(f"run {next(_runs)}")
    with finzcore.open(target, clock=clock, ids=ids, random=random, settings=settings, blobs=blobs) as engine:
        yield engine


class Filing:
    """One organisation with a contact, to whom files are attached."""

    def __init__(self, engine: finzcore.Engine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        self.org = engine.create_org(name="Acme Traders", state="IN-KA")
        self.token = engine.mint_pat(org_id=self.org.org_id).token
        self.call = Call(engine, self.token)
        self.contact = self.org.contacts.create(contact_name="Asha Stores")["contact_id"]

    def form(self, file: Any = b"Paid in full", **more: Any) -> dict[str, Any]:
        sent = file if isinstance(file, Sent) else Sent("receipt.pdf", file, "application/pdf")
        return {"file": sent, "entity_type": "CONTACT", "entity_id": self.contact} | more

    def attach(self, file: Any = b"Paid in full", **more: Any) -> dict[str, Any]:
        made: dict[str, Any] = self.call.ok("POST", "/attachments", self.form(file, **more))["attachment"]
        return made

    def listed(self) -> list[str]:
        query = f"?entity_type=CONTACT&entity_id={self.contact}"
        return [one["attachment_id"] for one in self.call.ok("GET", f"/attachments{query}")["attachments"]]

    def follow(self, url: str, method: str = "GET") -> Response:
        return self.engine.handle(Request(method, url))

    def kept(self) -> int:
        """How many bytes of files there are, wherever they are."""
        with self.engine.store.read(self.org._key) as session:
            inside = sum(len(row["bytes"]) for row in session.find(PIECES))
        return inside + sum(path.stat().st_size for path in self.files())

    def files(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]

    def strays(self) -> list[str]:
        """The keys that may be nobody's."""
        with self.engine.store.read(self.org._key) as session:
            return [row["blob_key"] for row in session.find(STRAYS, ascending=True)]

    def send(self, size: int, token: str | None = None, **headers: str) -> Response:
        """A file of so many bytes, which are made while they are read."""
        body = Body(*around(self.form(b"")), size)
        given = {"Authorization": f"Bearer {token or self.token}", "Content-Type": KIND, **headers}
        return self.engine.handle(Request("POST", PATH, headers=given, body=body))


KIND = written({})[0]


def around(form: dict[str, Any]) -> tuple[bytes, bytes]:
    """What stands before and after the bytes of an empty file in a form."""
    marked = {name: one._replace(bytes=b"\0") if isinstance(one, Sent) else one for name, one in form.items()}
    before, _, after = written(marked)[1].partition(b"\0")
    return before, after


class Body(io.RawIOBase):
    """A form whose file is so many zeros."""

    def __init__(self, before: bytes, after: bytes, size: int) -> None:
        super().__init__()
        self._before, self._left, self._after = before, size, after
        self.length = len(before) + size + len(after)
        self.heard = 0

    def read(self, size: int = -1) -> bytes:
        piece = self._next(self.length if size < 0 else size)
        self.heard += len(piece)
        return piece

    def _next(self, size: int) -> bytes:
        if self._before:
            piece, self._before = self._before[:size], self._before[size:]
            return piece
        if self._left:
            piece = bytes(min(size, self._left))
            self._left -= len(piece)
            return piece
        piece, self._after = self._after[:size], self._after[size:]
        return piece
