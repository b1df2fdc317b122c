"""What a resource file declares. Routes, table, checks, scopes, keys, Python methods and the
reference page all follow from it.

    RESOURCE = Resource(
        name="contacts", noun="contact", prefix="ct_", table=CONTACTS, view=CONTACT,
        operations=(browse(listing, ContactList), fetch(), create(add, NewContact), ...),
    )

An operation is a plain function of `Books` and of what it needs: the row that the path names, the
body, the query, in this order. It knows nothing of HTTP.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Final, Literal, NamedTuple

from finzcore.books.views import View
from finzcore.declared import declared
from finzcore.errors import FinzError
from finzcore.ports import Row, Table

JSON: Final = "application/json"
FORM: Final = "multipart/form-data"

Method = Literal["GET", "POST", "PUT", "DELETE"]


class Page(NamedTuple):
    """Part of a list: rows, and where the next part begins."""

    rows: list[Row]
    next_cursor: str | None = None
    per_page: int = 50

    @classmethod
    def whole(cls, rows: list[Row]) -> "Page":
        """A look-up, which is never divided; it answers as one page of the largest size."""
        return cls(rows=rows, per_page=200)

    @property
    def context(self) -> dict[str, Any]:
        """What an answer says of it besides its rows."""
        return {
            "per_page": self.per_page,
            "has_more_page": self.next_cursor is not None,
            "next_cursor": self.next_cursor,
        }


class Stretch(NamedTuple):
    """Part of a stream, which is read forward: rows, and the place behind which the next part begins, also
    where there is nothing there yet (`api.md` §6.5)."""

    rows: list[Row]
    next_after: int
    has_more_page: bool

    @property
    def context(self) -> dict[str, Any]:
        """What an answer says of it besides its rows."""
        return {"has_more_page": self.has_more_page, "next_after": self.next_after}


class Download(NamedTuple):
    """An answer that is a file, such as a return in the form of the portal (`api.md` §5.4)."""

    filename: str
    media: str
    body: bytes


@declared
class Operation:
    """One thing that can be done.

    `answers` are the keys of the answer with their views; `key` says whether an Idempotency-Key is
    required; `by_id` that the path names a row of the resource's table; `changes` that the body is
    a partial update. `message` is a sentence with ``{noun}`` in it, or a function of the row.
    """

    name: str
    method: Method
    path: str | None
    """Below the resource's own path; None for what only Python callers may do (`api.md` §4.0)."""
    run: Callable[..., Any]
    action: str
    """READ, CREATE, UPDATE or DELETE: the scope it needs; empty for none."""
    scope: str = ""
    """The word of that scope, where it is another resource's than its own."""
    body: type | None = None
    query: type | None = None
    answers: tuple[tuple[str, View], ...] = ()
    listing: bool = False
    by_id: bool = False
    changes: bool = False
    key: Literal["required", "optional", "none"] = "none"
    status: int = 200
    message: str | Callable[[Row], str] = "success"
    refuses: tuple[type[FinzError], ...] = ()
    """Refusals that do not follow from the rest of the declaration."""
    stream: bool = False
    """A list that is read forward from a place on, and gives a `Stretch`."""
    about_token: bool = False
    """Answered to whoever asks about a token, with or without an organisation (`api.md` §1.3): `run` gets
    a `finzcore.books.reach.Bearer`, the id in the path, the body, the query."""
    of_several: bool = False
    """Of several organisations of a user, none of which is selected (`api.md` §8.7)."""
    first: str = ""
    """The field of the body that Python callers may give before the keywords."""
    most_bytes: int = 2**20
    media: str = JSON
    """What its body is: this, or `FORM` where one of its fields is a file."""
    around: Callable[..., AbstractContextManager[Mapping[str, Any]]] | None = None
    """What is done before and after its unit of work, given the desk, the call and the body; what it
    gives goes to `run`. As a step of a transaction it is done without."""
    offered: bool = False
    """`Org` offers it, although it has no public endpoint."""
    drawn: bool = False
    """Answered with a document that is drawn outside of the books, not with JSON (`api.md` §4.16)."""
    secret: bool = False
    """Its answer shows a secret: what a key remembers of it is sealed (`reliability.md` §18)."""
    late: bool = False
    """A report: a copy of the books that may lag a little behind is good enough (`storage.md` §10)."""
    long: bool = False
    """A report that is as long as the books, and can be gone through row by row (`api.md` §5.1)."""
    filed: bool = False
    """A report that is also given as the portal's own file, in no envelope, when a `format` is asked for."""

    @property
    def needs_organisation(self) -> bool:
        """Whether it is done in the books of one."""
        return not (self.about_token or self.of_several)

    @property
    def writes(self) -> bool:
        """Whether it changes the books."""
        return self.method != "GET"


@declared
class Resource:
    """A resource: its names, its table, its operations.

    `name` is the first segment of its paths and its name on `Org`, or the first two with a dot between
    them; `noun` is how sentences and single answers call it; `scope` is its word in scopes.
    """

    name: str
    noun: str
    label: str = ""
    prefix: str = ""
    table: Table | None = None
    more_tables: tuple[Table, ...] = ()
    view: View | None = None
    scope: str = ""
    id_name: str = ""
    operations: tuple[Operation, ...] = ()
    seeds: Callable[..., list[Row]] | None = None
    """The rows that a new organisation begins with."""
    load: Callable[..., Row | None] | None = None
    """How a row is found by its key, where the table's row alone is not all of it."""
    entered: Callable[[Row], Row] = lambda row: row
    """What somebody entered of a row as it is shown: what a copy of it begins with."""

    def complete(self) -> None:
        """The names that follow from the others, where they are not given."""
        self.__dict__["scope"] = self.scope or self.name.replace("_", "")
        self.__dict__["id_name"] = self.id_name or f"{self.noun}_id"
        self.__dict__["label"] = self.label or self.noun.replace("_", " ").capitalize()

    @property
    def path(self) -> str:
        """Where its paths begin, below that of the API.

        >>> Resource(name="webhooks.endpoints", noun="endpoint").path
        '/webhooks/endpoints'
        """
        return "/" + self.name.replace(".", "/")

    @property
    def plural(self) -> str:
        """How lists of it are called."""
        return self.name.rpartition(".")[2]

    @property
    def callable(self) -> tuple[Operation, ...]:
        """The operations that `Org` offers: public ones that need no token, and some of its own."""
        return tuple(
            one for one in self.operations if one.offered or (one.path is not None and one.needs_organisation)
        )

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table that the resource declares."""
        return (*(() if self.table is None else (self.table,)), *self.more_tables)

    def operation(self, name: str) -> Operation:
        """The operation of that name."""
        return next(one for one in self.operations if one.name == name)

    def answers(self, operation: Operation) -> tuple[tuple[str, View], ...]:
        """The keys of an operation's answer; a drawing has none."""
        if operation.answers or operation.drawn:
            return operation.answers
        assert self.view is not None
        return ((self.plural if operation.listing else self.noun, self.view),)

    def required_scope(self, operation: Operation) -> str | None:
        """The scope that a token needs."""
        return f"AIBooks.{operation.scope or self.scope}.{operation.action}" if operation.action else None


def browse(
    run: Callable[..., Any], query: type, path: str = "", name: str = "list", **more: Any
) -> Operation:
    """GET a list."""
    return Operation(
        name=name, method="GET", path=path, run=run, action="READ", query=query, listing=True, **more
    )


def fetch(run: Callable[..., Any] | None = None, **more: Any) -> Operation:
    """GET one."""
    return Operation(
        name="get", method="GET", path="/{id}", run=run or show, action="READ", by_id=True, **more
    )


def create(run: Callable[..., Any], body: type, **more: Any) -> Operation:
    """POST a new one."""
    settings: dict[str, Any] = {"message": "The {noun} has been created.", "key": "optional"} | more
    return Operation(
        name="create", method="POST", path="", run=run, action="CREATE", body=body, status=201, **settings
    )


def change(run: Callable[..., Any], body: type, **more: Any) -> Operation:
    """PUT some fields of one."""
    settings: dict[str, Any] = {"message": "The {noun} has been updated."} | more
    return Operation(
        name="update",
        method="PUT",
        path="/{id}",
        run=run,
        action="UPDATE",
        body=body,
        changes=True,
        by_id=True,
        **settings,
    )


def delete(run: Callable[..., Any], **more: Any) -> Operation:
    """DELETE one."""
    settings: dict[str, Any] = {"message": "The {noun} has been deleted."} | more
    return Operation(
        name="delete", method="DELETE", path="/{id}", run=run, action="DELETE", by_id=True, **settings
    )


def action(
    word: str, run: Callable[..., Any], body: type | None = None, *, done: str, **more: Any
) -> Operation:
    """POST an action on one."""
    settings: dict[str, Any] = {"key": "optional", "message": f"The {{noun}} has been {done}."} | more
    return Operation(
        name=word.replace("-", "_"),
        method="POST",
        path=f"/{{id}}/{word}",
        run=run,
        action="UPDATE",
        body=body,
        by_id=True,
        **settings,
    )


def administer(name: str, run: Callable[..., Any], body: type | None = None, **more: Any) -> Operation:
    """A write that has no public endpoint (`api.md` §4.0)."""
    return Operation(name=name, method="POST", path=None, run=run, action="", body=body, **more)


def show(books: Any, row: Row) -> Row:
    """One of them, as it stands."""
    return row


def one(shown: Callable[[Any, list[Row]], list[Row]]) -> Callable[[Any, Row], Row]:
    """What completes many rows for a list, for the one row of an answer."""

    def whole(books: Any, row: Row) -> Row:
        """One of them, whole."""
        return shown(books, [row])[0]

    return whole
