"""What only Python callers may do with an organisation: the foundations that have no public write
endpoint (`api.md` §4.0).
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Protocol

from finzcore.books.books import Actor, Books
from finzcore.books.head import ORGS
from finzcore.books.printing.operation import Print
from finzcore.books.registry import resource
from finzcore.books.resource import Operation, Resource
from finzcore.books.unit import Desk
from finzcore.errors import NotFound
from finzcore.ids import wire
from finzcore.ports import Clock


class Keeper(Protocol):
    """What an organisation needs of the engine that keeps its books."""

    desk: Desk
    clock: Clock

    def work(self, org_id: int, actor: Actor, work: Callable[[Books], Any]) -> Any:
        """Run a function of the books as one unit of work."""
        ...

    def look(self, org_id: int, read: Callable[[Books], Any]) -> Any:
        """Run a function that only reads the books."""
        ...

    def drawn(self, wanted: Print) -> tuple[bytes, bool]:
        """A document as PDF, and whether it was drawn just now; NotInstalled when nothing here draws."""
        ...


class Administration:
    """The calls of `Org` that set an organisation up, lock its periods, and look its names up.

    Dates are `date` or ISO text; amounts and percentages int, str or Decimal. Each write is kept in
    the history like any other.
    """

    _engine: Keeper
    _key: int
    _actor: Actor
    org_id: str

    def _call(
        self, declared: Resource, operation: Operation, path_id: str | None, fields: dict[str, Any]
    ) -> Any:
        raise NotImplementedError

    def _administer(
        self, of: str, operation: str, said: dict[str, Any], row_id: str | None = None
    ) -> dict[str, Any]:
        """Do an operation that has no public endpoint; `said` are the arguments of the method that asks."""
        declared = resource(of)
        given = {name: value for name, value in said.items() if name != "self" and value is not None}
        row: dict[str, Any] = self._call(declared, declared.operation(operation), row_id, given)
        return row

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
        return self._administer("branches", "create", locals())

    def set_branch_active(self, branch_id: str, active: bool) -> dict[str, Any]:
        """Close or reopen a branch for new documents."""
        return self._administer("branches", "set_active", {"active": active}, branch_id)

    def update_branch(
        self,
        branch_id: str,
        *,
        address: str | None = None,
        city: str | None = None,
        pin: str | None = None,
        legal_name: str | None = None,
    ) -> dict[str, Any]:
        """Say where a branch is and what it is called by law; what is left out stays.

        Its documents print that from then on: a tax invoice needs the seller's address (rule 46).

        >>> from finzcore import open as open_books
        >>> with open_books(":memory:") as engine:
        ...     acme = engine.create_org(name="Acme Traders", state="IN-KA")
        ...     (office,) = acme.branches.list()
        ...     acme.update_branch(office["branch_id"], address="12 Market Road", city="Bengaluru")["city"]
        'Bengaluru'
        """
        said = {"address": address, "city": city, "pin": pin, "legal_name": legal_name}
        return self._administer("branches", "update", said, branch_id)

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
        return self._administer("accounts", "create", locals())

    def set_account_active(self, account_id: str, active: bool) -> dict[str, Any]:
        """Close or reopen an account for new documents."""
        return self._administer("accounts", "set_active", {"active": active}, account_id)

    def update_account(
        self,
        account_id: str,
        *,
        bank_name: str | None = None,
        account_number: str | None = None,
        ifsc: str | None = None,
        upi_id: str | None = None,
    ) -> dict[str, Any]:
        """Say where a bank account is kept, as invoices print it; what is left out stays."""
        said = {
            "bank_name": bank_name,
            "account_number": account_number,
            "ifsc": ifsc,
            "upi_id": upi_id,
        }
        return self._administer("accounts", "update", said, account_id)

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
        return self._administer("taxes", "create", locals())

    def enable_currency(self, currency_code: str) -> dict[str, Any]:
        """Let documents be in a currency."""
        return self._administer("currencies", "enable", locals())

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
        return self._administer("exchange_rates", "create", locals())

    def add_cost_center(self, name: str) -> dict[str, Any]:
        """Add a cost centre."""
        return self._administer("cost_centers", "create", locals())

    def add_salesperson(self, name: str, *, email: str | None = None) -> dict[str, Any]:
        """Add a salesperson."""
        return self._administer("salespersons", "create", locals())

    def set_preferences(self, **preferences: Any) -> dict[str, Any]:
        """Merge preferences and return all of them."""
        from finzcore.books import organisation

        kept: dict[str, Any] = self._work(lambda books: organisation.set_preferences(books, preferences))
        return kept

    @property
    def preferences(self) -> dict[str, Any]:
        """All preferences."""
        kept: dict[str, Any] = self._engine.look(self._key, lambda books: dict(books.masters.preferences))
        return kept

    def lock_period(self, through: dt.date | str | None, reason: str) -> None:
        """Refuse every change dated on or before `through`; None or an earlier date unlocks."""
        from finzcore.books import organisation

        day = None if through is None else str(through)
        self._work(lambda books: organisation.lock_period(books, day, reason))

    @property
    def locked_through(self) -> str | None:
        """The last locked date, or None."""
        locked: str | None = self._engine.look(self._key, lambda books: books.head["locked_through"])
        return locked

    def tax_id(self, name: str) -> str:
        """The id of the tax row of that name, such as ``GST 18%``. NotFound when there is none, with the
        names that are nearly the same."""
        with self._or_near("taxes", name):
            row = self._engine.look(self._key, lambda books: books.masters.named("taxes", "name", name))
        return wire("tx_", self._key, row["id"])

    def account_id(self, code_or_name: str) -> str:
        """The id of an account by its code or its name. NotFound when there is none, with the names that
        are nearly the same."""

        def find(books: Books) -> Any:
            try:
                return books.masters.named("accounts", "code", code_or_name)
            except NotFound:
                return books.masters.named("accounts", "name", code_or_name)

        with self._or_near("accounts", code_or_name):
            account = self._engine.look(self._key, find)
        return wire("acc_", self._key, account["number"])

    @contextmanager
    def _or_near(self, of: str, wanted: str) -> Iterator[None]:
        """Say what else is called nearly so, where nothing is called so."""
        try:
            yield
        except NotFound as error:
            rows = self._engine.look(self._key, lambda books: books.masters.rows[of].values())
            near = _near(wanted, [row["name"] for row in rows])
            raise NotFound(error.message.removesuffix(".") + near, field=error.field) from None

    @property
    def name(self) -> str:
        """The organisation's name."""
        name: str = self.profile["name"]
        return name

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


def _near(wanted: str, names: Sequence[str]) -> str:
    """The names that somebody may have meant, as the end of a sentence.

    >>> _near("Bank", ["Bank Account", "Bank Charges", "Sales"])
    "; near it: 'Bank Account', 'Bank Charges'."
    """
    from difflib import get_close_matches

    folded = {name.casefold(): name for name in names}
    text = wanted.strip().casefold()
    meant = get_close_matches(text, folded) or [name for name in folded if text and text in name][:3]
    return f"; near it: {', '.join(repr(folded[name]) for name in meant)}." if meant else "."
