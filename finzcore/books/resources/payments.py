"""Payments: money received, paid and refunded, and what it settles (`api.md` §4.7)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from finzcore.books import history, views
from finzcore.books.books import Books
from finzcore.books.journal import branch_prefix, post, reverse
from finzcore.books.numbers import give
from finzcore.books.pages import Listing
from finzcore.books.pages import draw as draw_page
from finzcore.books.paper import currency
from finzcore.books.registry import resource
from finzcore.books.resource import Page, Resource, action, browse, create, fetch
from finzcore.books.settlement import (
    check_posted,
    live,
    open_source,
    open_target,
    record,
    release,
    settle,
    settlement_date,
    unused,
    use_source,
)
from finzcore.books.shapes import amount as money
from finzcore.books.shapes import choice, columns_of, day, many, mention, number, row_of, shape, text
from finzcore.documents.allocation import Application, Demand, allocate, consume_oldest
from finzcore.documents.lifecycle import PAYMENT as LIFE
from finzcore.documents.lifecycle import step
from finzcore.documents.payment import (
    Flow,
    Payment,
    PaymentType,
    application_postings,
    payment_postings,
    refund_postings,
)
from finzcore.errors import Duplicate, OverAllocated, RuleBroken
from finzcore.fiscal import financial_year
from finzcore.ids import uuid_text, wire
from finzcore.ledger.account import AccountType, Role
from finzcore.ledger.entry import JournalEntry, Posting, Source
from finzcore.ledger.series import DocumentKind, Series
from finzcore.money import Paise, rupees
from finzcore.ports import Condition, Index, Row, Table, integer, moment, paise, ref
from finzcore.ports import text as text_column


@shape
class NewAllocation:
    """How much of a payment settles which document."""

    invoice_id: int | None = mention("inv_", "invoices", "Invoice", usable=False)
    bill_id: int | None = mention("bl_", "bills", "Bill", usable=False)
    debit_note_id: int | None = mention("dn_", "debit_notes", "Debit note", usable=False)
    amount: int = money(required=True)


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
    tds_amount: int = money(default=0, least=0)
    tds_section: str | None = text(20)
    credit_note_id: int | None = mention("cn_", "credit_notes", "Credit note", usable=False)
    allocations: tuple[Any, ...] = many(NewAllocation, most=500)


PAYMENTS: Final = Table(
    name="payments",
    columns=(
        integer("id"),
        text_column("number"),
        text_column("status"),
        *columns_of(NewPayment, without=(
            "allocations", "bank_account_id", "branch_id", "currency_code", "exchange_rate",
        )),
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

_DOCUMENT: Final = (("invoice_id", "invoices"), ("bill_id", "bills"), ("debit_note_id", "debit_notes"))

ALLOCATION: Final = views.View(
    views.ident("allocation_id", "", "id"),
    views.ident("invoice_id", "inv_"),
    views.ident("bill_id", "bl_"),
    views.ident("debit_note_id", "dn_"),
    views.amount("amount"),
    views.day("date"),
)

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


def shown(row: Row, allocations: Sequence[Row]) -> Row:
    """A payment with its allocations."""
    by_document = [
        one | {field: one["target_id"] if one["target_type"] == of else None for field, of in _DOCUMENT}
        for one in allocations
        if one["target_type"] != "refunds"
    ]
    return row | {"allocations": by_document, "unused_amount": unused("payments", row)}


def show(books: Books, row: Row) -> Row:
    """One payment, whole."""
    return shown(row, live(books, "source", "payments", [row["id"]]))


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
    where = [
        Condition(column, "=", getattr(query, column))
        for column in ("flow", "payment_type", "contact_id", "reference_number")
        if getattr(query, column) is not None
    ]
    if query.date_from is not None:
        where.append(Condition("date", ">=", query.date_from))
    if query.date_to is not None:
        where.append(Condition("date", "<=", query.date_to))
    page = draw_page(books, PAYMENTS, query, where)
    used = live(books, "source", "payments", [row["id"] for row in page.rows])
    rows = [shown(row, [one for one in used if one["source_id"] == row["id"]]) for row in page.rows]
    return Page(rows=rows, next_cursor=page.next_cursor, per_page=page.per_page)


def _target(one: NewAllocation, index: int) -> tuple[str, int]:
    """The one document that an allocation names: the resource and the key."""
    named = [(of, getattr(one, field)) for field, of in _DOCUMENT if getattr(one, field) is not None]
    if len(named) != 1:
        raise RuleBroken("An allocation names exactly one document.", field=f"allocations[{index}]")
    return named[0]


def _targets(
    books: Books, given: Sequence[NewAllocation], flow: str, contact: int, code: str
) -> list[tuple[str, Row]]:
    """The documents to be settled, each looked at: side, contact, currency, posted."""
    targets = []
    for index, one in enumerate(given):
        of, key = _target(one, index)
        field = f"allocations[{index}].{next(name for name, known in _DOCUMENT if known == of)}"
        if of == "invoices" and flow != "INCOMING":
            raise RuleBroken("Only a receipt settles an invoice.", field=field)
        row = books.row(of, key)
        if row["customer_id"] != contact:
            raise RuleBroken("The document belongs to another contact.", field=field)
        if row["currency_code"] != code:
            raise RuleBroken("The document is in another currency.", field=field)
        check_posted(row, resource(of).noun.replace("_", " "), field)
        targets.append((of, row))
    return targets


def _allocated(
    books: Books, source: Any, given: Sequence[NewAllocation], targets: Sequence[tuple[str, Row]]
) -> list[Application]:
    demands = [
        Demand(target=(of, row["id"]), amount=Paise(one.amount))
        for one, (of, row) in zip(given, targets, strict=True)
    ]
    return allocate(source, demands, {(of, row["id"]): open_target(books, of, row) for of, row in targets})


def _bank(books: Books, body: NewPayment) -> int:
    accounts = books.masters.rows["accounts"]
    kinds = (AccountType.BANK.value, AccountType.CASH.value)
    if body.bank_account_id is not None:
        if accounts[body.bank_account_id]["account_type"] not in kinds:
            raise RuleBroken("Money moves on a bank or cash account.", field="bank_account_id")
        return body.bank_account_id
    open_ = [row for row in accounts.values() if row["is_active"] and row["account_type"] in kinds]
    if not open_:
        raise RuleBroken("There is no active bank or cash account.", field="bank_account_id")
    number_: int = min(open_, key=lambda row: row["code"])["number"]
    return number_


def _check_contact(contact: Row, body: NewPayment) -> None:
    customers = (body.flow == "INCOMING") != (body.payment_type == "REFUND")
    wrong = "VENDOR" if customers else "CUSTOMER"
    if contact["contact_type"] == wrong:
        side = "a customer" if customers else "a vendor"
        raise RuleBroken(f"This contact is not {side}.", field="contact_id")


def _check_reference(books: Books, body: NewPayment) -> None:
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
    refund = body.payment_type == "REFUND"
    if refund and body.allocations:
        raise RuleBroken("A refund settles no documents.", field="allocations")
    if body.credit_note_id is not None and not refund:
        raise RuleBroken("Only a refund uses up a credit note.", field="credit_note_id")
    note = None if body.credit_note_id is None else books.row("credit_notes", body.credit_note_id)
    code, rate = currency(books, body, contact, body.date)  # type: ignore[arg-type]
    targets = _targets(books, body.allocations, body.flow, body.contact_id, code)
    _check_reference(books, body)
    branch = _branch(books, body, targets, note)
    payment = Payment(
        flow=Flow(body.flow),
        payment_type=PaymentType(body.payment_type),
        amount=Paise(body.amount),
        bank_charges=Paise(body.bank_charges),
        tds_amount=Paise(body.tds_amount),
        exchange_rate=rate,
        bank=_bank(books, body),
        branch_id=branch["id"],
        contact_id=body.contact_id,
    )
    row = _new_row(books, body, payment, branch, code, contact)
    if refund:
        return _refund(books, row, payment, note)
    applications = _allocated(books, payment.opened, body.allocations, targets)
    postings = payment_postings(payment, applications, chart=books.masters.chart)
    row["booked"] = payment.opened.booked
    row["applied"] = sum(one.amount for one in applications)
    row["entry"] = _post(books, row, row["date"], postings, "Receipt" if body.flow == "INCOMING" else "Payment")
    books.session.insert(PAYMENTS, [row])
    _tell(books, row, "RECEIVED" if body.flow == "INCOMING" else "MADE", "PAYMENT_CREATED")
    return shown(row, _settle(books, row, targets, applications, None, at_once=True))


def _branch(books: Books, body: NewPayment, targets: Sequence[tuple[str, Row]], note: Row | None) -> Row:
    branches = books.masters.rows["branches"]
    if body.branch_id is not None:
        return branches[body.branch_id]
    if targets:
        return branches[targets[0][1]["branch_id"]]
    return books.masters.default_branch if note is None else branches[note["branch_id"]]


def _new_row(books: Books, body: NewPayment, payment: Payment, branch: Row, code: str, contact: Row) -> Row:
    year = financial_year(dt.date.fromisoformat(body.date))
    prefix = branch_prefix(branch, DocumentKind.PAYMENT)
    series = Series(kind=DocumentKind.PAYMENT, prefix=prefix, year=year)
    books.check_open(body.date)
    key = books.new_id()
    without = ("allocations", "bank_account_id", "branch_id", "currency_code", "exchange_rate")
    return row_of(body, without=without) | {
        "id": key,
        "number": give(books, series, branch=branch, document_id=key),
        "status": "RECORDED",
        "contact_name": contact["contact_name"],
        "bank_account": payment.bank,
        "branch_id": branch["id"],
        "currency_code": code,
        "exchange_rate": payment.exchange_rate,
        "settles": 0 if body.payment_type == "REFUND" else body.amount + body.tds_amount,
        "applied": 0,
        "refunded": 0,
        "booked": 0,
        "version": 1,
        "voided_at": None,
        "created_time": books.time,
        "last_modified_time": books.time,
    }


def _post(books: Books, row: Row, date: str, postings: Sequence[Posting], what: str) -> int:
    entry = JournalEntry(
        date=dt.date.fromisoformat(date),
        source=Source.PAYMENT,
        source_id=row["id"],
        branch_id=row["branch_id"],
        contact_id=row["contact_id"],
        reference_number=row["reference_number"],
        memo=f"{what} {row['number']}, {row['contact_name']}",
        postings=tuple(postings),
    )
    return post(books, entry)


def _settle(
    books: Books,
    row: Row,
    targets: Sequence[tuple[str, Row]],
    applications: Sequence[Application],
    entry: int | None,
    *,
    at_once: bool = False,
) -> list[Row]:
    """Write the allocations, and what they leave on their documents; a document may come twice."""
    present = {(of, document["id"]): document for of, document in targets}
    kept = []
    for (of, document), one in zip(targets, applications, strict=True):
        date = max(row["date"], document["date"]) if at_once else settlement_date(books, row, document)
        kept.append(
            record(books, ("payments", row["id"]), (of, document["id"]), one, date=date, entry=entry)
        )
        present[of, document["id"]] = settle(books, of, present[of, document["id"]], cash=one.amount)
    return kept


def _tell(books: Books, row: Row, verb: str, activity: str, allocations: Sequence[Row] = ()) -> None:
    org = books.org_id
    data = (
        f'{{"id":"{uuid_text(org, row["id"])}","number":"{row["number"]}","flow":"{row["flow"]}",'
        f'"contact_id":"{wire("ct_", org, row["contact_id"])}","amount":{rupees(row["amount"])},'
        f'"total":{rupees(row["amount"])},"status":"{row["status"]}"}}'
    )
    history.record(
        books, "PAYMENT", row["id"], action=activity, event=f"PAYMENT_{verb}", ref=row["number"], data=data
    )


def _refund(books: Books, row: Row, payment: Payment, note: Row | None) -> Row:
    """Give back what waits to be used: of a credit note, or of the oldest payments."""
    sources = [("credit_notes", note)] if note is not None else _unused_payments(books, row)
    for of, source in sources:
        _check_refundable(of, source, row)
    opens = [((of, source["id"]), open_source(books, of, source)) for of, source in sources]
    taken = consume_oldest(opens, payment.amount)
    by_key = {(of, source["id"]): source for of, source in sources}
    roles = [(_sits_on(of, by_key[of, key], row), part, worth) for (of, key), part, worth in taken]
    row["entry"] = _post(books, row, row["date"], refund_postings(payment, roles, chart=books.masters.chart), "Refund")
    books.session.insert(PAYMENTS, [row])
    _tell(books, row, "REFUNDED", "PAYMENT_CREATED")
    for (of, key), part, worth in taken:
        application = Application(amount=part, used=worth, relieved=worth)
        record(books, (of, key), ("refunds", row["id"]), application, date=row["date"], entry=row["entry"])
        column = "refunded_amount" if of == "credit_notes" else "refunded"
        use_source(books, of, by_key[of, key], {column: part})
    return shown(row, [])


def _check_refundable(of: str, source: Row, row: Row) -> None:
    if of != "credit_notes":
        return
    if source["customer_id"] != row["contact_id"]:
        raise RuleBroken("The credit note belongs to another contact.", field="credit_note_id")
    if source["currency_code"] != row["currency_code"]:
        raise RuleBroken("The credit note is in another currency.", field="credit_note_id")
    check_posted(source, "credit note", "credit_note_id")
    if unused(of, source) < row["amount"]:
        raise OverAllocated("The refund is more than what is left of the note.", field="amount")


def _unused_payments(books: Books, row: Row) -> list[tuple[str, Row]]:
    """The contact's payments of the other direction that wait to be used, oldest first."""
    other = "INCOMING" if row["flow"] == "OUTGOING" else "OUTGOING"
    where = [
        Condition("contact_id", "=", row["contact_id"]),
        Condition("flow", "=", other),
        Condition("currency_code", "=", row["currency_code"]),
        Condition("voided_at", "absent"),
        Condition("unused", ">", 0),
    ]
    found = books.session.find(PAYMENTS, where, ascending=True)
    return [("payments", one) for one in sorted(found, key=lambda one: (one["date"], one["id"]))]


def _sits_on(of: str, source: Row, row: Row) -> Role:
    customers = row["flow"] == "OUTGOING"
    if of == "payments" and source["payment_type"] == "ADVANCE":
        return Role.CUSTOMER_ADVANCE if customers else Role.VENDOR_ADVANCE
    return Role.AR if customers else Role.AP


@shape
class ToApply:
    """What a payment is to settle."""

    allocations: tuple[Any, ...] = many(NewAllocation, least=1, most=500, required=True)


def apply(books: Books, row: Row, body: ToApply) -> Row:
    """Settle documents with money that was received before."""
    _check_recorded(row, "apply")
    if row["payment_type"] == "REFUND":
        raise RuleBroken("A refund settles no documents.", field="allocations")
    targets = _targets(books, body.allocations, row["flow"], row["contact_id"], row["currency_code"])
    applications = _allocated(books, open_source(books, "payments", row), body.allocations, targets)
    date = max(settlement_date(books, row, document) for _, document in targets)
    books.check_open(date)
    advance = row["payment_type"] == "ADVANCE"
    incoming = row["flow"] == "INCOMING"
    place = {
        (True, True): Role.CUSTOMER_ADVANCE,
        (True, False): Role.AR,
        (False, True): Role.VENDOR_ADVANCE,
        (False, False): Role.AP,
    }[incoming, advance]
    postings = application_postings(
        place, applications, chart=books.masters.chart, branch_id=row["branch_id"], contact_id=row["contact_id"]
    )
    entry = _post(books, row, date, postings, "Application of") if postings else None
    after = use_source(books, "payments", row, {"applied": sum(one.amount for one in applications)})
    _tell(books, after, "APPLIED", "PAYMENT_UPDATED")
    _settle(books, after, targets, applications, entry)
    return show(books, after)


def _check_recorded(row: Row, event: str) -> None:
    step(LIFE, row["status"], event)


def void(books: Books, row: Row) -> Row:
    """Take a payment out of the books, and out of every document it settled."""
    _check_recorded(row, "void")
    if row["refunded"] or (row["payment_type"] == "ADVANCE" and row["applied"]):
        message = "What this payment brought has been used already."
        raise RuleBroken(message, field="status", details={"current_status": row["status"]})
    books.check_open(row["date"])
    memo = f"Void of payment {row['number']}"
    reverse(books, row["entry"], cause="VOID", memo=memo)
    released = live(books, "source", "payments", [row["id"]])
    for entry in sorted({one["entry"] for one in released if one["entry"] is not None}):
        reverse(books, entry, cause="VOID", memo=memo)
    after = row | {
        "status": "VOIDED",
        "voided_at": books.time,
        "applied": 0,
        "version": row["version"] + 1,
        "last_modified_time": books.time,
    }
    names = ("status", "voided_at", "applied", "version", "last_modified_time")
    books.session.change(PAYMENTS, (row["id"],), {name: after[name] for name in names})
    _tell(books, after, "VOIDED", "PAYMENT_VOIDED")
    for one in released:
        release(books, one)
        _unsettle(books, one)
    _give_back(books, row)
    return shown(after, [])


def _unsettle(books: Books, allocation: Row) -> None:
    table = resource(allocation["target_type"]).table
    assert table is not None
    document = books.session.get(table, allocation["target_id"])
    assert document is not None
    settle(books, allocation["target_type"], document, cash=-allocation["amount"])


def _give_back(books: Books, row: Row) -> None:
    """What a voided refund had used up waits to be used again."""
    for one in live(books, "target", "refunds", [row["id"]]):
        table = resource(one["source_type"]).table
        assert table is not None
        source = books.session.get(table, one["source_id"])
        assert source is not None
        column = "refunded_amount" if one["source_type"] == "credit_notes" else "refunded"
        release(books, one)
        use_source(books, one["source_type"], source, {column: -one["amount"]})


RESOURCE: Final = Resource(
    name="payments",
    noun="payment",
    table=PAYMENTS,
    view=VIEW,
    operations=(
        browse(listing, PaymentList),
        fetch(show),
        create(add, NewPayment, key="required", message="The payment has been recorded."),
        action("apply", apply, ToApply, done="applied", key="required"),
        action("void", void, done="voided"),
    ),
)
