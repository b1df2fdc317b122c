"""Sound books that once looked unsound, and a lock that was lifted around our code."""

import pytest

import finzcore
from finzcore.testing import Call
from tests.tampering import bare
from tests.trade import Trade


@pytest.fixture
def trade(call: Call, acme: finzcore.Org) -> Trade:
    acme.enable_currency("USD")
    return Trade(call, acme)


@pytest.mark.parametrize(("part", "rate"), [("33.33", "83.1234"), ("8.33", "83.45"), ("100", "83.1234")])
def test_a_dollar_invoice_paid_in_twelve_parts_is_sound(
    engine: finzcore.Engine, trade: Trade, part: str, rate: str
) -> None:
    """The last part takes what is left in rupees (`api.md` §4.7), up to some paise off its rate."""
    sam = trade.contact("Sam", currency_code="USD")
    whole = {"100": "1200", "33.33": "399.96", "8.33": "99.96"}[part]
    invoice = trade.invoice(sam, whole, exchange_rate=rate)
    for _ in range(12):
        trade.receive(sam, part, (invoice, part), exchange_rate="84")

    assert [] == engine.verify()


def test_a_note_may_be_edited_after_its_refund_was_voided(
    engine: finzcore.Engine, trade: Trade, call: Call
) -> None:
    sam = trade.contact("Sam", currency_code="USD")
    note = trade.note(sam, 100, exchange_rate="83")
    refund = trade.refund(sam, 40, credit_note_id=note["credit_note_id"], exchange_rate="84")
    call.ok("POST", f"/payments/{refund['payment_id']}/void")
    call.ok("PUT", f"/credit_notes/{note['credit_note_id']}", {"exchange_rate": "90"})

    assert [] == engine.verify()


def test_another_rounding_preference_makes_no_old_invoice_unsound(
    engine: finzcore.Engine, trade: Trade, acme: finzcore.Org
) -> None:
    acme.set_preferences(taxRoundingLevel="group")
    asha = trade.contact()
    lines = [trade.line("10.05")] * 3
    drawn = trade.invoice(asha, 1, is_inclusive_tax=True, line_items=lines)
    trade.invoice(asha, 1, is_inclusive_tax=True, line_items=lines, discount=drawn["sub_total"])
    acme.set_preferences(taxRoundingLevel="line")

    assert [] == engine.verify()


@pytest.mark.parametrize("lifted", ["NULL", "'2026-03-31'"])
def test_a_lock_that_no_event_lifted_is_noticed(
    engine: finzcore.Engine, acme: finzcore.Org, target: str, lifted: str
) -> None:
    acme.lock_period("2026-04-30", "returns filed")
    assert [] == engine.verify()

    with bare(target) as books:
        books.execute(f"UPDATE heads SET locked_through = {lifted}")

    assert ["lock.differs"] == [problem.check for problem in engine.verify()]


@pytest.mark.parametrize("anchor", [[None], "x", [{}], [{"event_seq": 10**30}]])
def test_an_anchor_that_is_none_is_a_problem_and_no_crash(
    engine: finzcore.Engine, acme: finzcore.Org, anchor: object
) -> None:
    problems = engine.verify(anchor=anchor)  # type: ignore[arg-type]

    assert problems
    assert {"anchor.stray", "anchor.unreadable"} >= {problem.check for problem in problems}


def test_a_payment_has_one_address(trade: Trade, call: Call) -> None:
    asha = trade.contact()
    payment = trade.receive(asha, 80)
    body = {"allocations": [{"invoice_id": trade.invoice(asha, 50)["invoice_id"], "amount": 20}]}
    path = f"/payments/{payment['payment_id']}/apply"
    assert 200 == call("POST", path, body, key="once").status

    capitals = f"/payments/{payment['payment_id'].upper()}/apply"
    assert (404, "not_found.resource", "payment_id") == call.refused("POST", capitals, body, key="once")


def test_a_machine_at_its_limits_is_unavailable_not_broken(
    engine: finzcore.Engine, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(engine.desk, "do", fail)
    response = call("GET", "/contacts")

    assert (503, "server.unavailable", "1") == (
        response.status,
        response.json()["code"],
        response.header("retry-after"),
    )
