"""`verify` prices and posts each expense again, and holds its entry, its number and its deletion to it."""

import pytest

import finzcore
from finzcore.testing import Call
from tests.spending import Spender
from tests.tampering import laid_open


@pytest.fixture
def spender(call: Call, acme: finzcore.Org) -> Spender:
    return Spender(call, acme)


def spent(spender: Spender) -> None:
    """EXP-2627-001 taxed, of a vendor of another state; -002 changed; -003 deleted after a change; -004 under
    reverse charge without credit; -005 to the paisa, as others round."""
    vendor = spender.vendor(place_of_contact="IN-MH")
    spender.vendor("Nobody")
    spender.spend(vendor_id=vendor, tax_id="GST 18%", reference_number="A/1")
    lines = [{"amount": 100}, {"amount": "0.03", "account_id": "6050"}]
    spender.put(spender.spend(tax_id="GST 5%"), line_items=lines)
    spender.delete(spender.put(spender.spend(amount=7), amount=8))
    spender.spend(is_rcm=True, rcm_rate=5, itc_blocked_reason="17(5)(b)")
    spender.org.set_preferences(taxRounding="rupee", taxRoundingLevel="group")
    spender.spend(line_items=[{"amount": "10.01", "tax_id": "GST 18%"}] * 3, is_inclusive_tax=True)
    spender.org.set_preferences(taxRounding="paise", taxRoundingLevel="line")


FIRST, SECOND, FOURTH = ("number = 'EXP-2627-001'", "number = 'EXP-2627-002'", "number = 'EXP-2627-004'")
OURS = "document_id = (SELECT id FROM expenses WHERE number = 'EXP-2627-002')"
GONE = "SELECT entity_id FROM events WHERE action = 'EXPENSE_DELETED'"

# (what is done, the check that must notice)
FORGED = [
    (f"UPDATE expenses SET amount = amount + 1 WHERE {FIRST}", "document.differs"),
    (f"UPDATE expenses SET total = total + 1 WHERE {FIRST}", "document.differs"),
    (f"UPDATE expenses SET tax_total = tax_total + 1, total = total + 1 WHERE {FIRST}", "document.differs"),
    (f"UPDATE expenses SET igst_total = 0, cgst_total = igst_total WHERE {FIRST}", "document.differs"),
    (f"UPDATE expenses SET sub_total = sub_total - 1 WHERE {FIRST}", "document.differs"),
    (f"UPDATE expenses SET is_inclusive_tax = 1 WHERE {FIRST}", "line.differs"),
    (f"UPDATE expenses SET place_of_supply = 'IN-MH' WHERE {FIRST}", "line.differs"),
    (f"UPDATE expenses SET place_of_supply = 'IN-XX' WHERE {FIRST}", "line.differs"),
    (f"UPDATE expenses SET vendor_state = NULL WHERE {FIRST}", "line.differs"),
    (f"UPDATE expenses SET vendor_treatment = 'SEZ' WHERE {SECOND}", "line.differs"),
    (
        f"UPDATE expenses SET paid_through = (SELECT MIN(number) FROM accounts) WHERE {FIRST}",
        "document.misposted",
    ),
    (f"UPDATE expenses SET tags = '[5]' WHERE {FIRST}", "document.misposted"),
    (f"UPDATE expenses SET entry = entry + 1 WHERE {FIRST}", "document.unposted"),
    (f"UPDATE expenses SET entry = 2 WHERE {SECOND}", "document.unposted"),
    (f"UPDATE expenses SET entry = 2 WHERE {SECOND}", "entry.stray"),
    (f"UPDATE expenses SET date = '2026-05-18' WHERE {FIRST}", "document.unposted"),
    (f"UPDATE expenses SET reference_number = NULL WHERE {FIRST}", "document.unposted"),
    (f"UPDATE expenses SET reference_number = 'B' WHERE {SECOND}", "document.unposted"),
    (f"UPDATE expenses SET vendor_id = NULL WHERE {FIRST}", "document.unposted"),
    (
        "UPDATE expenses SET vendor_id = (SELECT id FROM contacts WHERE contact_name = 'Nobody')"
        f" WHERE {SECOND}",
        "document.unposted",
    ),
    (f"UPDATE expenses SET status = 'GONE' WHERE {FIRST}", "document.unposted"),
    (f"UPDATE expenses SET number = 'EXP-2627-009' WHERE {FIRST}", "number.differs"),
    (f"UPDATE expenses SET lines_version = 1 WHERE {SECOND}", "document.differs"),
    (f"UPDATE expenses SET lines_version = 3 WHERE {SECOND}", "line.differs"),
    (f"DELETE FROM expenses WHERE {FIRST}", "entry.stray"),
    (f"DELETE FROM expenses WHERE {FIRST}", "number.differs"),
    ("DELETE FROM numbers WHERE number = 'EXP-2627-003'", "numbers.incomplete"),
    ("DELETE FROM events WHERE action = 'EXPENSE_DELETED'", "entry.stray"),
    (f"UPDATE events SET entity_id = 5 WHERE entity_id IN ({GONE})", "entry.stray"),
    (f"DELETE FROM document_lines WHERE {OURS}", "line.differs"),
    (f"UPDATE document_lines SET rate = rate + 10000 WHERE {OURS} AND version = 2", "document.differs"),
    (f"UPDATE document_lines SET quantity = 2000000 WHERE {OURS} AND version = 2", "line.differs"),
    (f"UPDATE document_lines SET cgst = cgst + 1 WHERE {OURS} AND version = 2", "line.differs"),
    (f"UPDATE document_lines SET tax_id = NULL WHERE {OURS} AND version = 2", "line.differs"),
    (f"UPDATE document_lines SET account = account + 1 WHERE {OURS} AND version = 2", "document.misposted"),
    (
        f"UPDATE document_lines SET itc_blocked_reason = '17(5)' WHERE {OURS} AND version = 2",
        "document.misposted",
    ),
    (
        "UPDATE document_lines SET itc_blocked_reason = NULL"
        f" WHERE document_id = (SELECT id FROM expenses WHERE {FOURTH})",
        "document.misposted",
    ),
    ("UPDATE document_lines SET rcm_cgst = rcm_cgst + 1 WHERE is_rcm = 1", "line.differs"),
    ("UPDATE document_lines SET rcm_rate = 12000000 WHERE is_rcm = 1", "line.differs"),
    ("UPDATE postings SET rule = 'expense.other' WHERE rule = 'expense.input_igst'", "document.misposted"),
]


def test_sound_expenses_agree(spender: Spender, engine: finzcore.Engine) -> None:
    spent(spender)
    assert [] == engine.verify()


@pytest.mark.parametrize(("statement", "check"), FORGED)
def test_what_was_written_over_is_named(
    spender: Spender, engine: finzcore.Engine, target: str, statement: str, check: str
) -> None:
    spent(spender)
    with laid_open(target) as books:
        assert books.execute(statement).rowcount
    assert check in {problem.check for problem in engine.verify()}


def test_a_figure_is_named_with_what_it_should_be(
    spender: Spender, engine: finzcore.Engine, target: str
) -> None:
    spent(spender)
    with laid_open(target) as books:
        books.execute(f"UPDATE expenses SET total = total + 1 WHERE {FIRST}")
    assert [("document.differs", "expense EXP-2627-001 total", "1180.00", "1180.01")] == [
        (problem.check, problem.where, problem.expected, problem.found) for problem in engine.verify()
    ]


def test_more_expenses_than_a_page_holds_are_checked_to_the_last(
    spender: Spender, engine: finzcore.Engine, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("finzcore.books.checks.prices.PAGE", 2)
    for _ in range(5):
        spender.spend()
    assert [] == engine.verify()
    with laid_open(target) as books:
        books.execute("UPDATE expenses SET total = total + 1")
    assert 5 == len(engine.verify())
