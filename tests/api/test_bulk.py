"""Many documents in one call: `api.md` §7, `reliability.md` §3."""

import logging
import sqlite3
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

import finzcore
from finzcore.books.history import EVENTS
from finzcore.books.papers import charges, stock
from finzcore.errors import Unavailable
from finzcore.ports import Contended
from finzcore.testing import Call
from tests.engines import on_sqlite
from tests.selling import INVALID, NOT_FOUND, Body, Seller
from tests.snapshot import changed, snapshot

BULK = "/bulk/invoices"
BROKEN = "server.internal_error"
NOBODY = "it_" + "0" * 32


@pytest.fixture
def seller(call: Call, acme: finzcore.Org) -> Seller:
    return Seller(call, acme)


def sent(seller: Seller, *rows: Any, **more: Any) -> Body:
    """The answer of a call with these rows, which must be sound."""
    answer: Body = seller.call.ok("POST", BULK, {"invoices": list(rows)}, **more)
    assert [] == seller.call.engine.verify()
    return answer


def shown(answer: Body) -> list[str]:
    """The number of what was made, or the code of why there is none, row after row."""
    return [
        one["invoice"]["invoice_number"] if one["ok"] else one["error"]["code"] for one in answer["results"]
    ]


def aggregates(seller: Seller) -> list[Any]:
    """What was told of whole calls."""
    return [
        (row["event_type"], row["action"], row["data"])
        for row in seller.events("ORGANISATION")
        if row["event_type"] is not None
    ]


# ----- what comes of it -----


def test_one_row_of_three_names_nothing(seller: Seller) -> None:
    # api.md §10, row 29
    unknown = seller.line(name=None, item_id=NOBODY)
    answer = sent(seller, seller.body(), seller.body(unknown), seller.body())
    assert ["INV-2627-001", NOT_FOUND, "INV-2627-002"] == shown(answer)
    assert "2 of 3 invoices created." == answer["message"]
    assert {"total": 3, "succeeded": 2, "failed": 1} == answer["summary"]
    assert {
        "ok": False,
        "error": {
            "code": NOT_FOUND,
            "message": f"Item '{NOBODY}' not found in this org.",
            "field": "line_items[0].item_id",
        },
    } == answer["results"][1]
    assert [("INVOICE_CREATED", "INVOICE_CREATED")] * 2 == seller.told()
    assert [("INVOICE_BULK_CREATED", None, '{"count":2,"failed":1,"batch_size":3}')] == aggregates(seller)


def test_a_row_answers_as_a_call_of_its_own_does(seller: Seller) -> None:
    (one,) = sent(seller, seller.body(auto_approve=True))["results"]
    assert ["ok", "invoice"] == list(one)
    assert seller.again(one["invoice"]) == one["invoice"]
    assert "SENT" == one["invoice"]["status"]
    assert Decimal("14160.00") == seller.trial_balance()["1040"]


def test_the_events_of_the_rows_come_in_their_order_and_that_of_the_call_at_the_end(seller: Seller) -> None:
    sent(seller, seller.body(auto_approve=True), 5, seller.body())
    with seller.org._engine.store.read(seller.org._key) as session:
        rows = session.find(EVENTS, ascending=True)[-4:]
    assert [
        ("INVOICE_CREATED", "INV-2627-001"),
        ("INVOICE_APPROVED", "INV-2627-001"),
        ("INVOICE_CREATED", "INV-2627-002"),
        ("INVOICE_BULK_CREATED", None),
    ] == [(row["event_type"], row["entity_ref"]) for row in rows]


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        (1, 0, "1 of 1 invoices created."),
        (1, 1, "1 of 2 invoices created."),
        (0, 2, "0 of 2 invoices created."),
        (50, 0, "50 of 50 invoices created."),
    ],
)
def test_every_call_is_answered_with_200_and_told(seller: Seller, good: int, bad: int, message: str) -> None:
    response = seller.call("POST", BULK, {"invoices": [seller.body()] * good + [{}] * bad})
    assert (200, message) == (response.status, response.json()["message"])
    told = f'{{"count":{good},"failed":{bad},"batch_size":{good + bad}}}'
    assert [("INVOICE_BULK_CREATED", None, told)] == aggregates(seller)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "validation.required_field"),
        ({"invoices": None}, 400, "validation.required_field"),
        ({"invoices": ""}, 400, "validation.required_field"),
        ({"invoices": []}, 422, "validation.failed"),
        ({"invoices": [{}] * 51}, 422, "validation.failed"),
        ({"invoices": {}}, 422, "validation.failed"),
        ({"invoices": "inv"}, 422, "validation.failed"),
        ({"bills": [{}]}, 400, "validation.required_field"),
    ],
)
def test_a_call_that_is_no_list_of_one_to_fifty_is_refused(
    seller: Seller, target: str, body: Body, status: int, code: str
) -> None:
    before = snapshot(target)
    assert (status, code, "invoices") == seller.call.refused("POST", BULK, body)
    assert set() == changed(before, snapshot(target))


@pytest.mark.parametrize("row", [None, 5, "inv", [], [{}], True])
def test_a_row_that_is_no_object_fails_alone(seller: Seller, row: Any) -> None:
    answer = sent(seller, row, seller.body())
    assert [INVALID, "INV-2627-001"] == shown(answer)
    assert {"code": INVALID, "message": "Must be an object."} == answer["results"][0]["error"]


REFUSED: dict[str, Callable[[Seller], Body]] = {
    "nothing said": lambda seller: {},
    "no customer": lambda seller: seller.body(customer_id=None),
    "two faults": lambda seller: seller.body(date="tomorrow", due_date=5),
    "an unknown customer": lambda seller: seller.body(customer_id="ct_9"),
    "a vendor": lambda seller: seller.body(customer_id=seller.contact("Vasu", contact_type="VENDOR")),
    "an unknown tax in the second line": lambda seller: seller.body(
        seller.line(), seller.line() | {"tax_id": "tx_1"}
    ),
    "an unknown branch": lambda seller: seller.body(branch_id="br_1"),
    "no lines": lambda seller: seller.body() | {"line_items": []},
    "too many lines": lambda seller: seller.body(*[seller.line()] * 501),
    "due before its day": lambda seller: seller.body(due_date="2026-05-18"),
    "no rate for dollars": lambda seller: seller.body(currency_code="USD"),
    "a discount of more than there is": lambda seller: seller.body(discount=20000),
    "a prefix in use": lambda seller: seller.body(series="INV"),
    "a locked day": lambda seller: seller.body(date="2026-03-31"),
    "a number too long": lambda seller: seller.body(invoice_number="N" * 17),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_row_is_refused_as_a_call_of_its_own_would_be(seller: Seller, name: str) -> None:
    seller.org.lock_period("2026-03-31", reason="The year is filed")
    row = REFUSED[name](seller)
    alone = seller.call("POST", "/invoices", row).json()
    assert alone.pop("request_id")
    (one,) = sent(seller, row)["results"]
    assert {"ok": False, "error": alone} == one


def test_rows_see_what_the_rows_before_them_have_made(seller: Seller) -> None:
    same = {"reference_number": "PO-7"}
    first, again, other, twice = sent(
        seller,
        seller.body(**same),
        seller.body(**same),
        seller.body(invoice_number="A-1"),
        seller.body(invoice_number="a-1"),
    )["results"]
    assert {"existing_id": first["invoice"]["invoice_id"]} == again["error"]["details"]
    assert (True, "invoice_number") == (other["ok"], twice["error"]["field"])
    assert ["conflict.duplicate"] * 2 == [again["error"]["code"], twice["error"]["code"]]


def test_a_number_given_by_hand_in_one_row_is_passed_over_by_the_next(seller: Seller) -> None:
    answer = sent(seller, seller.body(invoice_number="INV-2627-001"), seller.body())
    assert ["INV-2627-001", "INV-2627-002"] == shown(answer)


# ----- what fails -----


def test_refused_rows_leave_nothing_but_the_event_of_the_call(seller: Seller, target: str) -> None:
    before = snapshot(target)
    sent(seller, {}, seller.body(customer_id="ct_9"), seller.body(discount=20000), 5)
    assert {"events", "heads"} == changed(before, snapshot(target))


def test_a_row_that_is_refused_when_its_entry_is_written_is_undone_alone(
    seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock, "MOST_ON_HAND", 5_000_000)
    item = seller.item(track_inventory=True, rate=100)
    rows = [
        seller.body({"item_id": item, "quantity": quantity}, auto_approve=True) for quantity in (2, 6, 3, 1)
    ]
    answer = sent(seller, *rows)
    assert ["INV-2627-001", INVALID, "INV-2627-002", INVALID] == shown(answer)
    assert "line_items[0].quantity" == answer["results"][1]["error"]["field"]
    assert Decimal("500.00") == seller.trial_balance()["1040"]
    journals = seller.call.ok("GET", "/journals")["journals"]
    assert ["JE-2627-002", "JE-2627-001"] == [one["journal_number"] for one in journals]
    assert -5 == seller.call.ok("GET", f"/items/{item}")["item"]["stock_on_hand"]


def breaking(monkeypatch: pytest.MonkeyPatch, error: BaseException, *, times: int = 1) -> None:
    """Have a row fail that carries a note, so many times, when its entry is written already."""
    kept = charges.write_lines
    left = [error] * times

    def fails(books: Any, key: int, version: int, lines: list[Any]) -> None:
        if left and lines[0]["name"] == "Break":
            raise left.pop()
        kept(books, key, version, lines)

    monkeypatch.setattr(charges, "write_lines", fails)


def rows_around(seller: Seller) -> list[Body]:
    """Three posted invoices; the one in the middle is what `breaking` waits for."""
    middle = seller.body(seller.line(name="Break"), auto_approve=True)
    return [seller.body(auto_approve=True), middle, seller.body(auto_approve=True)]


def test_a_mistake_of_ours_loses_its_row_alone_and_is_logged_without_secrets(
    seller: Seller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    breaking(monkeypatch, ValueError("a mistake of ours with aibk_pat_0123456789"))
    with caplog.at_level(logging.ERROR):
        answer = sent(seller, *rows_around(seller))
    assert ["INV-2627-001", BROKEN, "INV-2627-002"] == shown(answer)
    assert {
        "code": BROKEN,
        "message": "This row failed unexpectedly; nothing of it was done.",
    } == answer["results"][1]["error"]
    assert "ValueError: a mistake of ours with aibk_pat_…" in caplog.text
    assert "0123456789" not in caplog.text
    assert Decimal("28320.00") == seller.trial_balance()["1040"]


@pytest.mark.parametrize("error", [Unavailable(), OSError("no space left"), MemoryError()])
def test_books_out_of_reach_in_one_row_are_so_for_all_of_them(
    seller: Seller, target: str, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    rows = {"invoices": rows_around(seller)}
    before = snapshot(target)
    breaking(monkeypatch, error)
    response = seller.call("POST", BULK, rows, key="once")
    assert (500 if isinstance(error, MemoryError) else 503) == response.status
    assert set() == changed(before, snapshot(target))
    assert "3 of 3 invoices created." == seller.call.ok("POST", BULK, rows, key="once")["message"]


@on_sqlite
def test_a_disk_that_fails_in_one_row_fails_the_call_and_its_connection_is_not_used_again(
    seller: Seller, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It is SQLite's errors that reach the row as they are: a server's are translated before.
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
    rows = {"invoices": rows_around(seller)}
    before = snapshot(target)
    breaking(monkeypatch, error)
    writer = seller.call.engine.store._writer  # type: ignore[attr-defined]
    assert (503, "server.unavailable", None) == seller.call.refused("POST", BULK, rows)
    assert set() == changed(before, snapshot(target))
    assert "3 of 3 invoices created." == seller.call.ok("POST", BULK, rows)["message"]
    assert writer is not seller.call.engine.store._writer  # type: ignore[attr-defined]


def test_a_unit_of_work_that_was_in_the_way_is_done_again_as_a_whole(
    seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(monkeypatch, Contended(), times=2)
    answer = sent(seller, *rows_around(seller))
    assert ["INV-2627-001", "INV-2627-002", "INV-2627-003"] == shown(answer)
    assert 3 == len(seller.call.ok("GET", "/invoices")["invoices"])


def test_an_interrupt_leaves_nothing(seller: Seller, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {"invoices": rows_around(seller)}
    before = snapshot(target)
    breaking(monkeypatch, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        seller.call("POST", BULK, rows, key="once")
    assert set() == changed(before, snapshot(target))
    assert "3 of 3 invoices created." == seller.call.ok("POST", BULK, rows, key="once")["message"]


# ----- keys, scopes, sizes -----


def test_a_key_remembers_the_whole_answer(seller: Seller, target: str) -> None:
    rows = {"invoices": [seller.body(auto_approve=True), {}, seller.body()]}
    first = seller.call("POST", BULK, rows, key="may")
    before = snapshot(target)
    again = seller.call("POST", BULK, rows, key="may")
    assert (200, first.body, "true") == (again.status, again.body, again.header("Idempotency-Replayed"))
    other = seller.call.refused("POST", BULK, {"invoices": rows["invoices"][:1]}, key="may")
    assert (422, "idempotency.key_reused", "Idempotency-Key") == other
    assert set() == changed(before, snapshot(target))


def test_a_key_is_not_needed(seller: Seller) -> None:
    assert ["INV-2627-001"] == shown(sent(seller, seller.body(), key=None))


def test_the_scope_is_that_of_making_one(seller: Seller) -> None:
    engine, org = seller.call.engine, seller.org.org_id
    for scopes, status in ((["invoices.CREATE"], 200), (["invoices.READ", "bills.CREATE"], 403)):
        token = engine.mint_pat(org_id=org, scopes=[f"AIBooks.{scope}" for scope in scopes]).token
        assert status == Call(engine, token)("POST", BULK, {"invoices": [seller.body()]}).status


def test_a_call_counts_once_however_many_rows_it_has(seller: Seller) -> None:
    left = []
    for rows in (1, 20):
        response = seller.call("POST", BULK, {"invoices": [{}] * rows})
        left.append(int(response.header("X-RateLimit-Remaining") or 0))
    assert 1 == left[0] - left[1]


def test_a_call_may_be_larger_than_a_single_one_but_not_beyond_five_megabytes(seller: Seller) -> None:
    row = seller.body(*[seller.line(description="d" * 2000)] * 20)
    answer = sent(seller, *[row] * 30)
    assert "30 of 30 invoices created." == answer["message"]
    blank = b" " * (5 * 2**20 - 2)
    assert (400, "validation.required_field", "invoices") == seller.call.refused("POST", BULK, blank + b"{}")
    assert (413, "validation.failed", None) == seller.call.refused("POST", BULK, blank + b" {}")


# ----- from Python -----


def test_python_callers_give_the_list(seller: Seller) -> None:
    rows = [seller.body(auto_approve=True), seller.body(customer_id="ct_9")]
    made = seller.org.bulk.invoices(rows)
    assert {"total": 2, "succeeded": 1, "failed": 1} == made["summary"]
    assert Decimal("14160.00") == made["results"][0]["invoice"]["total"]
    assert (
        seller.org.invoices.get(made["results"][0]["invoice"]["invoice_id"]) == made["results"][0]["invoice"]
    )
    assert "customer_id" == made["results"][1]["error"]["field"]
    assert (
        "INV-2627-002" == seller.org.bulk.invoices(invoices=rows)["results"][0]["invoice"]["invoice_number"]
    )


def test_what_no_call_could_take_is_a_type_error_of_the_whole(seller: Seller, target: str) -> None:
    before = snapshot(target)
    wrong: tuple[Callable[[], Any], ...] = (
        lambda: seller.org.bulk.invoices(),
        lambda: seller.org.bulk.invoices([], []),
        lambda: seller.org.bulk.invoices([], invoices=[]),
        lambda: seller.org.bulk.invoices([seller.body(colour="red")]),
        lambda: seller.org.bulk.invoices([seller.body(discount=0.5)]),
    )
    for one in wrong[1:]:
        with pytest.raises(TypeError):
            one()
    with pytest.raises(finzcore.errors.RequiredField):
        wrong[0]()
    with pytest.raises(finzcore.errors.Unreadable):
        seller.org.bulk.invoices([])
    assert set() == changed(before, snapshot(target))


def test_a_replay_gives_python_what_the_first_call_gave(seller: Seller) -> None:
    rows = [seller.body(auto_approve=True), seller.body(date="tomorrow"), seller.body(discount="1e99")]
    first, again = (seller.org.bulk.invoices(rows, idempotency_key="may") for _ in range(2))
    assert first == again
    assert 1 == len(seller.org.invoices.list())


def test_inside_a_transaction_a_lost_row_is_a_lost_row(
    seller: Seller, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(monkeypatch, ValueError("a mistake of ours"))
    with seller.org.transaction():
        made = seller.org.bulk.invoices([*rows_around(seller), seller.body(customer_id="ct_9")])
        seller.org.invoices.create(**seller.body())
    assert {"total": 4, "succeeded": 2, "failed": 2} == made["summary"]
    numbers = [one["invoice_number"] for one in seller.org.invoices.list()]
    assert ["INV-2627-003", "INV-2627-002", "INV-2627-001"] == numbers
    before = snapshot(target)
    with pytest.raises(ZeroDivisionError), seller.org.transaction():
        seller.org.bulk.invoices([seller.body()])
        raise ZeroDivisionError
    assert set() == changed(before, snapshot(target))
    assert [] == seller.call.engine.verify()


# ----- bills -----


def test_bills_are_made_in_the_same_way(seller: Seller) -> None:
    vendor = seller.contact("Vasu", contact_type="VENDOR")
    bill = seller.body(vendor_id=vendor, reference_number="V-1") | {"auto_approve": True}
    del bill["customer_id"]
    other = bill | {"reference_number": "V-2"}
    answer = seller.call.ok("POST", "/bulk/bills", {"bills": [bill, bill, other, {"vendor_id": "ct_9"}]})
    made = [
        one["bill"]["reference_number"] if one["ok"] else one["error"]["field"] for one in answer["results"]
    ]
    assert ["V-1", "reference_number", "V-2", "date"] == made
    assert "2 of 4 bills created." == answer["message"]
    told = '{"count":2,"failed":2,"batch_size":4}'
    assert [("BILL_BULK_CREATED", None, told)] == aggregates(seller)
    assert Decimal("-28320.00") == seller.trial_balance()["2010"]
    assert (422, "validation.failed", "bills") == seller.call.refused("POST", "/bulk/bills", {"bills": []})


def test_a_bill_is_refused_in_a_row_as_in_a_call_of_its_own(seller: Seller) -> None:
    row = {"vendor_id": seller.customer, "date": "2026-05-19", "line_items": [{"item_id": NOBODY}]}
    alone = seller.call("POST", "/bills", row).json()
    assert alone.pop("request_id")
    (one,) = seller.call.ok("POST", "/bulk/bills", {"bills": [row]})["results"]
    assert {"ok": False, "error": alone} == one
