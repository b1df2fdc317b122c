"""What can be changed about a draft, and what follows from it: `api.md` §4.1, §4.5."""

from decimal import Decimal
from typing import Any

import pytest

import finzcore
from finzcore.testing import Call
from tests.selling import INVALID, Body, Seller


@pytest.fixture
def seller(call: Call, acme: finzcore.Org) -> Seller:
    return Seller(call, acme)


CHANGES: list[tuple[Body, Body]] = [
    ({"reference_number": "PO-9"}, {"reference_number": "PO-9"}),
    ({"notes": "Thank you"}, {"notes": "Thank you"}),
    ({"notes": None}, {"notes": None}),
    ({"terms": None}, {"terms": None}),
    ({"date": "2026-06-01"}, {"date": "2026-06-01T00:00:00", "due_date": "2026-06-01T00:00:00"}),
    ({"due_date": "2026-07-01"}, {"due_date": "2026-07-01T00:00:00", "date": "2026-05-19T00:00:00"}),
    ({"place_of_supply": "IN-MH"}, {"igst_total": 162, "cgst_total": 0, "total": 1072}),
    ({"discount": None}, {"discount": 0, "cgst_total": 90, "total": 1190}),
    ({"discount": 50}, {"discount": 50, "total": 1131}),
    ({"is_discount_before_tax": False}, {"cgst_total": 90, "total": 1090}),
    ({"is_inclusive_tax": True}, {"sub_total": Decimal("847.46")}),
    ({"shipping_charge": None}, {"shipping_charge": 0, "total": 1062}),
    ({"adjustment": "-0.50"}, {"total": Decimal("1071.50")}),
    ({"tds_rate": 10}, {"tds_rate": 10, "tds_amount": 90, "total": 982}),
    ({"tds_amount": 2}, {"tds_rate": None, "tds_amount": 2, "total": 1070}),
    ({"round_off": "-0.25"}, {"round_off": Decimal("-0.25"), "total": Decimal("1071.75")}),
    ({"custom_fields": {"colour": "red"}}, {"custom_fields": {"colour": "red"}}),
    ({"custom_fields": None}, {"custom_fields": None}),
    ({"tags": []}, {"tags": []}),
    (
        {"export": {"port_code": "INBLR4"}},
        {
            "export": {
                "shipping_bill_number": None,
                "shipping_bill_date": None,
                "port_code": "INBLR4",
                "country_code": None,
            }
        },
    ),
    ({"auto_approve": True}, {"status": "DRAFT"}),
]


@pytest.mark.parametrize(("changes", "expected"), CHANGES)
def test_a_change_moves_what_it_names_and_what_follows_from_that(
    seller: Seller, changes: Body, expected: Body
) -> None:
    north = seller.org.add_cost_center("North")["cost_center_id"]
    chair = seller.item(rate=1000, tax_id=seller.org.tax_id("GST 18%"))
    draft = seller.draft(
        {"item_id": chair},
        discount="10%",
        shipping_charge=10,
        notes="Hello",
        terms="Net 30",
        tags=[north],
        custom_fields={"a": 1},
    )
    seller.call.ok("PUT", f"/items/{chair}", {"rate": 1, "item_name": "Stool"})
    changed = seller.put(draft, **changes)
    assert expected == {name: changed[name] for name in expected}
    follows = {"discount", "cgst_total", "sgst_total", "igst_total", "tax_total", "total", "balance"}
    stays = set(draft) - set(changes) - set(expected) - follows - {"version", "line_items", "sub_total"}
    assert {name: draft[name] for name in stays} == {name: changed[name] for name in stays}
    assert "Oak chair" == changed["line_items"][0]["name"]
    assert changed == seller.again(draft)


def test_new_lines_take_the_place_of_all_old_ones(seller: Seller) -> None:
    draft = seller.draft(seller.line(1), seller.line(2), seller.line(3))
    changed = seller.put(draft, line_items=[{"name": "Desk", "rate": 50}])
    assert [("Desk", 50, 50)] == [
        (line["name"], line["rate"], line["item_total"]) for line in changed["line_items"]
    ]
    assert (50, 0, 2) == (changed["total"], changed["tax_total"], changed["version"])
    assert changed == seller.again(draft)


def test_what_an_answer_says_can_be_sent_back_and_changes_nothing(seller: Seller) -> None:
    seller.org.enable_currency("USD")
    draft = seller.draft(
        seller.line("199.43", quantity="1.5", discount="3%"),
        seller.line(7, "IGST 5%", tags=[seller.org.add_cost_center("North")["cost_center_id"]]),
        tds_rate=2,
        discount=5,
        shipping_charge="1.10",
        currency_code="USD",
        exchange_rate="83.25",
        export={"port_code": "INBLR4"},
        round_off="0.07",
        due_date="2026-06-18",
        custom_fields={"weight": Decimal("1.50")},
    )
    assert draft == seller.put(draft, **draft)
    assert [("INVOICE_CREATED", "INVOICE_CREATED")] == seller.told()


def test_the_due_date_follows_the_terms_of_the_customer_until_somebody_sets_it(seller: Seller) -> None:
    slow = seller.contact("Slow & Sons", payment_terms=30)
    draft = seller.draft(customer_id=slow)
    assert "2026-06-18T00:00:00" == draft["due_date"]
    assert "2026-06-19T00:00:00" == seller.put(draft, date="2026-05-20")["due_date"]
    assert "2026-05-20T00:00:00" == seller.put(draft, customer_id=seller.customer)["due_date"]
    assert "2026-05-25T00:00:00" == seller.put(draft, due_date="2026-05-25")["due_date"]
    assert "2026-05-25T00:00:00" == seller.put(draft, date="2026-05-21")["due_date"]
    assert (400, INVALID, "due_date") == seller.put_refused(draft, date="2026-05-26")
    assert "2026-05-26T00:00:00" == seller.put(draft, date="2026-05-26", due_date=None)["due_date"]


def test_another_currency_takes_its_own_rate(seller: Seller) -> None:
    for code, rate in (("USD", 83), ("EUR", 90)):
        seller.org.enable_currency(code)
        seller.org.add_exchange_rate(from_currency=code, rate=rate, rate_date="2026-05-01")
    draft = seller.draft()
    assert ("USD", 83) == _money(seller.put(draft, currency_code="usd"))
    assert ("EUR", 90) == _money(seller.put(draft, currency_code="EUR"))
    assert ("EUR", 91) == _money(seller.put(draft, exchange_rate=91))
    assert ("EUR", 91) == _money(seller.put(draft, notes="x"))
    assert ("EUR", 90) == _money(seller.put(draft, exchange_rate=None))
    assert ("INR", 1) == _money(seller.put(draft, currency_code=None))


def _money(invoice: Body) -> tuple[str, Any]:
    return invoice["currency_code"], invoice["exchange_rate"]


def test_a_document_keeps_its_customer_as_it_was_when_it_was_written(seller: Seller) -> None:
    posted, draft = seller.posted(), seller.draft()
    seller.call.ok("PUT", f"/contacts/{seller.customer}", {"contact_name": "Asha Stores LLP"})
    assert ["Asha Stores"] * 2 == [seller.again(one)["customer_name"] for one in (posted, draft)]
    assert "Asha Stores LLP" == seller.put(draft, notes="x")["customer_name"]
