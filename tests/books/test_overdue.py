"""INVOICE_OVERDUE and BILL_OVERDUE: once for each document that nobody paid in time (`api.md` §6.4)."""

import pytest

import finzcore
from finzcore.books.chores import overdue
from finzcore.books.chores.turns import take_turns
from finzcore.books.text import json_value
from finzcore.testing import Call, FrozenClock
from tests.recurring import told
from tests.trade import Trade

DUE = {"due_date": "2026-05-21"}


@pytest.fixture
def trade(call: Call, acme: finzcore.Org) -> Trade:
    return Trade(call, acme)


def tells(engine: finzcore.Engine) -> int:
    return take_turns(engine.desk, engine.clock())["overdue"]


def numbers(org: finzcore.Org, entity: str = "INVOICE") -> list[str]:
    """The documents that were told of as overdue."""
    return [event["entity_ref"] for event in told(org, entity) if event["event_type"] == f"{entity}_OVERDUE"]


def test_an_invoice_is_told_of_once_when_its_due_date_is_over_in_india(
    engine: finzcore.Engine, acme: finzcore.Org, trade: Trade, clock: FrozenClock
) -> None:
    invoice = trade.invoice(trade.contact(), 100, **DUE)
    clock.set("2026-05-21T18:29:59+00:00")
    assert 0 == tells(engine)
    clock.set("2026-05-21T18:30:00+00:00")
    assert [1, 0] == [tells(engine), tells(engine)]
    for _ in range(3):
        clock.move(days=1)
        assert 0 == tells(engine)
    event = told(acme, "INVOICE")[-1]
    assert ("INVOICE_OVERDUE", None, "SYSTEM", "INV-2627-001") == (
        event["event_type"],
        event["action"],
        event["source"],
        event["entity_ref"],
    )
    assert {
        "id": invoice["invoice_id"],
        "number": "INV-2627-001",
        "customer_id": invoice["customer_id"],
        "total": invoice["total"],
        "status": "OVERDUE",
    } == json_value(event["data"])
    assert [] == engine.verify()


def test_only_what_shows_as_overdue_is_told_of(
    engine: finzcore.Engine, acme: finzcore.Org, trade: Trade, clock: FrozenClock
) -> None:
    asha = trade.contact()
    trade.invoice(asha, 10, **DUE, auto_approve=False)
    trade.void(trade.invoice(asha, 20, **DUE))
    trade.invoice(asha, 0, **DUE)
    trade.receive(asha, 30, (trade.invoice(asha, 30, **DUE), 30))
    part = trade.invoice(asha, 40, **DUE)
    paid = trade.receive(asha, 1, (part, 1))
    noted = trade.invoice(asha, 50, **DUE)
    trade.apply_note(trade.note(asha, 1), noted, 1)
    trade.invoice(asha, 60, due_date="2026-05-22")
    late = trade.invoice(asha, 70, **DUE)
    clock.set("2026-05-22T03:30:00+00:00")
    assert 1 == tells(engine)
    assert [late["invoice_number"]] == numbers(acme)
    # What is taken back makes one overdue that was not, and one that was told of is not told of again.
    trade.void(paid)
    trade.void(trade.receive(asha, 70, (late, 70)))
    clock.move(days=1)
    assert 2 == tells(engine)  # and the one of the 22nd
    assert {late["invoice_number"], part["invoice_number"], "INV-2627-007"} == set(numbers(acme))
    shown = {row["invoice_number"] for row in acme.invoices.list(status="OVERDUE")}
    assert shown == set(numbers(acme))


def test_an_invoice_that_was_posted_late_is_told_of_on_the_next_day(
    engine: finzcore.Engine, acme: finzcore.Org, trade: Trade, clock: FrozenClock
) -> None:
    assert 0 == tells(engine)
    trade.invoice(trade.contact(), 100, date="2026-04-01", due_date="2026-04-02")
    assert 0 == tells(engine)
    clock.move(days=1)
    assert 1 == tells(engine)


def test_bills_are_told_of_too(engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock) -> None:
    vendor = acme.contacts.create(contact_name="Nilgiri", contact_type="VENDOR")["contact_id"]
    bill = acme.bills.create(
        vendor_id=vendor, date="2026-05-19", due_date="2026-05-20", place_of_supply="IN-KA",
        auto_approve=True, line_items=[{"name": "Paper", "rate": 100}],
    )  # fmt: skip
    clock.move(days=2)
    assert [1, 0] == [tells(engine), tells(engine)]
    assert [bill["bill_number"]] == numbers(acme, "BILL")


def test_many_are_told_of_piece_by_piece(
    engine: finzcore.Engine,
    acme: finzcore.Org,
    trade: Trade,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(overdue, "_AT_ONCE", 2)
    asha = trade.contact()
    expected = [trade.invoice(asha, 100, **DUE)["invoice_number"] for _ in range(5)]
    clock.move(days=3)
    assert 5 == tells(engine)
    assert expected == numbers(acme)
    assert [] == engine.verify()
