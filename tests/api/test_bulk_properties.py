"""A call with many rows does what as many calls do, one after the other, and one event more."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.books.head import HEADS
from finzcore.books.history import EVENTS
from finzcore.books.journal import ENTRIES, POSTINGS, TOTALS
from finzcore.books.numbers import NUMBERS, SERIES
from finzcore.books.papers import stock
from finzcore.books.registry import table_of
from finzcore.testing import Call, CountingIds, CountingRandom, FrozenClock
from tests.selling import Body, Seller

ID = re.compile(r"\b[a-z]+_[0-9a-f]{32}\b")


class Store(Seller):
    """A seller with a few chairs; who would have to owe more than eight of them is refused late."""

    def __init__(self, call: Call, org: finzcore.Org) -> None:
        super().__init__(call, org)
        self.chair = self.item(rate=1, track_inventory=True)


MOST_OWED = 8_000_000
Make = Callable[[Store], Any]

ROWS: dict[str, Make] = {
    "a draft": lambda seller: seller.body(),
    "posted": lambda seller: seller.body(auto_approve=True),
    "of an item on stock": lambda seller: seller.body({"item_id": seller.chair}, auto_approve=True),
    "of three lines": lambda seller: seller.body(
        *[seller.line(rate) for rate in ("33.33", "0.005", 7)], discount="10%", auto_approve=True
    ),
    "to another state": lambda seller: seller.body(auto_approve=True, place_of_supply="IN-MH"),
    "of a reference": lambda seller: seller.body(reference_number="PO-7"),
    "numbered by hand": lambda seller: seller.body(invoice_number="INV-2627-003"),
    "of a series": lambda seller: seller.body(series="WEB", auto_approve=True),
    "of last year": lambda seller: seller.body(date="2026-03-30", auto_approve=True),
    "on a locked day": lambda seller: seller.body(date="2025-03-31", auto_approve=True),
    "for nobody": lambda seller: seller.body(customer_id="ct_" + "0" * 32),
    "of more than is on stock": lambda seller: seller.body(
        {"item_id": seller.chair, "quantity": 10**9},
        auto_approve=True,
        reference_number="PO-8",
    ),
    "of nothing": lambda seller: {},
    "read wrongly": lambda seller: seller.body(date="tomorrow", round_off=5),
}


def spaced() -> Callable[[dt.datetime], int]:
    """Ids that leave room between documents for their lines, as ids do outside of tests."""
    counting = CountingIds()
    return lambda now: counting(now) * 1000


@contextmanager
def selling(target: str) -> Iterator[Store]:
    """New books, and their seller."""
    with finzcore.open(
        target,
        clock=FrozenClock(),
        ids=spaced(),
        random=CountingRandom(),
        settings=finzcore.Settings(durability="relaxed"),
    ) as engine:
        org = engine.create_org(name="Acme Traders", state="IN-KA")
        org.lock_period("2025-03-31", reason="Filed")
        with mock.patch.object(stock, "MOST_ON_HAND", MOST_OWED):
            yield Store(Call(engine, engine.mint_pat(org_id=org.org_id).token), org)


def named(value: Any, names: dict[str, str]) -> Any:
    """A value in which every id stands as the how many-th it is."""
    if isinstance(value, dict):
        return {name: named(inner, names) for name, inner in value.items()}
    if isinstance(value, list):
        return [named(inner, names) for inner in value]
    if isinstance(value, str):
        return ID.sub(lambda found: names.setdefault(found[0], f"id {len(names)}"), value)
    return value


def one_by_one(seller: Store, rows: list[Any]) -> list[Body]:
    """What a call for each row says, in the words of a call for all."""
    said = []
    for row in rows:
        answer = seller.call("POST", "/invoices", row).json()
        if answer["code"] == 0:
            said.append({"ok": True, "invoice": answer["invoice"]})
        else:
            said.append({"ok": False, "error": {k: v for k, v in answer.items() if k != "request_id"}})
    return said


def left(seller: Store) -> dict[str, list[Any]]:
    """What is in the books: without keys and hashes, which are made of keys."""
    with seller.org._engine.store.read(seller.org._key) as session:
        tables = (ENTRIES, POSTINGS, TOTALS, NUMBERS, SERIES)
        found = {table.name: session.find(table, ascending=True) for table in tables}
        head, events = session.get(HEADS), session.find(EVENTS, ascending=True)
        documents = {row["id"]: row["number"] for row in session.find(table_of("invoices"))}
    assert head is not None
    for rows in found.values():
        for row in rows:
            for name in ("hash", "recorded_at"):
                row.pop(name, None)
            for name in ("source_id", "document_id"):
                if name in row:
                    row[name] = documents.get(row[name], row[name])
    names: dict[str, str] = {}
    told = [
        named(
            [row[n] for n in ("event_type", "action", "entity_type", "entity_ref", "changes", "data")], names
        )
        for row in events
        if row["event_type"] != "INVOICE_BULK_CREATED"
    ]
    shown = named(seller.call.ok("GET", "/invoices?per_page=200")["invoices"], names)
    chairs = seller.call.ok("GET", f"/items/{seller.chair}")["item"]["stock_on_hand"]
    return found | {"events": told, "invoices": shown, "seq": [head["entry_seq"]], "stock": [chairs]}


def compared(targets: Iterator[str], names: list[str]) -> None:
    """Tell the rows to two books, to one of them all at once, and hold what comes of it together."""
    with selling(next(targets)) as bulk, selling(next(targets)) as single:
        rows = [ROWS[name](bulk) for name in names]
        assert rows == [ROWS[name](single) for name in names], "the same ids to name"
        together = bulk.call.ok("POST", "/bulk/invoices", {"invoices": rows})
        apart = one_by_one(single, rows)
        assert named(apart, {}) == named(together["results"], {})
        good = sum(one["ok"] for one in apart)
        assert {"total": len(rows), "succeeded": good, "failed": len(rows) - good} == together["summary"]
        assert left(single) == left(bulk)
        assert [] == bulk.call.engine.verify() == single.call.engine.verify()


def test_every_kind_of_row_twice_over_is_as_if_it_were_alone(new_target: Callable[[], str]) -> None:
    compared(iter([new_target(), new_target()]), [*ROWS, *reversed(ROWS)])


@given(names=st.lists(st.sampled_from(sorted(ROWS)), min_size=1, max_size=12))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_rows_in_any_order_are_as_if_each_were_alone(names: list[str]) -> None:
    compared(iter([":memory:", ":memory:"]), names)
