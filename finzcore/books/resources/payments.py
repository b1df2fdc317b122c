"""Payments: money received, paid and refunded, and what it settles (`api.md` §4.7)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.explain.operation import explained
from finzcore.books.journal import branch_prefix, look_ahead, reverse
from finzcore.books.numbers import give
from finzcore.books.pages import Listing, between, equal
from finzcore.books.pages import draw as draw_page
from finzcore.books.papers.applying import (
    ALLOCATION,
    NewAllocation,
    Target,
    allocated,
    by_document,
    set_against,
    targets_of,
    unsettled,
)
from finzcore.books.papers.bank import bank_account
from finzcore.books.papers.drawing import currency
from finzcore.books.papers.kind import PaperKind, Uses
from finzcore.books.papers.money import receive, refund
from finzcore.books.papers.refunds import give_back
from finzcore.books.papers.settlement import by_source, live, open_source
from finzcore.books.printing.operation import printed
from finzcore.books.resource import Page, Resource, action, browse, create, fetch, one
from finzcore.books.shapes import amount as money
from finzcore.books.shapes import choice, columns_of, day, many, mention, number, row_of, shape, text
from finzcore.documents.lifecycle import PAYMENT as LIFE
from finzcore.documents.lifecycle import refusal, step
from finzcore.documents.payment import WAYS, Flow, Payment, PaymentType
from finzcore.errors import Duplicate, RuleBroken
from finzcore.fiscal import financial_year
from finzcore.ids import uuid_text
from finzcore.ledger.series import DocumentKind, Series
from finzcore.ledger.source import Source
from finzcore.money import Paise
from finzcore.ports import Condition, Index, Row, Table, integer, moment, paise, ref
from finzcore.ports import text as text_column


@shape
class NewPayment:
    """A payment as it is recorded. `tds_amount` settles documents in addition to `amount`."""

    flow: str = choice("INCOMING", "OUTGOING", required=True)
    payment_type: str = choice("REGULAR", "ADVANCE", "REFUND", default="REGULAR")
    contact_id: int = mention("ct_", "contacts", "Contact", required=True)
    date: str = day(required=True)
    amount: int = money(required=True, least=0, above=True)
    mode: str = choice(
        "CASH", "BANK_TRANSFER", "CHEQUE", "UPI", "CARD", "OTHER",
        required=True, also=("payment_mode",), synonyms={"BANK": "BANK_TRANSFER"},
    )  # fmt: skip
    bank_account_id: int | None = mention(
        "acc_", "accounts", "Bank account", also=("paid_through_account_id", "account_id")
    )
    branch_id: int | None = mention("br_", "branches", "Branch")
    reference_number: str | None = text(100)
    description: str | None = text(2000, lines=True)
    currency_code: str | None = text(3, upper=True, pattern="[A-Z]{3}")
    exchange_rate: int | None = number(8, least=0, above=True, most=10**16)
    bank_charges: int = money(default=0, least=0)
    tds_amount: int = money(default=0, least=0, also=("tds",))
    tds_section: str | None = text(20)
    credit_note_id: int | None = mention("cn_", "credit_notes", "Credit note", usable=False)
    allocations: tuple[Any, ...] = many(NewAllocation, most=500)


_KEPT_OTHERWISE: Final = ("allocations", "bank_account_id", "branch_id", "currency_code", "exchange_rate")

PAYMENTS: Final = Table(
    name="payments",
    columns=(
        integer("id"),
        text_column("number"),
        text_column("status"),
        *columns_of(NewPayment, without=_KEPT_OTHERWISE),
        text_column("contact_name"),
        ref("bank_account", "accounts.number"),
        ref("branch_id", "branches"),
        text_column("currency_code"),
        integer("exchange_rate", least=1),
        paise("settles", least=0),
        paise("applied", least=0),
        paise("refunded", least=0),
        paise("booked", least=0),
        ref("entry", "entries.seq"),
        integer("version", least=1),
        moment("voided_at", null=True),
        moment("created_time"),
        moment("last_modified_time"),
    ),
    within=((("applied", "refunded"), "settles"),),
    indexes=(
        Index(name="payments_contact", columns=("contact_id", "id")),
        Index(name="payments_date", columns=("date", "id")),
        Index(name="payments_reference", columns=("reference_number", "id"), present=("reference_number",)),
        Index(
            name="payments_reference_number_uq",
            columns=("contact_id", "flow", "date", "amount", "reference_number"),
            unique=True,
            present=("reference_number",),
            absent=("voided_at",),
        ),
    ),
)  # fmt: skip
"""`settles` is what documents can be settled with: the amount and the tax withheld, nothing for a
refund; `booked` is what that stands for in paise of rupees where it waits to be used."""

VIEW: Final = views.View(
    views.ident("payment_id", "", "id"),
    views.text("payment_number", "number"),
    views.text("flow"),
    views.text("payment_type"),
    views.ident("contact_id", "ct_"),
    views.text("contact_name"),
    views.day("date"),
    views.amount("amount"),
    views.text("mode"),
    views.text("reference_number"),
    views.text("description"),
    views.text("currency_code"),
    views.number("exchange_rate", 8),
    views.amount("bank_charges"),
    views.amount("tds_amount"),
    views.text("tds_section"),
    views.out("allocations", views.Each(ALLOCATION)),
    views.ident("bank_account_id", "acc_", "bank_account"),
    views.ident("paid_through_account_id", "acc_", "bank_account"),
    views.ident("branch_id", "br_"),
    views.amount("unused_amount"),
    views.text("status"),
    views.ident("credit_note_id", "cn_"),
    views.ident("journal_id", "je_", "entry"),
    views.whole("version"),
    *views.CREATED,
)


def _unused(row: Row) -> int:
    """What of a payment waits to be used."""
    left: int = row["settles"] - row["applied"] - row["refunded"]
    return left


KIND: Final = PaperKind(
    of="payments",
    noun="payment",
    source=Source.PAYMENT,
    table=PAYMENTS,
    life=LIFE,
    who="contact",
    left="unused_amount",
    rest=_unused,
    told=views.View(
        views.ident("id", ""),
        views.text("number"),
        views.text("flow"),
        views.ident("contact_id", "ct_"),
        views.amount("amount"),
        views.amount("total", "amount"),
        views.text("status", "shown_status"),
        views.out("allocations", views.Each(ALLOCATION)),
    ),
    uses=Uses(applied="applied", refunded="refunded", counts_as="payment_made"),
)


def _whole(row: Row, allocations: Sequence[Row]) -> Row:
    """A payment with its allocations."""
    return row | {"allocations": by_document(allocations), "unused_amount": _unused(row)}


def shown(books: Books, rows: list[Row]) -> list[Row]:
    """Payments as answers show them."""
    used = by_source(books, "payments", rows)
    return [_whole(row, used[row["id"]]) for row in rows]


@shape
class PaymentList(Listing):
    """Which payments are wanted."""

    flow: str | None = choice("INCOMING", "OUTGOING")
    payment_type: str | None = choice("REGULAR", "ADVANCE", "REFUND")
    contact_id: Any = mention("ct_", "contacts", "Contact")
    date_from: str | None = day()
    date_to: str | None = day()
    reference_number: str | None = text(100)


def listing(books: Books, query: PaymentList) -> Page:
    """Payments, newest first."""
    where = equal(query, "flow", "payment_type", "contact_id", "reference_number")
    where += between(query.date_from, query.date_to)
    return draw_page(books, PAYMENTS, query, where, shown=shown)


def _check_contact(contact: Row, body: NewPayment) -> None:
    customers = (body.flow == "INCOMING") != (body.payment_type == "REFUND")
    wrong = "VENDOR" if customers else "CUSTOMER"
    if contact["contact_type"] == wrong:
        side = "a customer" if customers else "a vendor"
        raise RuleBroken(f"This contact is not {side}.", field="contact_id")


def _check_together(body: NewPayment) -> None:
    """What a refund may not say, and what only a refund may."""
    refund = body.payment_type == "REFUND"
    if refund and body.allocations:
        raise RuleBroken("A refund settles no documents.", field="allocations")
    if body.credit_note_id is not None and not refund:
        raise RuleBroken("Only a refund uses up a credit note.", field="credit_note_id")


def _check_reference(books: Books, body: NewPayment) -> None:
    """The guard against recording the same money twice."""
    if body.reference_number is None:
        return
    names = ("contact_id", "flow", "date", "amount", "reference_number")
    where = [Condition(name, "=", getattr(body, name)) for name in names]
    same = books.session.find(PAYMENTS, [*where, Condition("voided_at", "absent")], limit=1)
    if same:
        raise Duplicate(
            "A payment with this contact, date, amount and reference exists.",
            field="reference_number",
            details={"existing_id": uuid_text(books.org_id, same[0]["id"])},
        )


def add(books: Books, body: NewPayment) -> Row:
    """Record money that moved, and what it settles at once."""
    contact = books.row("contacts", body.contact_id)
    _check_contact(contact, body)
    _check_together(body)
    code, rate = currency(books, body.currency_code, body.exchange_rate, contact, body.date)
    targets = targets_of(books, body.allocations, flow=body.flow, contact=body.contact_id, code=code)
    note = None if body.credit_note_id is None else books.row("credit_notes", body.credit_note_id)
    _check_reference(books, body)
    books.check_open(body.date)
    branch = _branch(books, body, targets, note)
    payment = Payment(
        flow=Flow(body.flow),
        payment_type=PaymentType(body.payment_type),
        amount=Paise(body.amount),
        bank_charges=Paise(body.bank_charges),
        tds_amount=Paise(body.tds_amount),
        exchange_rate=rate,
        bank=bank_account(books, body.bank_account_id),
        branch_id=branch["id"],
        contact_id=body.contact_id,
    )
    row = _new_row(books, body, payment, branch)
    row |= {"currency_code": code, "contact_name": contact["contact_name"]}
    if payment.way.sits_on is None:
        refund(books, row, payment, note)
        return _whole(row, [])
    return _told(books, _whole(row, receive(books, row, payment, body.allocations, targets)))


def _told(books: Books, whole: Row) -> Row:
    """A payment, whose events say what it settles."""
    KIND.tell_whole(books, whole)
    return whole


def _branch(books: Books, body: NewPayment, targets: Sequence[Target], note: Row | None) -> Row:
    """The branch named, else that of the first document, else the default one."""
    branches = books.masters.rows["branches"]
    if body.branch_id is not None:
        return branches[body.branch_id]
    if targets:
        return branches[targets[0][1]["branch_id"]]
    return books.masters.default_branch if note is None else branches[note["branch_id"]]


def _new_row(books: Books, body: NewPayment, payment: Payment, branch: Row) -> Row:
    kind = DocumentKind.PAYMENT
    year = financial_year(dt.date.fromisoformat(body.date))
    series = Series(kind=kind, prefix=branch_prefix(branch, kind), year=year)
    look_ahead(books, branch, year)
    key = books.new_id()
    return row_of(body, without=_KEPT_OTHERWISE) | {
        "id": key,
        "number": give(books, series, branch=branch, document_id=key),
        "status": "RECORDED",
        "bank_account": payment.bank,
        "branch_id": branch["id"],
        "exchange_rate": payment.exchange_rate,
        "settles": 0,
        "applied": 0,
        "refunded": 0,
        "booked": 0,
        "version": 1,
        "voided_at": None,
        "created_time": books.time,
        "last_modified_time": books.time,
    }


@shape
class ToApply:
    """What a payment is to settle."""

    allocations: tuple[Any, ...] = many(NewAllocation, least=1, most=500, required=True)


def apply(books: Books, row: Row, body: ToApply) -> Row:
    """Settle documents with money that was received before."""
    step(LIFE, row["status"], "apply")
    sits_on = WAYS[Flow(row["flow"]), PaymentType(row["payment_type"])].sits_on
    if sits_on is None:
        raise RuleBroken("A refund settles no documents.", field="allocations")
    targets = targets_of(
        books, body.allocations, flow=row["flow"], contact=row["contact_id"], code=row["currency_code"]
    )
    applications = allocated(books, open_source(books, "payments", row), body.allocations, targets)
    after = set_against(books, ("payments", row), sits_on, targets, applications)
    return _told(books, one(shown)(books, after))


def void(books: Books, row: Row) -> Row:
    """Take a payment out of the books, and out of every document it settled."""
    status = step(LIFE, row["status"], "void")
    if row["refunded"] or (row["payment_type"] == "ADVANCE" and row["applied"]):
        raise refusal(LIFE, row["status"], "void", "What this payment brought has been used already.")
    books.check_open(row["date"])
    memo = f"Void of payment {row['number']}"
    reverse(books, row["entry"], cause="VOID", memo=memo)
    released = live(books, "source", "payments", [row["id"]])
    for entry in sorted({each["entry"] for each in released if each["entry"] is not None}):
        reverse(books, entry, cause="VOID", memo=memo)
    changes = {
        "status": status,
        "voided_at": books.time,
        "applied": 0,
        "version": row["version"] + 1,
        "last_modified_time": books.time,
    }
    books.session.change(PAYMENTS, (row["id"],), changes)
    after = row | changes
    KIND.tell(books, after, "VOIDED", "VOIDED")
    unsettled(books, released)
    give_back(books, row)
    return _whole(after, [])


RESOURCE: Final = Resource(
    name="payments",
    noun="payment",
    table=PAYMENTS,
    view=VIEW,
    operations=(
        browse(listing, PaymentList),
        fetch(one(shown)),
        create(add, NewPayment, key="required", message="The payment has been recorded."),
        action("apply", apply, ToApply, done="applied", key="required"),
        action("void", void, done="voided"),
        printed("payments"),
        explained("payments", "payment_id"),
    ),
)
