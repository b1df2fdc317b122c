"""Attachments: files that belong to a document, a contact or an entry (`api.md` §4.18)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO, Final

from finzcore.books import history, links, views
from finzcore.books.books import Books
from finzcore.books.entities import MOST, RESOURCE_OF, key_of, known, ref_of, row_of, shown_id
from finzcore.books.files import InBooks, digest_of, held
from finzcore.books.pages import Listing, draw
from finzcore.books.references import UserId
from finzcore.books.resource import FORM, Operation, Page, Resource, browse, create, fetch
from finzcore.books.shapes import choice, shape, special, text
from finzcore.books.strays import Aside, let_go, putting, removing, settled
from finzcore.books.text import json_text
from finzcore.books.unit import Call, Desk
from finzcore.books.upload import MOST_BYTES, FileKind, Upload, label, media
from finzcore.errors import NotFound
from finzcore.ids import uuid_text, wire
from finzcore.ports import Condition, Index, Row, Table, blob, integer, moment
from finzcore.ports import text as words

ATTACHMENTS: Final = Table(
    name="attachments",
    columns=(
        integer("id"),
        words("entity_type"),
        integer("entity_id"),
        words("filename"),
        words("content_type"),
        integer("size_bytes", least=1, most=MOST_BYTES),
        words("description", null=True),
        blob("sha256", length=32),
        words("blob_key"),
        blob("blob", null=True, length=32),
        integer("uploaded_by", null=True),
        moment("created_time"),
    ),
    indexes=(Index(name="attachments_entity", columns=("entity_type", "entity_id", "id")),),
)
"""`blob_key` is what the bytes are kept under; `blob`, if they are in the books, the digest of that, which
names their pieces, and null if they are outside. `sha256` is of the bytes."""

VIEW: Final = views.View(
    views.ident("attachment_id", "att_", "id"),
    views.text("entity_type"),
    views.text("entity_id", "entity_shown"),
    views.text("filename"),
    views.text("content_type"),
    views.whole("size_bytes"),
    views.text("description").maybe(),
    views.out("download_url", views.Given(type="string", format="uri-reference")),
    views.out("uploaded_by_user_id", UserId(), "uploaded_by").maybe(),
    views.moment("created_time", zulu=True),
)


@shape
class NewAttachment:
    """A file, and what it belongs to."""

    file: Upload = special(FileKind(), required=True)
    filename: str | None = text(1000)
    entity_type: str = choice(*RESOURCE_OF, required=True)
    entity_id: str = text(MOST, required=True)
    description: str | None = text(500, lines=True)

    @property
    def label(self) -> str:
        """The name that it is kept by: the one that is said, or the one that the file came with."""
        return label(self.filename or self.file.filename)


@shape
class AttachmentList(Listing):
    """Whose attachments are wanted."""

    entity_type: str = choice(*RESOURCE_OF, required=True)
    entity_id: str = text(MOST, required=True)


def listing(books: Books, query: AttachmentList) -> Page:
    """The attachments of one document, contact or entry, newest first, each with a fresh link."""
    key = key_of(query.entity_type, books.org_id, query.entity_id)
    if key is None:
        return Page(rows=[], per_page=query.per_page)
    where = [Condition("entity_type", "=", query.entity_type), Condition("entity_id", "=", key)]
    return draw(books, ATTACHMENTS, query, where, shown=shown)


def shown(books: Books, rows: list[Row]) -> list[Row]:
    """Rows as they are answered, each with a link that opens it from now on."""
    org, secret = books.org_id, books.masters.org["secret"]
    begins = books.files.base + links.PATH
    return [
        row
        | {
            "entity_shown": shown_id(row["entity_type"], org, row["entity_id"]),
            "download_url": begins + links.written(secret, org, row["id"], books.now),
        }
        for row in rows
    ]


def show(books: Books, row: Row) -> Row:
    """One of them, with a link that opens it for the next 15 minutes."""
    return shown(books, [row])[0]


def add(books: Books, body: NewAttachment, aside: Aside | None = None) -> Row:
    """A new attachment, from a form: the file and what it belongs to. The file has at most 25 MiB."""
    entity = row_of(books, body.entity_type, body.entity_id, "entity_id")
    row_id = books.new_id()
    key = _blob_key(books.org_id, body, uuid_text(books.org_id, row_id)) if aside is None else aside.key
    row = {
        "id": row_id,
        "entity_type": body.entity_type,
        "entity_id": key_of(body.entity_type, books.org_id, body.entity_id),
        "filename": body.label,
        "content_type": media(body.file.content_type, body.label),
        "size_bytes": body.file.size,
        "description": body.description,
        "sha256": body.file.digest,
        "blob_key": key,
        "blob": digest_of(key) if aside is None else None,
        "uploaded_by": books.actor.user_id,
        "created_time": books.time,
    }
    if aside is None:
        InBooks(lambda: held(books.session)).put(key, body.file.file)
    else:
        settled(books, aside)
    books.session.insert(ATTACHMENTS, [row])
    _tell(books, row, "CREATED", f"{body.entity_type}_ATTACHMENT_ADDED", ref_of(entity))
    return show(books, row)


def _blob_key(org_id: int, body: NewAttachment, unique: str) -> str:
    whose = f"orgs/{uuid_text(0, org_id)}/attachments/{body.entity_type}/{body.entity_id}"
    return f"{whose}/{unique}-{body.label}"


@contextmanager
def put_outside(desk: Desk, call: Call, body: NewAttachment) -> Iterator[Mapping[str, Any]]:
    """Put the file where files are kept outside the books, unless it is in vain."""
    outside = desk.files.outside
    if outside is None or key_of(body.entity_type, call.org_id, body.entity_id) is None:
        yield {}
        return
    key = _blob_key(call.org_id, body, uuid_text(call.org_id, desk.means.ids(call.now)))
    with putting(desk, call, outside, key, body.file.file) as aside:
        yield {"aside": aside}


def drop(books: Books, row: Row, aside: Aside | None = None) -> None:
    """An attachment and its file are gone."""
    books.session.remove(ATTACHMENTS, row["id"])
    if row["blob"] is None:
        let_go(books, row["blob_key"], aside)
    else:
        InBooks(lambda: held(books.session)).remove(row["blob_key"])
    entity = known(books, row["entity_type"], row["entity_id"])
    ref = None if entity is None else ref_of(entity)
    _tell(books, row, "DELETED", f"{row['entity_type']}_ATTACHMENT_DELETED", ref)


@contextmanager
def drop_outside(desk: Desk, call: Call, body: None) -> Iterator[Mapping[str, Any]]:
    """Remove what was kept outside the books, once nothing names it any more."""
    with removing(desk.files.outside) as aside:
        yield {"aside": aside}


def _tell(books: Books, row: Row, verb: str, action: str, ref: str | None) -> None:
    """Keep the event, which stands in the stream of what the attachment belongs to."""
    org = books.org_id
    whose = shown_id(row["entity_type"], org, row["entity_id"])
    told = {
        "id": wire("att_", org, row["id"]),
        "entity_type": row["entity_type"],
        "entity_id": whose,
        "filename": row["filename"],
    }
    history.record(
        books,
        row["entity_type"],
        row["entity_id"],
        action=action,
        event=f"ATTACHMENT_{verb}",
        ref=ref,
        data=json_text(told),
    )


def opened(books: Books, row: Row) -> BinaryIO:
    """The file itself, open for reading as bytes from its beginning. Close it, or use it in a ``with``
    statement. Unavailable when it is kept outside the books, and out of reach."""
    return books.files.open(books.org_id, row["blob_key"], in_books=row["blob"] is not None)


RESOURCE: Final = Resource(
    name="attachments",
    noun="attachment",
    prefix="att_",
    table=ATTACHMENTS,
    view=VIEW,
    operations=(
        browse(listing, AttachmentList),
        fetch(show),
        create(
            add,
            NewAttachment,
            media=FORM,
            refuses=(NotFound,),
            most_bytes=MOST_BYTES + 2**17,
            around=put_outside,
        ),
        Operation(
            name="delete",
            method="DELETE",
            path="/{id}",
            run=drop,
            action="DELETE",
            by_id=True,
            message="The {noun} has been deleted.",
            around=drop_outside,
        ),
        Operation(name="open", method="GET", path=None, run=opened, action="", by_id=True, offered=True),
    ),
)
