"""`verify` sees an order that is carried out otherwise than it says; a CHECK keeps it within its bounds."""

import pytest

import finzcore
from finzcore.testing import Call
from tests.ordering import PURCHASES, SALES, Orders
from tests.tampering import Refused, bare, laid_open


@pytest.fixture
def traded(call: Call, acme: finzcore.Org) -> None:
    """SO-2627-001 from an estimate, 4 of 10 invoiced; SO-2627-002 agreed on; PO-2627-001 all billed."""
    sales, bought = (Orders(call, acme, side) for side in (SALES, PURCHASES))
    estimate = call.ok("POST", "/estimates", sales.body())["estimate"]["estimate_id"]
    call.ok("POST", f"/estimates/{estimate}/accept")
    order = call.ok("POST", f"/estimates/{estimate}/convert")["estimate"]["converted_to_sales_order_id"]
    first = call.ok("GET", f"/sales_orders/{order}")["sales_order"]
    gone, _ = sales.convert(first, 1), sales.convert(first, 4)
    call.ok("POST", f"{sales.made_path(gone)}/void")
    sales.agreed()
    bought.convert(bought.agreed(), auto_approve=True)


@pytest.mark.usefixtures("traded")
def test_sound_orders_agree(engine: finzcore.Engine) -> None:
    assert [] == engine.verify()


def test_lines_of_orders_that_were_made_within_a_millisecond_are_told_apart(
    call: Call, acme: finzcore.Org, engine: finzcore.Engine
) -> None:
    # Their keys follow each other, so the second line of one has the number of the first line of the next.
    for side in (SALES, PURCHASES):
        orders = Orders(call, acme, side)
        first, *_ = [orders.agreed(*[orders.line() for _ in range(9)]) for _ in range(3)]
        orders.convert(first)
    assert [] == engine.verify()


LINE = "document_id = (SELECT id FROM {} WHERE number = '{}')"
SO, PO = "order SO-2627-001", "order PO-2627-001"
FORGED = [
    (
        f"UPDATE document_lines SET converted = 3000000 WHERE {LINE.format('sales_orders', 'SO-2627-001')}",
        [(f"sales {SO} line 1", "4", "3")],
    ),
    (
        f"UPDATE document_lines SET converted = 11000000 WHERE {LINE.format('sales_orders', 'SO-2627-001')}",
        [(f"sales {SO} line 1", "4", "11"), (f"sales {SO} status", "INVOICED", "PARTIALLY_INVOICED")],
    ),
    (
        f"UPDATE document_lines SET converted = 0 WHERE {LINE.format('purchase_orders', 'PO-2627-001')}",
        [(f"purchase {PO} line 1", "10", "0"), (f"purchase {PO} status", "ISSUED", "BILLED")],
    ),
    (
        "UPDATE sales_orders SET status = 'INVOICED' WHERE number = 'SO-2627-001'",
        [(f"sales {SO} status", "PARTIALLY_INVOICED", "INVOICED")],
    ),
    (
        "UPDATE sales_orders SET status = 'PARTIALLY_INVOICED' WHERE number = 'SO-2627-002'",
        [("sales order SO-2627-002 status", "CONFIRMED", "PARTIALLY_INVOICED")],
    ),
    (
        f"UPDATE document_lines SET order_line = NULL WHERE {LINE.format('bills', 'BILL-2627-001')}",
        [(f"purchase {PO} line 1", "0", "10")],
    ),
    (
        "UPDATE document_lines SET order_line = order_line + 1"
        f" WHERE {LINE.format('bills', 'BILL-2627-001')}",
        [
            (f"purchase {PO} line 1", "0", "10"),
            ("line 1 of bills BILL-2627-001", "a line of its order", "one of purchase order PO-2627-001"),
        ],
    ),
    (
        "UPDATE invoices SET order_id = NULL WHERE number = 'INV-2627-002'",
        [
            (f"sales {SO} line 1", "0", "4"),
            ("line 1 of invoices INV-2627-002", "no line of an order", "none of an order"),
        ],
    ),
    (
        "DELETE FROM purchase_orders",
        [
            ("line 1 of bills BILL-2627-001", "a line of its order", "none of an order"),
            ("bills BILL-2627-001", "its purchase order", "none"),
        ],
    ),
    (
        # One that is voided may have outlived its order.
        "UPDATE invoices SET order_id = order_id + 1 WHERE number = 'INV-2627-001'",
        [],
    ),
    (
        "UPDATE estimates SET status = 'ACCEPTED'",
        [("estimate EST-2627-001", "no sales order", "a sales order")],
    ),
    (
        "UPDATE estimates SET converted_to_sales_order_id = NULL",
        [
            ("estimate EST-2627-001", "a sales order", "no sales order"),
            ("sales order SO-2627-001", "the estimate that names it", "estimate EST-2627-001"),
        ],
    ),
    (
        "UPDATE sales_orders SET estimate_id = NULL",
        [("estimate EST-2627-001", "a sales order", "one that is not made from it")],
    ),
]


@pytest.mark.usefixtures("traded")
@pytest.mark.parametrize(("statement", "expected"), FORGED)
def test_a_forged_order_is_named(
    statement: str, expected: list[tuple[str, str, str]], engine: finzcore.Engine, target: str
) -> None:
    with laid_open(target) as books:
        books.execute(statement)
    told = [(one.where, one.expected, one.found) for one in engine.verify() if one.check == "order.differs"]
    assert expected == told


def test_a_bill_whose_order_is_gone_is_named_though_it_carries_out_nothing(
    call: Call, acme: finzcore.Org, engine: finzcore.Engine, target: str
) -> None:
    bought = Orders(call, acme, PURCHASES)
    bill = bought.convert(bought.agreed())
    call.ok("PUT", bought.made_path(bill), {"line_items": [bought.line(name="Delivery")]})
    assert [] == engine.verify()
    with laid_open(target) as books:
        books.execute("DELETE FROM purchase_orders")
    told = [(one.where, one.expected, one.found) for one in engine.verify() if one.check == "order.differs"]
    assert [("bills BILL-2627-001", "its purchase order", "none")] == told


@pytest.mark.usefixtures("traded")
@pytest.mark.parametrize("converted", ["quantity + 1", "-1"])
def test_no_line_is_carried_out_beyond_what_was_ordered(converted: str, target: str) -> None:
    with bare(target) as books, pytest.raises(Refused):
        books.execute(f"UPDATE document_lines SET converted = {converted} WHERE order_line IS NULL")


@pytest.mark.usefixtures("traded")
@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("UPDATE sales_orders SET total = total + 1", "sales order SO-2627-001"),
        ("UPDATE estimates SET discount = discount + 1, total = total - 1", "estimate EST-2627-001"),
        ("UPDATE purchase_orders SET cgst_total = cgst_total + 1", "purchase order PO-2627-001"),
    ],
)
def test_what_is_posted_nowhere_is_priced_again_too(
    statement: str, where: str, engine: finzcore.Engine, target: str
) -> None:
    with laid_open(target) as books:
        books.execute(statement)
    told = [one.where for one in engine.verify() if one.check in ("line.differs", "document.differs")]
    assert any(one.startswith(where) for one in told)
