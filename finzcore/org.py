"""An organisation as Python callers hold it: `acme.invoices.create(...)`, `acme.transaction()`."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from finzcore import errors
from finzcore.api.reading import fingerprint
from finzcore.books import idempotency
from finzcore.books.books import Actor, Books
from finzcore.books.organisation import ORGS
from finzcore.books.registry import RESOURCES, resource
from finzcore.books.resource import Operation, Page, Resource
from finzcore.books.shapes import Plan
from finzcore.books.text import json_value
from finzcore.books.unit import Call, Outcome
from finzcore.errors import FinzError
from finzcore.ids import uuid_text, wire

if TYPE_CHECKING:
    from finzcore.engine import Engine


def argument(value: Any) -> Any:
    """A Python value as a body holds it: dates as ISO text; TypeError for a float."""
    if isinstance(value, float):
        raise TypeError("amounts and quantities are int, str or Decimal, never float")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: argument(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [argument(inner) for inner in value]
    return value


class Rows(Sequence[dict[str, Any]]):
    """A page of a list: a sequence, with the cursor of the next page or None."""

    def __init__(self, rows: list[dict[str, Any]], next_cursor: str | None) -> None:
        self._rows = rows
        self.next_cursor = next_cursor

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: Any) -> Any:
        return self._rows[index]

    def __repr__(self) -> str:
        return f"Rows({self._rows!r}, next_cursor={self.next_cursor!r})"


class Calls:
    """The operations of one resource of one organisation."""

    def __init__(self, org: "Org", declared: Resource) -> None:
        self._org = org
        self._declared = declared

    def __getattr__(self, name: str) -> Callable[..., Any]:
        for operation in self._declared.operations:
            if operation.name == name and operation.path is not None:
                return self._bound(operation)
        raise AttributeError(f"{self._declared.name} has no operation {name!r}")

    def __dir__(self) -> list[str]:
        return [*(one.name for one in self._declared.operations if one.path is not None), "all"]

    def _bound(self, operation: Operation) -> Callable[..., Any]:
        def call(*ids: str, **fields: Any) -> Any:
            if len(ids) != int(operation.by_id):
                raise TypeError(f"{operation.name}() takes {int(operation.by_id)} positional arguments")
            return self._org._call(self._declared, operation, ids[0] if ids else None, fields)

        call.__name__ = operation.name
        call.__doc__ = operation.run.__doc__
        return call

    def all(self, **filters: Any) -> Iterator[dict[str, Any]]:
        """Every row of a list, page after page."""
        cursor = None
        while True:
            page = self.list(**filters, cursor=cursor)
            yield from page
            cursor = page.next_cursor
            if cursor is None:
                return


class Org:
    """One organisation's books. Everything it does is recorded as done by `user_id`, if given."""

    def __init__(self, engine: "Engine", org_id: int, user_id: int | None = None) -> None:
        self._engine = engine
        self._key = org_id
        self._actor = Actor(user_id=user_id, source="DASHBOARD")
        self.org_id = uuid_text(0, org_id)
        """The organisation's id on the wire, a UUID."""

    def __repr__(self) -> str:
        return f"Org({self.org_id!r})"

    def __getattr__(self, name: str) -> Calls:
        if name not in RESOURCES:
            raise AttributeError(f"there is no resource {name!r}")
        calls = Calls(self, resource(name))
        self.__dict__[name] = calls
        return calls

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *RESOURCES]

    # ----- calls -----

    def _call(
        self, declared: Resource, operation: Operation, path_id: str | None, fields: dict[str, Any]
    ) -> Any:
        key_text = fields.pop("idempotency_key", None)
        given = {name: argument(value) for name, value in fields.items()}
        self._check_names(operation, given)
        key = None
        if key_text is not None:
            path = f"{declared.name}{(operation.path or '').replace('{id}', path_id or '')}"
            key = idempotency.Key(
                idempotency.digest(f"org:{self._actor.user_id}", operation.method, path, key_text),
                fingerprint(operation.method, path, (), given),
            )
        query = operation.query is not None
        outcome = self._engine.desk.do(
            Call(
                org_id=self._key,
                resource=declared,
                operation=operation,
                path_id=path_id,
                body=None if query else given,
                query={name: value for name, value in given.items() if value is not None} if query else None,
                actor=self._actor,
                now=self._engine.clock(),
                key=key,
                spelled=False,
            )
        )
        return self._result(declared, operation, outcome)

    @staticmethod
    def _check_names(operation: Operation, given: dict[str, Any]) -> None:
        shape: Any = operation.query or operation.body
        plan: Plan | None = None if shape is None else shape.plan
        for name in given:
            if plan is None or name not in plan.names:
                raise TypeError(f"{operation.name}() got an unexpected keyword argument {name!r}")

    def _result(self, declared: Resource, operation: Operation, outcome: Outcome) -> Any:
        if outcome.replayed:
            return _replayed(declared, operation, outcome)
        if isinstance(outcome.result, FinzError):
            raise outcome.result
        result = outcome.result
        if result is None or (operation.path is None and not isinstance(result, dict)):
            return result
        answers = declared.answers(operation)
        if isinstance(result, Page):
            view = answers[0][1]
            return Rows([view.plain(row, self._key) for row in result.rows], result.next_cursor)
        if len(answers) == 1:
            return answers[0][1].plain(result, self._key)
        return {key: view.plain(result[key], self._key) for key, view in answers}

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Several calls, one commit, all or nothing; holds the organisation's write lock."""
        with self._engine.desk.transaction(self._key, self._actor, self._engine.clock):
            yield

    # ----- administration (api.md §4.0) -----

    def _administer(self, name: str, operation: str, row_id: str | None = None, /, **fields: Any) -> Any:
        declared = resource(name)
        given = {key: value for key, value in fields.items() if value is not None}
        return self._call(declared, declared.operation(operation), row_id, given)

    def _work(self, work: Callable[[Books], Any]) -> Any:
        return self._engine.work(self._key, self._actor, work)

    def create_branch(
        self,
        *,
        code: str,
        name: str,
        state: str,
        gstin: str | None = None,
        city: str | None = None,
        address: str | None = None,
        pin: str | None = None,
        legal_name: str | None = None,
        is_sez: bool = False,
        invoice_prefix: str | None = None,
        bill_prefix: str | None = None,
    ) -> dict[str, Any]:
        """Open a branch. Duplicate when its code, or a prefix under the same GSTIN, is taken."""
        branch: dict[str, Any] = self._administer(
            "branches",
            "create",
            code=code,
            name=name,
            state=state,
            gstin=gstin,
            city=city,
            address=address,
            pin=pin,
            legal_name=legal_name,
            is_sez=is_sez,
            invoice_prefix=invoice_prefix,
            bill_prefix=bill_prefix,
        )
        return branch

    def set_branch_active(self, branch_id: str, active: bool) -> dict[str, Any]:
        """Close or reopen a branch for new documents."""
        branch: dict[str, Any] = self._administer("branches", "set_active", branch_id, active=active)
        return branch

    def create_account(
        self,
        *,
        code: str,
        name: str,
        account_type: str,
        parent_id: str | None = None,
        description: str | None = None,
        currency_code: str = "INR",
        bank_name: str | None = None,
        account_number: str | None = None,
        ifsc: str | None = None,
        upi_id: str | None = None,
    ) -> dict[str, Any]:
        """Add an account to the chart. Duplicate when its code is taken."""
        account: dict[str, Any] = self._administer(
            "accounts",
            "create",
            code=code,
            name=name,
            account_type=account_type,
            parent_id=parent_id,
            description=description,
            currency_code=currency_code,
            bank_name=bank_name,
            account_number=account_number,
            ifsc=ifsc,
            upi_id=upi_id,
        )
        return account

    def set_account_active(self, account_id: str, active: bool) -> dict[str, Any]:
        """Close or reopen an account for new documents."""
        account: dict[str, Any] = self._administer("accounts", "set_active", account_id, active=active)
        return account

    def create_tax(
        self,
        *,
        name: str,
        shape: str,
        cgst: int | str | Decimal = 0,
        sgst: int | str | Decimal = 0,
        igst: int | str | Decimal = 0,
        cess: int | str | Decimal = 0,
        valid_from: dt.date | str | None = None,
        valid_to: dt.date | str | None = None,
    ) -> dict[str, Any]:
        """Add a tax row; percentages per head."""
        tax: dict[str, Any] = self._administer(
            "taxes",
            "create",
            name=name,
            shape=shape,
            cgst=cgst,
            sgst=sgst,
            igst=igst,
            cess=cess,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        return tax

    def enable_currency(self, currency_code: str) -> dict[str, Any]:
        """Let documents be in a currency."""
        currency: dict[str, Any] = self._administer("currencies", "enable", currency_code=currency_code)
        return currency

    def add_exchange_rate(
        self,
        *,
        from_currency: str,
        rate: int | str | Decimal,
        rate_date: dt.date | str,
        to_currency: str = "INR",
        source: str = "MANUAL",
    ) -> dict[str, Any]:
        """Keep a day's rate: so many rupees for one unit."""
        kept: dict[str, Any] = self._administer(
            "exchange_rates",
            "create",
            from_currency=from_currency,
            to_currency=to_currency,
            rate=rate,
            rate_date=rate_date,
            source=source,
        )
        return kept

    def add_cost_center(self, name: str) -> dict[str, Any]:
        """Add a cost centre."""
        center: dict[str, Any] = self._administer("cost_centers", "create", name=name)
        return center

    def add_salesperson(self, name: str, *, email: str | None = None) -> dict[str, Any]:
        """Add a salesperson."""
        person: dict[str, Any] = self._administer("salespersons", "create", name=name, email=email)
        return person

    def set_preferences(self, **preferences: Any) -> dict[str, Any]:
        """Merge preferences and return all of them."""
        from finzcore.books.organisation import set_preferences

        kept: dict[str, Any] = self._work(lambda books: set_preferences(books, preferences))
        return kept

    @property
    def preferences(self) -> dict[str, Any]:
        """All preferences."""
        kept: dict[str, Any] = self._engine.look(self._key, lambda books: dict(books.masters.preferences))
        return kept

    def lock_period(self, through: dt.date | str | None, reason: str) -> None:
        """Refuse every change dated on or before `through`; None or an earlier date unlocks."""
        from finzcore.books.organisation import lock_period

        day = None if through is None else str(through)
        self._work(lambda books: lock_period(books, day, reason))

    @property
    def locked_through(self) -> str | None:
        """The last locked date, or None."""
        locked: str | None = self._engine.look(self._key, lambda books: books.head["locked_through"])
        return locked

    def tax_id(self, name: str) -> str:
        """The id of the tax row of that name, such as ``GST 18%``. NotFound when there is none."""
        row = self._engine.look(self._key, lambda books: books.masters.named("taxes", "name", name))
        return wire("tx_", self._key, row["id"])

    def account_id(self, code_or_name: str) -> str:
        """The id of an account by its code or its name. NotFound when there is none."""

        def find(books: Books) -> Any:
            try:
                return books.masters.named("accounts", "code", code_or_name)
            except errors.NotFound:
                return books.masters.named("accounts", "name", code_or_name)

        return wire("acc_", self._key, self._engine.look(self._key, find)["number"])

    @property
    def profile(self) -> dict[str, Any]:
        """The organisation itself: name, legal name, state, GSTIN, whether it is a sandbox."""

        def read(books: Books) -> dict[str, Any]:
            row = books.session.get(ORGS)
            assert row is not None
            return {
                "organization_id": self.org_id,
                "name": row["name"],
                "legal_name": row["legal_name"],
                "state": row["state"],
                "gstin": row["gstin"],
                "is_sandbox": bool(row["is_sandbox"]),
            }

        shown: dict[str, Any] = self._engine.look(self._key, read)
        return shown


def _replayed(declared: Resource, operation: Operation, outcome: Outcome) -> Any:
    said = json_value(outcome.text)
    if outcome.status >= 400:
        raise _error_of(said)
    keys = [key for key, _ in declared.answers(operation)]
    found = {key: said[key] for key in keys if key in said}
    return next(iter(found.values()), None) if len(keys) == 1 else found


def _error_of(said: dict[str, Any]) -> FinzError:
    """A stored refusal as the error it was."""
    families: list[type[FinzError]] = [FinzError]
    while families:
        family = families.pop(0)
        if family.__dict__.get("code") == said["code"] and not family.__subclasses__():
            error = FinzError.__new__(family)
            break
        families += family.__subclasses__()
    else:
        error = FinzError.__new__(errors.RuleBroken)
    FinzError.__init__(error, said["message"], field=said.get("field"), details=said.get("details"))
    return error
