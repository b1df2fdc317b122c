"""What an invoice may not be: `api.md` §1.8, §1.11, §4.1, §4.5."""

import datetime as dt
from typing import Any

import pytest

import finzcore
from finzcore.testing import Call
from tests.selling import DUPLICATE, INVALID, REQUIRED, Body, Seller


@pytest.fixture
def seller(call: Call, acme: finzcore.Org) -> Seller:
    return Seller(call, acme)


@pytest.mark.parametrize("field", ["customer_id", "date", "place_of_supply", "line_items"])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_what_is_required_must_be_there(seller: Seller, field: str, value: Any) -> None:
    assert (400, REQUIRED, field) == seller.refused(**{field: value})


def test_lines_must_be_a_list_with_something_in_it(seller: Seller) -> None:
    assert (400, REQUIRED, "line_items") == seller.refused(line_items=[])
    assert (422, "validation.failed", "line_items") == seller.refused(line_items={"name": "Work"})
    assert (400, INVALID, "line_items[0]") == seller.refused(line_items=["Work"])


HEADER: list[tuple[Body, str]] = [
    ({"date": "19-05-2026"}, "date"),
    ({"date": "2026-02-30"}, "date"),
    ({"date": 20260519}, "date"),
    ({"due_date": "soon"}, "due_date"),
    ({"due_date": "2026-05-18"}, "due_date"),
    ({"place_of_supply": "KA"}, "place_of_supply"),
    ({"place_of_supply": "IN-XX"}, "place_of_supply"),
    ({"reference_number": "x" * 101}, "reference_number"),
    ({"notes": "x" * 2001}, "notes"),
    ({"terms": "x" * 2001}, "terms"),
    ({"tds_section": "x" * 21}, "tds_section"),
    ({"currency_code": "US"}, "currency_code"),
    ({"currency_code": "USD"}, "currency_code"),
    ({"exchange_rate": 0}, "exchange_rate"),
    ({"exchange_rate": 2}, "exchange_rate"),
    ({"exchange_rate": "1.000000001"}, "exchange_rate"),
    ({"discount": -1}, "discount"),
    ({"discount": "101%"}, "discount"),
    ({"discount": "ten"}, "discount"),
    ({"discount": True}, "discount"),
    ({"discount": "12000.01"}, "discount"),
    ({"is_discount_before_tax": "yes"}, "is_discount_before_tax"),
    ({"is_inclusive_tax": 1}, "is_inclusive_tax"),
    ({"shipping_charge": -1}, "shipping_charge"),
    ({"shipping": "1.001"}, "shipping"),
    ({"adjustment": "-14160.01"}, "adjustment"),
    ({"adjustment": False}, "adjustment"),
    ({"tds_amount": -1}, "tds_amount"),
    ({"tds_amount": 14160}, "tds_amount"),
    ({"tds_rate": "100.000001"}, "tds_rate"),
    ({"tds_rate": -1}, "tds_rate"),
    ({"tds_amount": 1, "tds_rate": 10}, "tds_amount"),
    ({"round_off": 1}, "round_off"),
    ({"round_off": -1}, "round_off"),
    ({"round_off": "0.001"}, "round_off"),
    ({"auto_approve": "true!"}, "auto_approve"),
    ({"with_payment": "no"}, "with_payment"),
    ({"custom_fields": "colour"}, "custom_fields"),
    ({"custom_fields": {"colour": "x" * 17000}}, "custom_fields"),
    ({"export": "BLR"}, "export"),
    ({"export": {"country_code": "USA"}}, "export.country_code"),
    ({"export": {"shipping_bill_date": "soon"}}, "export.shipping_bill_date"),
    ({"tags": [1]}, "tags[0]"),
    ({"tags": [{"cost_center": "x"}]}, "tags[0]"),
    ({"date": "2026-05-19", "invoice_date": "2026-05-20"}, "date"),
    ({"tds_amount": 1, "tds": 2}, "tds_amount"),
]


@pytest.mark.parametrize(("header", "field"), HEADER)
def test_a_header_value_that_cannot_be_is_refused_by_its_name(
    seller: Seller, header: Body, field: str
) -> None:
    assert (400, INVALID, field) == seller.refused(**header)
    assert [] == seller.told()


LINES: list[tuple[Body, str]] = [
    ({"quantity": 0}, "quantity"),
    ({"quantity": -1}, "quantity"),
    ({"quantity": "1.0000001"}, "quantity"),
    ({"quantity": True}, "quantity"),
    ({"rate": -1}, "rate"),
    ({"price": "0.0000001", "rate": None}, "price"),
    ({"rate": "1e3"}, "rate"),
    ({"rate": 10**9, "quantity": 10**5}, "rate"),
    ({"discount": "12000.01"}, "discount"),
    ({"discount": "100.1%"}, "discount"),
    ({"discount": -1}, "discount"),
    ({"hsn_or_sac": "123"}, "hsn_or_sac"),
    ({"hsn_sac": "94O1"}, "hsn_sac"),
    ({"name": "x" * 201}, "name"),
    ({"description": "x" * 2001}, "description"),
    ({"unit": "x" * 21}, "unit"),
    ({"name": "Work", "item_name": "Play"}, "name"),
]


@pytest.mark.parametrize(("line", "field"), LINES)
def test_a_line_value_that_cannot_be_is_refused_by_its_path(seller: Seller, line: Body, field: str) -> None:
    expected = (400, INVALID, f"line_items[1].{field}")
    assert expected == seller.refused(seller.line(), seller.line() | line)


@pytest.mark.parametrize("field", ["name", "rate"])
def test_without_an_item_a_line_needs_a_name_and_a_rate(seller: Seller, field: str) -> None:
    assert (400, REQUIRED, f"line_items[0].{field}") == seller.refused(seller.line(**{field: None}))


def test_every_problem_of_a_body_is_told_at_once(seller: Seller) -> None:
    body = {
        "customer_id": "ct_nobody",
        "place_of_supply": "KA",
        "due_date": "soon",
        "line_items": [{"name": "Work"}, {"name": "Play", "rate": -1, "quantity": 0}, {}],
    }
    answer = seller.call("POST", "/invoices", body)
    said = answer.json()
    assert (400, REQUIRED, "line_items[0].rate") == (answer.status, said["code"], said["field"])
    assert [
        (REQUIRED, "line_items[0].rate"),
        (REQUIRED, "line_items[2].name"),
        (REQUIRED, "line_items[2].rate"),
        (REQUIRED, "date"),
        (INVALID, "place_of_supply"),
        (INVALID, "due_date"),
        (INVALID, "line_items[1].rate"),
        (INVALID, "line_items[1].quantity"),
    ] == [(one["code"], one["field"]) for one in said["details"]["errors"]]


def test_a_due_date_and_a_line_are_wrong_together(seller: Seller) -> None:
    body = seller.body({"name": "Work"}, seller.line(name=None), due_date="2026-05-18")
    said = seller.call("POST", "/invoices", body).json()
    assert [
        (REQUIRED, "line_items[0].rate"),
        (REQUIRED, "line_items[1].name"),
        (INVALID, "due_date"),
    ] == [(one["code"], one["field"]) for one in said["details"]["errors"]]


def test_what_fields_say_together_is_told_beside_what_cannot_be_read(seller: Seller) -> None:
    ill = {"date": "2026-05-19", "due_date": "2026-05-18", "reference_number": 7, "round_off": 1}
    lines = [{"quantity": 0, "rate": 5}, {"item_id": 7}, {"item_id": "it_1", "rate": "x"}]
    said = seller.call("POST", "/invoices", seller.body(*lines, **ill)).json()
    assert {
        (REQUIRED, "line_items[0].name"),
        (INVALID, "line_items[0].quantity"),
        (INVALID, "line_items[1].item_id"),
        (INVALID, "line_items[2].rate"),
        (INVALID, "reference_number"),
        (INVALID, "round_off"),
        (INVALID, "due_date"),
    } == {(one["code"], one["field"]) for one in said["details"]["errors"]}


@pytest.mark.parametrize("wrong", [{"date": "soon"}, {"date": None}, {"due_date": "soon"}])
def test_a_day_that_cannot_be_read_is_not_compared(seller: Seller, wrong: dict[str, Any]) -> None:
    (field,) = wrong
    said = seller.call("POST", "/invoices", seller.body(**{"due_date": "2026-05-18"} | wrong)).json()
    assert [field] == [one["field"] for one in said["details"]["errors"]]


@pytest.mark.parametrize("day", ["1969-12-31", "2200-01-01", "0001-01-01", "9999-12-31"])
def test_the_books_know_the_days_from_1970_to_2199(seller: Seller, day: str) -> None:
    # reliability.md §6
    for field in ("date", "due_date"):
        assert (400, INVALID, field) == seller.refused(**{field: day})
    assert (422, "validation.failed", "date_from") == seller.call.refused("GET", f"/invoices?date_from={day}")
    path = f"/reports/trial_balance?as_of_date={day}"
    assert (422, "validation.failed", "as_of_date") == seller.call.refused("GET", path)
    for do in (
        lambda: seller.org.invoices.create(**seller.body(date=dt.date.fromisoformat(day))),
        lambda: seller.org.create_tax(name="Odd", shape="EXEMPT", valid_from=day),
        lambda: seller.org.add_exchange_rate(from_currency="USD", rate=83, rate_date=day),
        lambda: seller.org.lock_period(day, "Audit"),
    ):
        with pytest.raises(finzcore.errors.RuleBroken, match="from 1970 to 2199"):
            do()


def test_the_first_and_the_last_day_are_days_of_the_books(seller: Seller) -> None:
    assert "INV-6970-001" == seller.posted(date="1970-01-01")["invoice_number"]
    last = seller.posted(date="2199-12-31")
    assert ("INV-9900-001", "2199-12-31T00:00:00") == (last["invoice_number"], last["due_date"])


def test_nothing_falls_due_after_the_last_day(seller: Seller) -> None:
    slow = seller.contact("Bose & Sons", payment_terms=365)
    assert (400, INVALID, "due_date") == seller.refused(customer_id=slow, date="2199-12-31")
    assert "2199-12-31T00:00:00" == seller.draft(customer_id=slow, date="2198-12-31")["due_date"]
    given = {"customer_id": slow, "date": "2199-12-31", "due_date": "2199-12-31"}
    draft = seller.draft(**given)
    assert "2199-12-31T00:00:00" == seller.put(draft, date="2199-12-30")["due_date"]


def test_five_hundred_lines_are_the_most(seller: Seller) -> None:
    line = {"name": "Nail", "rate": "0.01"}
    assert 500 == len(seller.draft(*[line] * 500)["line_items"])
    assert (400, INVALID, "line_items") == seller.refused(*[line] * 501)


@pytest.mark.parametrize("code", ["1020", "5010", "2021", "3010"])
def test_a_sale_is_credited_to_an_income_account(seller: Seller, code: str) -> None:
    line = seller.line(account_id=seller.org.account_id(code))
    assert (400, INVALID, "line_items[0].account_id") == seller.refused(line)


def test_a_reference_number_is_used_once_per_customer(seller: Seller) -> None:
    # api.md §4.5, §10 row 21
    first = seller.draft(reference_number="ORDER-7")
    answer = seller.call("POST", "/invoices", seller.body(reference_number=" ORDER-7 "))
    said = answer.json()
    assert (409, DUPLICATE, "reference_number") == (answer.status, said["code"], said["field"])
    assert {"existing_id": first["invoice_id"]} == said["details"]
    other = seller.contact("Bose & Sons")
    assert "ORDER-7" == seller.draft(reference_number="ORDER-7", customer_id=other)["reference_number"]
    assert "order-7" == seller.draft(reference_number="order-7")["reference_number"]
    for _ in range(2):
        assert seller.draft(reference_number="")["reference_number"] is None


def test_a_cancelled_or_deleted_invoice_frees_its_reference_number(seller: Seller) -> None:
    seller.act(seller.posted(reference_number="ORDER-7"), "void")
    seller.do(seller.draft(reference_number="ORDER-7"), "delete")
    assert "ORDER-7" == seller.draft(reference_number="ORDER-7")["reference_number"]


def test_a_draft_may_keep_its_reference_number_but_not_take_anothers(seller: Seller) -> None:
    first, second = seller.draft(reference_number="ORDER-7"), seller.draft(reference_number="ORDER-8")
    assert "ORDER-8" == seller.put(second, reference_number="ORDER-8", notes="x")["reference_number"]
    answer = seller.call("PUT", f"/invoices/{second['invoice_id']}", {"reference_number": "ORDER-7"})
    assert (409, {"existing_id": first["invoice_id"]}) == (answer.status, answer.json()["details"])


def test_an_approval_that_is_refused_leaves_nothing(seller: Seller) -> None:
    seller.org.lock_period("2026-05-31", "May is filed")
    assert (400, INVALID, "date") == seller.refused(auto_approve=True)
    assert ([], {}) == (seller.told(), seller.trial_balance())
    assert "INV-2627-001" == seller.draft(date="2026-06-01")["invoice_number"]
