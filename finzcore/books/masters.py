"""What an organisation's documents are made with: its chart, taxes, branches, currencies, preferences.

They change rarely and are needed always, so each process keeps them, under the version that the
head row carries; a unit of work reads that row anyway.
"""

import datetime as dt
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from finzcore.books.head import ORGS
from finzcore.books.registry import table_of
from finzcore.books.text import json_value
from finzcore.books.webhooks.tables import LISTENERS
from finzcore.errors import NotFound
from finzcore.ledger.account import Account, Role
from finzcore.ledger.chart import Chart
from finzcore.money import Millionths
from finzcore.ports import Row, Session

if TYPE_CHECKING:
    from finzcore.gst.rates import Shape, TaxRate


def _date(kept: str | None) -> dt.date | None:
    return None if kept is None else dt.date.fromisoformat(kept)


def rate_of(row: Row) -> "TaxRate":
    """A tax row as the value that the law's arithmetic takes; RuleBroken when it is none."""
    from finzcore.gst.rates import Shape, TaxRate

    return TaxRate(
        name=row["name"],
        shape=Shape(row["shape"]),
        cgst=Millionths(row["cgst"]),
        sgst=Millionths(row["sgst"]),
        igst=Millionths(row["igst"]),
        cess=Millionths(row["cess"]),
        valid_from=_date(row["valid_from"]),
        valid_to=_date(row["valid_to"]),
    )


KEPT: Final = ("accounts", "taxes", "branches", "currencies", "cost_centers", "salespersons")
"""The resources that are kept whole."""


class Listener(NamedTuple):
    """An endpoint that is told of what happens in an organisation, and where it has its home."""

    endpoint_id: int
    home_org_id: int
    events: frozenset[str]

    def hears(self, event_type: str) -> bool:
        """Whether it is told of such events."""
        return event_type in self.events or "*" in self.events


class Masters:
    """The masters of one organisation at one version of its settings."""

    def __init__(self, org: Row, rows: dict[str, dict[Any, Row]], listeners: tuple[Listener, ...]) -> None:
        self.org = org
        self.rows = rows
        self.listeners = listeners

    @cached_property
    def preferences(self) -> dict[str, Any]:
        """Every preference with its value."""
        kept: dict[str, Any] = json_value(self.org["preferences"])
        return kept

    @cached_property
    def roles(self) -> dict[str, int]:
        """Role to account number."""
        return {row["role"]: row["number"] for row in self.rows["accounts"].values() if row["role"]}

    def account(self, role: Role) -> int:
        """The account that plays a role."""
        return self.roles[role.value]

    @cached_property
    def chart(self) -> Chart:
        """The accounts as the value that the rules take."""
        return Chart(
            Account(
                number=row["number"],
                code=row["code"],
                name=row["name"],
                type=row["account_type"],
                role=row["role"],
                parent=row["parent_id"],
                currency_code=row["currency_code"],
                is_active=bool(row["is_active"]),
                is_system=bool(row["is_system"]),
            )
            for row in self.rows["accounts"].values()
        )

    @cached_property
    def default_branch(self) -> Row:
        """The branch of documents that name none."""
        return next(row for row in self.rows["branches"].values() if row["is_default"])

    @cached_property
    def _rates(self) -> "dict[int, TaxRate]":
        return {key: rate_of(row) for key, row in self.rows["taxes"].items()}

    def rate(self, tax_id: int) -> "TaxRate":
        """A tax row as the value that `finzcore.gst` computes with."""
        return self._rates[tax_id]

    @cached_property
    def shapes(self) -> "dict[int | None, Shape | None]":
        """The shape of each tax row; of no tax, none."""
        return {None: None} | {key: rate.shape for key, rate in self._rates.items()}

    def named(self, of: str, column: str, value: str) -> Row:
        """The row of a master with that value, such as the tax of a name."""
        for row in self.rows[of].values():
            if row[column] == value:
                return row
        raise NotFound(f"{value!r} not found among the {of.replace('_', ' ')} of this org.", field=column)


class MastersCache:
    """Masters by organisation, as long as their version holds."""

    def __init__(self, most: int = 1024) -> None:
        self._kept: dict[int, tuple[int, Masters]] = {}
        self._lock = threading.Lock()
        self._most = most

    def has(self, session: Session, version: int) -> bool:
        """Whether the masters of this version are at hand."""
        kept = self._kept.get(session.org_id)
        return kept is not None and kept[0] == version

    def of(self, session: Session, version: int) -> Masters:
        """The masters of the session's organisation at this version of its settings."""
        kept = self._kept.get(session.org_id)
        if kept is not None and kept[0] == version:
            return kept[1]
        masters = load(session)
        with self._lock:
            while len(self._kept) >= self._most:
                self._kept.pop(next(iter(self._kept)))
            self._kept[session.org_id] = (version, masters)
        return masters


def load(session: Session) -> Masters:
    """The masters as this session sees them, kept by nobody."""
    tables = {name: table_of(name) for name in KEPT}
    for table in (*tables.values(), LISTENERS):
        session.ahead.find(table, ascending=True)
    org = session.get(ORGS)
    assert org is not None, "the organisation exists"
    rows = {
        name: {row[table.key[0]]: row for row in session.find(table, ascending=True)}
        for name, table in tables.items()
    }
    return Masters(org, rows, listening(session))


def listening(session: Session) -> tuple[Listener, ...]:
    """Who listens to an organisation, as this session sees it."""
    return tuple(
        Listener(row["endpoint_id"], row["home_org_id"], frozenset(json_value(row["events"])))
        for row in session.find(LISTENERS, ascending=True)
    )
