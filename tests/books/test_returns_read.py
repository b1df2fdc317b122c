"""What returns read of documents: rupees that add up to what was posted, as it was known (`gst.md` §5.7)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

import finzcore
from finzcore.books.books import Actor, Books
from finzcore.books.journal import entry_of
from finzcore.books.reports.known import known_at
from finzcore.books.returns import inward, outward
from finzcore.books.returns.papers import Wanted
from finzcore.gst.outward import Document
from finzcore.gst.rates import Shape
from finzcore.ids import from_uuid
from finzcore.ledger.account import Role
from finzcore.testing import Call, FrozenClock
from tests.buying import Buyer
from tests.selling import Seller

MAY = Wanted("2026-05-01", "2026-05-31")
OUTPUT = {"cgst": Role.OUT_CGST, "sgst": Role.OUT_SGST, "igst": Role.OUT_IGST, "cess": Role.OUT_CESS}
INPUT = {"cgst": Role.IN_CGST, "sgst": Role.IN_SGST, "igst": Role.IN_IGST, "cess": Role.IN_CESS}
OWED = {"cgst": Role.RCM_CGST, "sgst": Role.RCM_SGST, "igst": Role.RCM_IGST}


@contextmanager
def reading(engine: finzcore.Engine, acme: finzcore.Org) -> Iterator[Books]:
    """The books as a report sees them."""
    key = from_uuid(0, acme.org_id)
    assert key is not None
    with engine.desk.reading(key) as session:
        yield engine.desk.open(session, engine.clock(), Actor())


def posted(books: Books, entry: int | None, heads: dict[str, Role]) -> dict[str, int]:
    """What an entry put on the accounts of some heads, as amounts without a side."""
    by_account: Counter[int] = Counter()
    if entry is not None:
        for line in entry_of(books, entry)[1]:
            by_account[line["account"]] += line["amount"]
    return {head: abs(by_account[books.masters.account(role)]) for head, role in heads.items()}


def summed(parts: Iterable[Any], heads: Iterable[str]) -> dict[str, int]:
    """The heads of parts, added up."""
    whole = list(parts)
    return {head: sum(getattr(part, head) for part in whole) for head in heads}


def dollars(rate: str = "83.37") -> dict[str, Any]:
    """A document in dollars."""
    return {"currency_code": "USD", "exchange_rate": rate}


@pytest.fixture
def seller(call: Call, acme: finzcore.Org) -> Seller:
    acme.enable_currency("USD")
    return Seller(call, acme)


@pytest.fixture
def buyer(call: Call, acme: finzcore.Org) -> Buyer:
    acme.enable_currency("USD")
    return Buyer(call, acme)


def sold(seller: Seller) -> None:
    """Documents of sale of many kinds."""
    lines = [seller.line("10.05"), seller.line("33.33", "GST 5%"), seller.line("0.07"), seller.line(9, None)]
    for more in (
        {},
        {"place_of_supply": "IN-MH"},
        {"discount": "7.5%", "shipping_charge": 11, "adjustment": "-0.4"},
        {"is_inclusive_tax": True},
        dollars(),
        dollars("0.013") | {"place_of_supply": "IN-MH"},
    ):
        body = seller.body(*lines, auto_approve=True) | more
        seller.call.ok("POST", "/invoices", body)
        note = {name: value for name, value in body.items() if name != "auto_approve"}
        seller.call.ok("POST", "/credit_notes", note)
        seller.call.ok("POST", "/debit_notes", note)


def test_the_parts_of_what_is_sold_add_up_to_what_was_posted(
    seller: Seller, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    sold(seller)
    with reading(engine, acme) as books:
        found = outward.outward(books, MAY)
        assert 18 == len(found)
        for document in found:
            assert posted(books, document.entry, OUTPUT) == summed(document.parts, OUTPUT)


def test_the_parts_of_what_is_bought_add_up_to_what_was_posted(
    buyer: Buyer, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    lines = [
        buyer.line("10.05"),
        buyer.line("33.33", "GST 5%"),
        buyer.line("0.07", itc_blocked_reason="17(5)(b)"),
        buyer.line("77.77", None, is_rcm=True, rcm_rate=5),
    ]
    for number, more in enumerate(
        ({}, {"discount": "7.5%"}, {"place_of_supply": "IN-MH"}, dollars(), dollars("0.013"))
    ):
        note = buyer.body(*lines) | more
        buyer.call.ok("POST", "/bills", note | {"auto_approve": True, "reference_number": f"NP/{number}"})
        buyer.call.ok("POST", "/credit_notes", note)
        buyer.call.ok("POST", "/debit_notes", note)
    acme.expenses.create(
        date="2026-05-19",
        account_id=acme.account_id("6010"),
        paid_through_account_id=acme.account_id("1020"),
        amount=1180,
        tax_id=acme.tax_id("GST 18%"),
        is_inclusive_tax=True,
    )
    with reading(engine, acme) as books:
        found = inward.inward(books, MAY)
        assert 16 == len(found)
        for document in found:
            credited = [part for part in document.parts if part.blocked is None]
            taken = {
                head: sum(getattr(part.charged, head) + getattr(part.assessed, head) for part in credited)
                for head in INPUT
            }
            assert posted(books, document.entry, INPUT) == taken
            owed = {head: sum(getattr(part.assessed, head) for part in document.parts) for head in OWED}
            assert posted(books, document.entry, OWED) == owed


def test_reverse_charge_on_what_is_sold_is_assessed_and_not_posted(
    seller: Seller, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    # 10,000 at 5 % within the state: two halves of 250 that the recipient owes (gst.md §7.1).
    seller.call.ok("POST", "/invoices", seller.body(seller.line(10000, "RCM 5%"), auto_approve=True))
    with reading(engine, acme) as books:
        (document,) = outward.outward(books, MAY)
        (part,) = document.parts
        assert (Shape.RCM, 5_000_000, 25000, 25000, 0) == (
            part.shape, part.rate, part.cgst, part.sgst, part.igst,
        )  # fmt: skip
        assert 1000000 == document.value
        assert dict.fromkeys(OUTPUT, 0) == posted(books, document.entry, OUTPUT)


def said(documents: Sequence[Document]) -> list[tuple[str, int]]:
    """Of documents, the number and the value."""
    return [(one.number, one.value) for one in documents]


def test_a_document_is_read_as_it_was_known(
    seller: Seller, clock: FrozenClock, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    invoice = acme.invoices.create(**seller.body(seller.line(100), auto_approve=True))
    note = acme.credit_notes.create(**seller.body(seller.line(10)))
    expense = acme.expenses.create(
        date="2026-05-19", account_id=acme.account_id("6010"), amount=500,
        paid_through_account_id=acme.account_id("1020"),
    )  # fmt: skip
    then = "2026-05-19T05:00:00.000000Z"
    clock.move(days=1)
    acme.credit_notes.update(note["credit_note_id"], line_items=[seller.line(20)])
    acme.invoices.void(invoice["invoice_id"])
    acme.expenses.delete(expense["expense_id"])
    acme.invoices.create(**seller.body(seller.line(1000), auto_approve=True))
    with reading(engine, acme) as books:
        before = MAY._replace(at=known_at(books, then))
        assert [("INV-2627-001", 11800), ("CN-2627-001", 1180)] == said(outward.outward(books, before))
        assert [50000] == [one.value for one in inward.inward(books, before)]
        assert [("INV-2627-002", 118000), ("CN-2627-001", 2360)] == said(outward.outward(books, MAY))
        assert [] == inward.inward(books, MAY)
        never = MAY._replace(at=known_at(books, "2026-05-19T04:59:59.999999Z"))
        assert [] == outward.outward(books, never)


def test_documents_are_those_of_one_number(
    seller: Seller, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    other = acme.create_branch(code="MUM", name="Mumbai", state="IN-MH", gstin="27AAPFU0939F1ZV")
    acme.invoices.create(**seller.body(auto_approve=True))
    acme.invoices.create(**seller.body(auto_approve=True, branch_id=other["branch_id"]))
    with reading(engine, acme) as books:
        for gstin, count in (("", 1), ("27AAPFU0939F1ZV", 1), (None, 2), ("29AAFCC9980M1ZR", 0)):
            assert count == len(outward.outward(books, MAY._replace(gstin=gstin)))
