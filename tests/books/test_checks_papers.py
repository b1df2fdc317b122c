"""`verify` sees a document that says something else than its lines, its entry or its allocations."""

import pytest

import finzcore
from finzcore.testing import Call
from tests.selling import Seller
from tests.tampering import laid_open


@pytest.fixture
def seller(call: Call, acme: finzcore.Org) -> Seller:
    return Seller(call, acme)


def found(engine: finzcore.Engine, target: str, statement: str) -> list[tuple[str, str, str]]:
    """What `verify` says after somebody wrote into the books."""
    with laid_open(target) as books:
        books.execute(statement)
    return [
        (problem.where, problem.expected, problem.found)
        for problem in engine.verify()
        if problem.check == "document.differs"
    ]


def traded(seller: Seller) -> None:
    """INV-2627-001 half paid, -002 cancelled, -003 a draft, -004 credited, -005 abroad."""
    seller.receive(seller.posted(seller.line(1000), tds_rate=10), 500)
    seller.act(seller.posted(), "void")
    seller.draft(seller.line(1000), discount=10, round_off="0.20")
    seller.credit(seller.posted(), 100)
    seller.org.enable_currency("USD")
    seller.posted(currency_code="USD", exchange_rate="83.77")
    seller.posted(seller.line(0))


def test_sound_documents_agree(seller: Seller, engine: finzcore.Engine) -> None:
    traded(seller)
    assert [] == engine.verify()


FORGED = [
    (
        "UPDATE document_lines SET item_total = item_total + 1 WHERE item_total = 100000 AND discount = 0"
        " AND document_id = (SELECT id FROM invoices WHERE number = 'INV-2627-001')",
        [("invoice INV-2627-001 sub_total", "1000.01", "1000.00")],
    ),
    (
        "UPDATE invoices SET notes = 'x', tax_total = tax_total + 1 WHERE number = 'INV-2627-003'",
        [
            ("invoice INV-2627-003 tax_total", "178.20", "178.21"),
            ("invoice INV-2627-003 total", "1168.41", "1168.40"),
        ],
    ),
    (
        "UPDATE invoices SET total = total + 1, round_off = round_off + 1, booked = booked + 1"
        " WHERE number = 'INV-2627-001'",
        [("invoice INV-2627-001 receivable", "1080.01", "1080.00")],
    ),
    (
        "UPDATE invoices SET total = total + 1, round_off = round_off + 1 WHERE number = 'INV-2627-001'",
        [("invoice INV-2627-001 receivable", "1080.01", "1080.00")],
    ),
    (
        "UPDATE invoices SET status = 'SENT' WHERE number = 'INV-2627-002'",
        [("invoice INV-2627-002 receivable", "14160.00", "0.00")],
    ),
    (
        "UPDATE invoices SET status = 'CANCELLED' WHERE number = 'INV-2627-005'",
        [("invoice INV-2627-005 receivable", "0.00", "1186183.20")],
    ),
    (
        "UPDATE invoices SET payment_made = payment_made + 1 WHERE number = 'INV-2627-001'",
        [("invoice INV-2627-001 payment_made", "500.00", "500.01")],
    ),
    (
        "UPDATE invoices SET credits_applied = 0 WHERE number = 'INV-2627-004'",
        [("invoice INV-2627-004 credits_applied", "100.00", "0.00")],
    ),
    (
        "UPDATE credit_notes SET booked = booked - 1",
        [("credit note CN-2627-001 receivable", "-99.99", "-100.00")],
    ),
]


@pytest.mark.parametrize(("statement", "expected"), FORGED)
def test_a_document_that_was_written_over_is_named(
    seller: Seller,
    engine: finzcore.Engine,
    target: str,
    statement: str,
    expected: list[tuple[str, str, str]],
) -> None:
    traded(seller)
    assert expected == found(engine, target, statement)
