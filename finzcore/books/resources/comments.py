"""Comments: what people write to each other on a document (`api.md` §4.21)."""

from typing import Any, Final

from finzcore.books import history, views
from finzcore.books.books import Books
from finzcore.books.entities import MOST, key_of, known, ref_of, row_of, shown_id
from finzcore.books.pages import Listing, draw
from finzcore.books.records import differences
from finzcore.books.references import UserId
from finzcore.books.resource import Page, Resource, browse, change, create, delete
from finzcore.books.shapes import choice, shape, text
from finzcore.errors import InsufficientScope, NotFound
from finzcore.ports import Condition, Index, Row, Table, integer, moment
from finzcore.ports import text as text_column

RECEIPT: Final = "RECEIPT"
"""Another word for a payment that came in."""

MOST_CHARACTERS: Final = 5000
COMMENTED: Final = (
    "INVOICE", "BILL", "ESTIMATE", "CREDIT_NOTE", "DEBIT_NOTE", "SALES_ORDER", "PURCHASE_ORDER",
    "PAYMENT", RECEIPT, "EXPENSE", "JOURNAL",
)  # fmt: skip
"""What can be commented on."""

COMMENTS: Final = Table(
    name="comments",
    columns=(
        integer("id"),
        text_column("entity_type"),
        integer("entity_id"),
        text_column("called"),
        text_column("body"),
        integer("author_user_id", null=True),
        moment("created_time"),
        moment("last_modified_time"),
    ),
    indexes=(Index(name="comments_entity", columns=("entity_type", "entity_id", "id")),),
)
"""`called` is the word by which the author called the document: a receipt is a payment."""

VIEW: Final = views.View(
    views.ident("comment_id", "cmt_", "id"),
    views.text("entity_type", "called"),
    views.text("entity_id", "shown_entity"),
    views.text("body"),
    views.out("author_user_id", UserId()),
    views.moment("created_time", zulu=True),
    views.moment("last_modified_time", zulu=True),
)

TOLD: Final = views.View(
    views.ident("id", "cmt_"), views.text("entity_type", "called"), views.text("entity_id", "shown_entity")
)
"""What a webhook says of a comment."""


@shape
class NewComment:
    """A comment as it is written. Its author is the user who acts, and it stays where it is."""

    entity_type: str = choice(*COMMENTED, required=True)._replace(fixed=True)
    entity_id: str = text(MOST, required=True, fixed=True)
    body: str = text(MOST_CHARACTERS, required=True, lines=True)


@shape
class CommentList(Listing):
    """On which document."""

    entity_type: str = choice(*COMMENTED, required=True)
    entity_id: str = text(MOST, required=True)


def shown(books: Books, rows: list[Row]) -> list[Row]:
    """Comments as answers show them."""
    org = books.org_id
    return [row | {"shown_entity": shown_id(row["entity_type"], org, row["entity_id"])} for row in rows]


def _entity(called: str) -> str:
    """The word under which comments are kept; a receipt is a payment."""
    return "PAYMENT" if called == RECEIPT else called


def _fits(called: str, document: Row) -> bool:
    """Whether the document may be called so."""
    return called != RECEIPT or document["flow"] == "INCOMING"


def listing(books: Books, query: CommentList) -> Page:
    """The comments on a document, oldest first; none on a document that is not here."""
    entity = _entity(query.entity_type)
    key = key_of(entity, books.org_id, query.entity_id)
    document = None if key is None else known(books, entity, key)
    if document is None or not _fits(query.entity_type, document):
        return Page(rows=[], per_page=query.per_page)
    where = [Condition("entity_type", "=", entity), Condition("entity_id", "=", key)]
    return draw(books, COMMENTS, query, where, ascending=True, shown=shown)


def add(books: Books, body: NewComment) -> Row:
    """Write a comment."""
    entity = _entity(body.entity_type)
    document = row_of(books, entity, body.entity_id, "entity_id")
    if not _fits(body.entity_type, document):
        raise NotFound(f"Payment '{body.entity_id}' not found in this org.", field="entity_id")
    row = {
        "id": books.new_id(),
        "entity_type": entity,
        "entity_id": key_of(entity, books.org_id, body.entity_id),
        "called": body.entity_type,
        "body": body.body,
        "author_user_id": books.actor.user_id,
        "created_time": books.time,
        "last_modified_time": books.time,
    }
    books.session.insert(COMMENTS, [row])
    (comment,) = shown(books, [row])
    _tell(books, comment, "ADDED", "CREATED", ref_of(document))
    return comment


def amend(books: Books, row: Row, changes: dict[str, Any]) -> Row:
    """Write one's own comment anew."""
    _check_author(books, row)
    (comment,) = shown(books, [row])
    differs = differences({"body": row["body"]}, {"body": changes.get("body", row["body"])})
    if not differs:
        return comment
    values = {"body": changes["body"], "last_modified_time": books.time}
    books.session.change(COMMENTS, (row["id"],), values)
    _tell(books, comment, "UPDATED", "UPDATED", _ref(books, row), differs)
    return comment | values


def remove(books: Books, row: Row) -> None:
    """Take one's own comment away; the history keeps what it said."""
    _check_author(books, row)
    books.session.remove(COMMENTS, row["id"])
    (comment,) = shown(books, [row])
    _tell(books, comment, "DELETED", "DELETED", _ref(books, row), {"body": {"old": row["body"], "new": None}})


def _check_author(books: Books, row: Row) -> None:
    if row["author_user_id"] != books.actor.user_id:
        raise InsufficientScope("Only its author may change or delete a comment.")


def _ref(books: Books, comment: Row) -> str | None:
    """The number of the document, if it is still there."""
    document = known(books, comment["entity_type"], comment["entity_id"])
    return None if document is None else ref_of(document)


def _tell(
    books: Books, comment: Row, verb: str, event: str, ref: str | None, changes: dict[str, Any] | None = None
) -> None:
    """Keep the event, which stands in the stream of the document."""
    entity = comment["entity_type"]
    history.record(
        books,
        entity,
        comment["entity_id"],
        action=f"{entity}_COMMENT_{verb}",
        event=f"COMMENT_{event}",
        ref=ref,
        changes=changes,
        data=TOLD.json(comment, books.org_id),
    )


RESOURCE: Final = Resource(
    name="comments",
    noun="comment",
    prefix="cmt_",
    table=COMMENTS,
    view=VIEW,
    operations=(
        browse(listing, CommentList),
        create(add, NewComment, refuses=(NotFound,)),
        change(amend, NewComment),
        delete(remove),
    ),
)
