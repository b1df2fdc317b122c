"""Chapter 6b: files attached to documents, contacts and entries, and the links that lead to them."""

import io
from typing import Any, BinaryIO

from finzcore.api import Request
from finzcore.api.multipart import Sent
from finzcore.books.entities import RESOURCE_OF
from tests.stories.sameness.cast import Cast
from tests.stories.sameness.scribe import Body


class Shelf:
    """Where the story's files are kept outside the books."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, key: str, file: BinaryIO) -> None:
        file.seek(0)
        self.kept[key] = file.read()

    def open(self, key: str) -> BinaryIO:
        return io.BytesIO(self.kept[key])

    def remove(self, key: str) -> None:
        self.kept.pop(key, None)


def tell(cast: Cast) -> None:
    whose = _attached(cast)
    _refused(cast, whose)
    _given_back(cast, whose)
    _of_every_word(cast)


def let_go(cast: Cast) -> None:
    """Near the end, when nobody takes away any more what is left outside."""
    cast.acme.delete(f"/attachments/{cast['file told']}")


def form(cast: Cast, file: Any = b"Paid in full", **more: Any) -> Body:
    sent = file if isinstance(file, Sent) else Sent("receipt.txt", file, "text/plain")
    return {"file": sent, "entity_type": "CONTACT", "entity_id": cast["asha"]} | more


def _attached(cast: Cast) -> Body:
    acme = cast.acme
    kinds = {
        "plain": form(cast),
        "told": form(cast, Sent("C:\\scans\\बिल 1.PDF", b"%PDF"), description="Line\nतीन", filename=""),
        "named": form(cast, filename="other name.csv", entity_type="contact"),
        "of an invoice": form(cast, entity_type="INVOICE", entity_id=cast["invoice plain"]),
    }
    for name, body in kinds.items():
        made = acme.post("/attachments", body)
        cast.keep(f"file {name}", made["attachment_id"])
        cast.scribe.send(Request("GET", made["download_url"]))
    whose = {"entity_type": "CONTACT", "entity_id": cast["asha"]}
    acme.post("/attachments", form(cast), key="file-once")
    acme.post("/attachments", form(cast), key="file-once")
    acme.call("attachments.create", file=b"Said in Python", filename="python.txt", **whose)
    with acme.org.transaction():  # these bytes are kept in the books
        cast.keep(
            "file inside", acme.call("attachments.create", file=b"x" * 300_000, **whose)["attachment_id"]
        )
        acme.call("attachments.create", file=b"y", **whose)
    return whose


def _refused(cast: Cast, whose: Body) -> None:
    acme = cast.acme
    for status, more in (
        (400, {"entity_type": "ITEM"}), (400, {"description": "x" * 501}), (400, {"entity_id": None}),
        (404, {"entity_id": cast["invoice plain"]}), (404, {"entity_type": "PAYMENT"}),
        (422, {"file": Sent("empty", b"")}),
    ):  # fmt: skip
        acme.refused(status, "POST", "/attachments", form(cast) | more)
    acme.refused(415, "POST", "/attachments", whose)
    acme.refused(422, "POST", "/attachments", form(cast, b"Other"), key="file-once")
    acme.refused(400, "GET", "/attachments")
    acme.refused(400, "GET", "/attachments", entity_type="ITEM", entity_id="x")
    for method in ("GET", "DELETE"):
        acme.refused(404, method, f"/attachments/{cast['asha']}")
        cast.bharat.refused(404, method, f"/attachments/{cast['file plain']}")
    acme.call("attachments.create", **whose)
    cast.scribe.send(Request("GET", "/files/nobody"))


def _given_back(cast: Cast, whose: Body) -> None:
    acme = cast.acme
    acme.pages("/attachments", **whose, per_page=2)
    old = acme.get(f"/attachments/{cast['file plain']}")["download_url"]
    inside = acme.get(f"/attachments/{cast['file inside']}")["download_url"]
    cast.scribe.send(Request("GET", inside))
    cast.clock.move(minutes=15)
    cast.scribe.send(Request("GET", old))
    for name in ("plain", "inside"):
        acme.delete(f"/attachments/{cast[f'file {name}']}")
    acme.refused(404, "GET", f"/attachments/{cast['file plain']}")
    cast.scribe.send(Request("GET", inside))


def _of_every_word(cast: Cast) -> None:
    for word in RESOURCE_OF:
        cast.acme.get("/attachments", entity_type=word, entity_id=cast["invoice plain"])
        cast.acme.send("POST", "/attachments", form(cast, entity_type=word, entity_id=cast["asha"]))
