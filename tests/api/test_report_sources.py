"""Where a figure comes from, and what was known when (`api.md` §5.2)."""

from decimal import Decimal
from typing import Any

import pytest

import finzcore
from finzcore.testing import Call, FrozenClock
from tests.selling import INVALID, Seller

TRIAL = "/reports/trial_balance?as_of_date=2026-05-31"


@pytest.fixture
def seller(call: Call, acme: finzcore.Org) -> Seller:
    return Seller(call, acme)


def items_of(acme: finzcore.Org, sources: dict[str, Any]) -> list[dict[str, Any]]:
    """Every item of a trail, page after page."""
    items, cursor = list(sources["items"]), sources["next"]
    while cursor is not None:
        page = acme.reports.sources(cursor=cursor, per_page=7)
        items += page
        cursor = page.next_cursor
    return items


def sell(seller: Seller, count: int) -> None:
    for day in range(1, count + 1):
        line = seller.line(100 * day)
        seller.org.invoices.create(**seller.body(line, auto_approve=True, date=f"2026-05-{day:02}"))


def test_the_sources_of_a_figure_add_up_to_it(seller: Seller, acme: finzcore.Org) -> None:
    sell(seller, 30)
    report = acme.reports.trial_balance(as_of_date="2026-05-31", explain=True)
    assert ["1040", "2021", "2022", "4010"] == [row["code"] for row in report["accounts"]]
    for row in report["accounts"]:
        items = items_of(acme, row["sources"])
        assert 30 == row["sources"]["count"] == len(items) == len({item["journal_id"] for item in items})
        for column in ("debit", "credit"):
            assert row[column] == sum(item["amounts"].get(column, Decimal(0)) for item in items)


def test_a_source_names_its_entry_and_its_document(seller: Seller, call: Call) -> None:
    invoice = call.ok("POST", "/invoices", seller.body(auto_approve=True))["invoice"]
    rows = call.ok("GET", f"{TRIAL}&explain=true")["trial_balance"]["accounts"]
    (item,) = rows[0]["sources"]["items"]
    assert {
        "journal_id": invoice["journal_id"],
        "source": "INVOICE",
        "source_id": invoice["invoice_id"],
        "amounts": {"debit": Decimal("14160.00")},
    } == item
    assert "sources" not in call.ok("GET", TRIAL)["trial_balance"]["accounts"][0]


def test_the_pages_of_a_trail_are_of_the_figure_that_was_shown(seller: Seller, acme: finzcore.Org) -> None:
    sell(seller, 25)
    row = acme.reports.trial_balance(as_of_date="2026-05-31", explain=True)["accounts"][0]
    sell(seller, 3)  # at the same instant: the clock stands still
    assert row["debit"] == sum(item["amounts"]["debit"] for item in items_of(acme, row["sources"]))


def test_a_trail_has_its_own_cursor(seller: Seller, call: Call, acme: finzcore.Org) -> None:
    sell(seller, 21)
    row = acme.reports.trial_balance(as_of_date="2026-05-31", explain=True)["accounts"][0]
    other = seller.org.invoices.list(per_page=1).next_cursor
    for wrong in (other, row["sources"]["next"][:-3], "x", "e30"):
        refused = call("GET", f"/reports/sources?cursor={wrong}")
        assert (400, INVALID, "cursor") == (
            refused.status, refused.json()["code"], refused.json()["field"],
        )  # fmt: skip


def test_what_is_entered_later_changes_nothing_of_what_was_known(
    seller: Seller, clock: FrozenClock, acme: finzcore.Org
) -> None:
    first = acme.invoices.create(**seller.body(auto_approve=True))
    now = acme.reports.trial_balance(as_of_date="2026-05-31")
    clock.move(days=1)
    acme.invoices.create(**seller.body(seller.line(5), auto_approve=True, date="2026-05-01"))
    acme.invoices.void(first["invoice_id"])
    known = {"as_of_date": "2026-05-31", "as_known_at": "2026-05-19T10:30:00+05:30"}
    assert now == acme.reports.trial_balance(**known)
    assert now != acme.reports.trial_balance(as_of_date="2026-05-31")


@pytest.mark.parametrize(
    "text",
    ["yesterday", "2026-05-19", "2026-05-19T25:00:00Z", "2026-05-19T10:00Z", "0001-01-01T00:00:00+14:00"],
)
def test_an_instant_is_a_date_and_a_time(call: Call, text: str) -> None:
    refused = call("GET", f"{TRIAL}&as_known_at={text.replace('+', '%2B')}")
    assert (400, INVALID, "as_known_at") == (
        refused.status, refused.json()["code"], refused.json()["field"],
    )  # fmt: skip
