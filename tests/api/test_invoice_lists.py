"""How invoices are found: `api.md` §1.6, §1.7, §4.5."""

import pytest

import finzcore
from finzcore.testing import Call, FrozenClock
from tests.selling import INVALID, Seller


@pytest.fixture
def seller(call: Call, acme: finzcore.Org) -> Seller:
    return Seller(call, acme)


def found(seller: Seller, query: str = "") -> list[str]:
    rows = seller.call.ok("GET", f"/invoices{query}")["invoices"]
    return [row["invoice_number"][-3:].lstrip("0") for row in rows]


def test_a_list_is_newest_first_and_shows_what_one_invoice_shows(seller: Seller) -> None:
    made = [seller.draft(), seller.posted(seller.line(1), seller.line(2))]
    assert made[::-1] == seller.call.ok("GET", "/invoices")["invoices"]


def test_a_list_is_narrowed_by_the_status_that_is_shown(seller: Seller, clock: FrozenClock) -> None:
    due = {"due_date": "2026-05-31"}
    invoices = [seller.posted(seller.line(100, None), **due) for _ in range(5)]
    seller.draft(**due)
    seller.receive(invoices[1], 40)
    seller.receive(invoices[2], 100)
    seller.credit(invoices[3], 100)
    seller.act(invoices[4], "void")
    seller.posted(seller.line(0), **due)
    statuses = ("SENT", "OVERDUE", "PARTIALLY_PAID", "PAID", "CREDIT_APPLIED", "CANCELLED", "DRAFT")
    assert [["1"], [], ["2"], ["7", "3"], ["4"], ["5"], ["6"]] == [
        found(seller, f"?status={status}") for status in statuses
    ]
    clock.set("2026-06-01T05:00:00+00:00")
    assert [[], ["1"], ["2"]] == [found(seller, f"?status={status}") for status in statuses[:3]]
    assert (400, INVALID, "status") == seller.call.refused("GET", "/invoices?status=OPEN")


def test_a_list_is_narrowed_by_each_filter_and_by_all_together(seller: Seller) -> None:
    branch = seller.org.create_branch(code="MUM", name="Mumbai", state="IN-MH")["branch_id"]
    other = seller.contact("Bose & Sons")
    seller.draft(date="2026-05-01", reference_number="A-1")
    seller.draft(date="2026-05-10", customer_id=other, reference_number="A-1")
    seller.draft(date="2026-05-31", customer_id=other, branch_id=branch, invoice_number="XMAS-003")
    for query, expected in (
        (f"customer_id={other}", ["3", "2"]),
        ("customer_id=1", []),
        ("customer_id=ct_nobody", []),
        (f"branch_id={branch}", ["3"]),
        ("branch_id=2", []),
        ("date_from=2026-05-10", ["3", "2"]),
        ("date_to=2026-05-10", ["2", "1"]),
        ("date_from=2026-05-02&date_to=2026-05-30", ["2"]),
        ("reference_number=A-1", ["2", "1"]),
        ("reference_number=a-1", []),
        ("search=bose", ["3", "2"]),
        ("search=inv-2627", ["2", "1"]),
        ("search=XMAS", ["3"]),
        ("search=%25", []),
        (f"customer_id={other}&reference_number=A-1&status=draft&search=%26", ["2"]),
    ):
        assert expected == found(seller, f"?{query}"), query
    assert (422, "validation.failed", "date_from") == seller.call.refused("GET", "/invoices?date_from=May")


def test_a_walk_through_pages_meets_every_invoice_once(seller: Seller) -> None:
    made = [seller.draft()["invoice_id"] for _ in range(5)]
    page = seller.org.invoices.list(per_page=2)
    seller.draft()
    rest = seller.org.invoices.list(per_page=200, cursor=page.next_cursor)
    assert made[::-1] == [row["invoice_id"] for row in [*page, *rest]]
    assert rest.next_cursor is None
