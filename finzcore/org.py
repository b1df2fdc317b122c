"""An organisation as Python callers hold it: `acme.invoices.create(...)`, `acme.transaction()`."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from typing import Any, Final, overload

from finzcore.administration import Administration, Keeper
from finzcore.api.reading import check_texts, fingerprint
from finzcore.books import idempotency, upload
from finzcore.books.books import Actor
from finzcore.books.idempotency import Key
from finzcore.books.printing.operation import Print
from finzcore.books.registry import RESOURCES, resource
from finzcore.books.reports.long import Long, divided
from finzcore.books.resource import JSON, Download, Operation, Resource, Stretch
from finzcore.books.resource import Page as RowPage
from finzcore.books.text import OddNumber, json_value
from finzcore.books.unit import Call, Outcome
from finzcore.books.upload import Upload
from finzcore.calls import Group, Operations, behind
from finzcore.errors import FinzError, NotFound
from finzcore.ids import uuid_text

_LARGEST_EXPONENT: Final = 30


def argument(value: Any, at: str = "value") -> Any:
    """A Python value as a body holds it: dates as ISO text; TypeError, naming `at`, for a float.

    >>> argument({"date": dt.date(2026, 5, 19), "rate": Decimal("12.50")})
    {'date': '2026-05-19', 'rate': Decimal('12.50')}
    """
    if value is None or isinstance(value, str | int | Upload):
        return value
    if isinstance(value, Decimal):
        return _number(value, at)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise TypeError(f"{at}: the names in an object are text")
        return {name: argument(inner, f"{at}.{name}") for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [argument(inner, f"{at}[{index}]") for index, inner in enumerate(value)]
    if isinstance(value, float):
        raise TypeError(f"{at}: amounts and quantities are int, str or Decimal, never float")
    raise TypeError(f"{at}: {type(value).__name__} is not a value that books can take")


def _number(value: Decimal, at: str) -> Decimal | OddNumber:
    if not value.is_finite():
        raise TypeError(f"{at}: amounts and quantities are finite")
    exponent = value.as_tuple().exponent
    # Written out, such a number could be a million digits long; its field refuses it by this name.
    odd = isinstance(exponent, int) and abs(exponent) > _LARGEST_EXPONENT
    return OddNumber(str(value)) if odd else value


class Page(Sequence[dict[str, Any]]):
    """A page of a list: a sequence, with the cursor of the next page or None."""

    def __init__(
        self,
        rows: list[dict[str, Any]],
        next_cursor: str | None,
        next_after: int | None = None,
        *,
        more: bool | None = None,
    ) -> None:
        self._rows = rows
        self.next_cursor = next_cursor
        self.next_after = next_after
        """Of a stream, such as that of the events, the place behind which the next page begins."""
        self.has_more_page = next_cursor is not None if more is None else more

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...

    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...

    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        return self._rows[index]

    def __repr__(self) -> str:
        return f"Page({self._rows!r}, next_cursor={self.next_cursor!r})"


class Rows(Iterator[dict[str, Any]]):
    """The rows of a long report, read page by page while they are gone through, as the books stood when it
    was asked for: what is posted meanwhile is not among them."""

    def __init__(self, rows: Iterator[dict[str, Any]], head: dict[str, Any], tail: Callable[[], Any]) -> None:
        self._rows = rows
        self._tail = tail
        self.head = head
        """What the report says before its list: what it was asked for, and where it begins."""
        self.tail: dict[str, Any] | None = None
        """What it says behind its list, such as totals; None until the last row was read."""

    def __next__(self) -> dict[str, Any]:
        try:
            return next(self._rows)
        except StopIteration:
            self.tail = self._tail()
            raise


class Calls(Operations):
    """The operations of one resource of one organisation."""

    def __init__(self, org: "Org", declared: Resource) -> None:
        super().__init__(org, declared)
        self._org = org

    def __dir__(self) -> list[str]:
        long = any(operation.long for operation in self._offered)
        return [*super().__dir__(), "rows"] if long else super().__dir__()

    def all(self, **filters: Any) -> Iterator[dict[str, Any]]:
        """Every row of a list, page after page."""
        page = self.list(**filters)
        yield from page
        # Not before there is one: a short list, such as that of the branches, takes no cursor.
        while page.has_more_page:
            if page.next_after is None:
                filters = dict(filters, cursor=page.next_cursor)
            else:
                filters = dict(filters, after=page.next_after)
            page = self.list(**filters)
            yield from page

    def rows(self, name: str, **asked: Any) -> Rows:
        """The rows of a long report, one after the other, without ever holding more than a page of them:
        `day_book`, `ledger`, `sales_register`, `purchase_register`, asked as in a call of that name.

        Its `head` and, once all rows are read, its `tail` are what the report says besides. TypeError for
        what is no long report.
        """
        long = [operation for operation in self._declared.callable if operation.long]
        found = [operation for operation in long if operation.name == name]
        if not found:
            names = ", ".join(operation.name for operation in long) or "none"
            raise TypeError(f"{name!r} is no long report of {self._declared.name}; there are: {names}")
        return self._org._rows(self._declared, found[0], asked)


class Org(Administration):
    """One organisation's books. Everything it does is recorded as done by `user_id`, if given.

    Its resources are `branches`, `accounts`, `taxes`, `currencies`, `cost_centers`, `salespersons`,
    `exchange_rates`, `bank_accounts`, `contacts`, `items`, `estimates`, `sales_orders`,
    `purchase_orders`, `invoices`, `bills`, `credit_notes`, `debit_notes`, `payments`, `expenses`,
    `journals`, `recurring`, `reports`, `filings`, `attachments`, `comments`, `activity`, `events`, `bulk`
    and `webhooks`, which has `endpoints`, `events` and `deliveries`.
    `help(acme.invoices)` names the calls of one, and `help(acme.invoices.create)` what a call
    takes.
    """

    def __init__(self, engine: Keeper, org_id: int, user_id: int | None = None) -> None:
        self._engine = engine
        self._key = org_id
        self._actor = Actor(user_id=user_id, source="DASHBOARD")
        self.org_id = uuid_text(0, org_id)
        """The organisation's id on the wire, a UUID."""

    def __repr__(self) -> str:
        return f"Org({self.org_id!r})"

    def __getattr__(self, name: str) -> Any:
        if behind(name):
            calls: Calls | Group = Group(name, lambda declared: Calls(self, declared))
        elif "." in name or name not in RESOURCES or not resource(name).callable:
            raise AttributeError(f"there is no resource {name!r}")
        else:
            calls = Calls(self, resource(name))
        self.__dict__[name] = calls
        return calls

    def __dir__(self) -> list[str]:
        resources = {name.partition(".")[0] for name in RESOURCES if resource(name).callable}
        return sorted(resources | {name for name in super().__dir__() if not name.startswith("_")})

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Several calls, one commit, all or nothing; holds the organisation's write lock.

        A refusal that is caught inside loses that call only; anything raised out of the block
        undoes all of it. RuntimeError for another organisation, or `handle`, inside.
        """
        with self._engine.desk.transaction(self._key, self._actor, self._engine.clock):
            yield

    def _call(
        self, declared: Resource, operation: Operation, path_id: str | None, fields: dict[str, Any]
    ) -> Any:
        if operation.media == JSON:
            return self._called(declared, operation, path_id, fields)
        with upload.taken(operation.body, fields) as taken:
            return self._called(declared, operation, path_id, taken)

    def _called(
        self, declared: Resource, operation: Operation, path_id: str | None, fields: dict[str, Any]
    ) -> Any:
        with self._annotated():
            return self._result(declared, operation, self._done(declared, operation, path_id, fields))

    @contextmanager
    def _annotated(self) -> Iterator[None]:
        try:
            yield
        except NotFound as error:
            self._annotate(error)
            raise

    def _rows(self, declared: Resource, operation: Operation, asked: dict[str, Any]) -> Rows:
        """A long report, to be gone through."""
        with self._annotated():
            outcome = self._done(declared, operation, None, asked)
        report, call = outcome.result, outcome.call
        assert isinstance(report, Long) and call is not None
        head, row, tail = divided(declared.answers(operation)[0][1], report.listed)
        pages = self._engine.desk.pages(call, report)
        rows = (row.plain(one, self._key) for page in pages for one in page)
        return Rows(rows, head.plain(report.head, self._key), lambda: tail.plain(report.tail(), self._key))

    def _done(
        self, declared: Resource, operation: Operation, path_id: str | None, fields: dict[str, Any]
    ) -> Outcome:
        """What a call comes to, before it is shown."""
        key_text = fields.pop("idempotency_key", None)
        given = {name: argument(value, name) for name, value in fields.items()}
        check_names(f"{declared.name}.{operation.name}()", operation.query or operation.body, given)
        check_texts(given)
        held = self._engine.desk.open_books
        query = operation.query is not None
        call = Call(
            org_id=self._key,
            resource=declared,
            operation=operation,
            path_id=path_id,
            body=None if query else given,
            query={name: value for name, value in given.items() if value is not None} if query else None,
            actor=self._actor,
            now=self._engine.clock() if held is None else held.now,
            key=None if key_text is None else self._key_of(declared, operation, path_id, key_text, given),
            spelled=False,
        )
        return self._engine.desk.do(call)

    def _annotate(self, error: NotFound) -> None:
        """Note how an id is got, where a name stands instead; the message stays that of the wire."""
        for of, look_up in (("tax", self.tax_id), ("account", self.account_id)):
            if (error.field or "").endswith(f"{of}_id"):
                name = error.message.partition("'")[2].rpartition("'")[0]
                with suppress(FinzError):
                    look_up(name)
                    error.add_note(f"An id is wanted here; org.{of}_id({name!r}) gives that of this name.")

    def _key_of(
        self, declared: Resource, operation: Operation, path_id: str | None, text: str, given: Any
    ) -> Key | None:
        """The key of a call that writes; whoever holds the `Org` is its principal. Reading does nothing,
        so there a key means nothing."""
        if not operation.writes:
            return None
        method, path = operation.method, f"{declared.name}{operation.path}".replace("{id}", path_id or "")
        return Key(
            idempotency.digest(f"org:{self._actor.user_id}", method, path, idempotency.checked(text)),
            fingerprint(method, path, (), upload.told(given)),
        )

    def _result(self, declared: Resource, operation: Operation, outcome: Outcome) -> Any:
        result = outcome.result
        if outcome.replayed:
            return _replayed(declared, operation, outcome)
        if isinstance(result, FinzError):
            raise result
        if isinstance(result, Print):
            return self._engine.drawn(result)[0]
        if isinstance(result, Download):
            return result.body
        if isinstance(result, Long):
            assert outcome.call is not None
            result = result.whole(self._engine.desk.pages(outcome.call, result))
        if result is None or (operation.path is None and not isinstance(result, dict)):
            return result
        answers = declared.answers(operation)
        if isinstance(result, RowPage | Stretch):
            rows = [answers[0][1].plain(row, self._key) for row in result.rows]
            if isinstance(result, Stretch):
                return Page(rows, None, result.next_after, more=result.has_more_page)
            return Page(rows, result.next_cursor)
        if len(answers) == 1:
            return answers[0][1].plain(result, self._key)
        return {key: view.plain(result[key], self._key) for key, view in answers}


def check_names(call: str, shape: Any, given: Mapping[str, Any], at: str = "") -> None:
    """TypeError for a name that the call does not know, in nested objects too, and what it does know."""
    names = {} if shape is None else shape.plan.names
    for name, value in given.items():
        if name not in names:
            takes = ", ".join(() if shape is None else shape.plan.specs) or "nothing"
            raise TypeError(f"{call} got an unexpected keyword argument {at + name!r}; it takes {takes}")
        spec = names[name][1]
        if hasattr(spec.one, "plan") and isinstance(value, Mapping):
            check_names(call, spec.one, value, f"{at}{name}.")
        if hasattr(spec.each, "plan") and isinstance(value, list):
            for index, entry in enumerate(value):
                if isinstance(entry, Mapping):
                    check_names(call, spec.each, entry, f"{at}{name}[{index}].")


def _replayed(declared: Resource, operation: Operation, outcome: Outcome) -> Any:
    """The answer that a key remembers, with the values that it had when it was first given."""
    said = json_value(outcome.text)
    if outcome.status >= 400:
        raise idempotency.refusal(said)
    found = {key: view.from_json(said[key]) for key, view in declared.answers(operation) if key in said}
    return found if len(found) > 1 else next(iter(found.values()), None)
