"""Expenses: money spent at once, with nothing left to pay (`api.md` §4.8)."""

from collections.abc import Iterator
from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.explain.operation import explained
from finzcore.books.figures import LARGEST_RATE
from finzcore.books.journal import look_ahead_reversal, reverse
from finzcore.books.pages import Listing, between, equal
from finzcore.books.pages import draw as draw_page
from finzcore.books.papers.drafts import check_number_stays, keep_version, rewritten, told
from finzcore.books.papers.header import INWARD_COLUMNS, Inward, place_of_supply
from finzcore.books.papers.kind import PaperKind
from finzcore.books.papers.lines import (
    INWARD_OUTS,
    MOST_LINES,
    LineId,
    lines_of,
    lines_say,
    tags_field,
    write_lines,
)
from finzcore.books.papers.paper import number_for
from finzcore.books.papers.spending import PAISA, as_body, pay, spent
from finzcore.books.records import differences
from finzcore.books.references import Stray
from finzcore.books.resource import Page, Resource, browse, change, create, delete, fetch, one
from finzcore.books.shapes import Fault, amount, choice, day, flag, many, mention, shape, text
from finzcore.books.tags import TagsOut
from finzcore.documents.lifecycle import EXPENSE as LIFE
from finzcore.documents.lifecycle import step
from finzcore.errors import RequiredField, RuleBroken
from finzcore.ledger.source import Source
from finzcore.ports import Condition, Index, Row, Table, integer, moment, paise, ref
from finzcore.ports import day as day_column
from finzcore.ports import flag as flag_column
from finzcore.ports import text as text_column

FEW: Final = 1000
"""So many postings of an account are looked up for one page of a list."""

_LARGEST: Final = LARGEST_RATE // PAISA
"""An amount is kept as the price of one unit, and may be as high."""


@shape
class NewExpenseLine:
    """An amount of an expense; without an account or a tax of its own it has those of the header."""

    account_id: int | None = mention("acc_", "accounts", "Account")
    amount: int = amount(required=True, least=0, above=True, most=_LARGEST)
    tax_id: int | None = mention("tx_", "taxes", "Tax")
    note: str | None = text(500, lines=True)


@shape
class NewExpense(Inward):
    """An expense as it is recorded: one amount on one account, or lines; then the amount of the header
    says nothing."""

    date: str = day(required=True)
    account_id: int | None = mention("acc_", "accounts", "Account")
    paid_through_account_id: int | None = mention(
        "acc_", "accounts", "Bank account", also=("bank_account_id",)
    )
    amount: int | None = amount(most=_LARGEST)
    mode: str | None = choice(
        "CASH", "BANK", "BANK_TRANSFER", "CHEQUE", "UPI", "CARD", "OTHER", also=("payment_mode",)
    )
    reference_number: str | None = text(100)
    vendor_id: int | None = mention("ct_", "contacts", "Vendor", also=("contact_id",))
    tax_id: int | None = mention("tx_", "taxes", "Tax")
    is_inclusive_tax: int = flag(default=False)
    line_items: tuple[Any, ...] = many(NewExpenseLine, most=MOST_LINES)
    branch_id: int | None = mention("br_", "branches", "Branch")
    place_of_supply: str | None = place_of_supply(required=False)
    tags: tuple[int, ...] = tags_field()
    notes: str | None = text(2000, lines=True, also=("customer_notes",))

    def faults(self) -> Iterator[Fault]:
        """Each amount has an account; reverse charge has a rate."""
        if self.is_rcm and self.rcm_rate is None:
            message = "Reverse charge needs the rate at which you assess the tax."
            yield Fault(RequiredField.code, "rcm_rate", message)
        if self.line_items:
            for index, line in enumerate(self.line_items):
                if line.account_id is None and self.account_id is None:
                    yield _missing(f"line_items[{index}].account_id", "account_id")
            return
        if self.amount is None:
            yield _missing("amount", "line_items")
        elif self.amount <= 0:
            message = "The amount must be more than nothing."
            yield Fault(RuleBroken.code, "amount", message, because=("line_items",))
        if self.account_id is None:
            yield _missing("account_id", "line_items")


def _missing(field: str, because: str) -> Fault:
    name = field.rpartition(".")[2]
    return Fault(RequiredField.code, field, f"'{name}' is required.", because=(because,))


EXPENSES: Final = Table(
    name="expenses",
    columns=(
        integer("id"),
        text_column("number"),
        text_column("status"),
        day_column("date"),
        ref("vendor_id", "contacts", null=True),
        text_column("vendor_name", null=True),
        text_column("vendor_gstin", null=True),
        text_column("vendor_treatment"),
        text_column("vendor_state", null=True),
        text_column("place_of_supply"),
        ref("branch_id", "branches"),
        ref("account", "accounts.number", null=True),
        ref("paid_through", "accounts.number"),
        text_column("mode", null=True),
        text_column("reference_number", null=True),
        paise("amount", least=1),
        flag_column("itemised"),
        ref("tax_id", "taxes", null=True),
        flag_column("is_inclusive_tax"),
        *INWARD_COLUMNS,
        text_column("tags"),
        text_column("notes", null=True),
        *(
            paise(name)
            for name in (
                "sub_total", "cgst_total", "sgst_total", "igst_total", "cess_total", "tax_total", "total",
            )
        ),
        ref("entry", "entries.seq"),
        integer("version", least=1),
        integer("lines_version", least=1),
        moment("created_time"),
        moment("last_modified_time"),
    ),
    indexes=(
        Index(name="expenses_vendor", columns=("vendor_id", "id"), present=("vendor_id",)),
        Index(name="expenses_date", columns=("date", "id")),
    ),
)  # fmt: skip
"""`amount` is what was entered, on one account or on all lines; `itemised` says which. `status` is
RECORDED: one that was deleted is not here any more, and what it said stands in `document_versions`."""

LINE: Final = views.View(
    views.out("line_item_id", LineId()),
    views.ident("account_id", "acc_", "account"),
    views.amount("amount"),
    views.ident("tax_id", "tx_").maybe(),
    views.text("note", "description").maybe(),
    views.amount("taxable"),
    *(views.amount(head) for head in ("cgst", "sgst", "igst", "cess")),
    *INWARD_OUTS,
    *(views.amount(f"rcm_{head}") for head in ("cgst", "sgst", "igst", "cess")),
)

VIEW: Final = views.View(
    views.ident("expense_id", "exp_", "id"),
    views.text("expense_number", "number"),
    views.day("date"),
    views.ident("account_id", "acc_", "account"),
    views.text("account_name").maybe(),
    views.ident("paid_through_account_id", "acc_", "paid_through"),
    views.ident("bank_account_id", "acc_", "paid_through"),
    views.ident("vendor_id", "ct_"),
    views.text("vendor_name"),
    views.amount("amount"),
    views.amount("sub_total"),
    views.amount("tax_total"),
    views.amount("total"),
    views.text("mode"),
    views.text("reference_number"),
    views.ident("tax_id", "tx_"),
    views.flag("is_inclusive_tax"),
    *INWARD_OUTS,
    views.out("line_items", views.Each(LINE)),
    views.text("notes"),
    views.ident("journal_id", "je_", "entry"),
    *views.CREATED,
    views.ident("branch_id", "br_"),
    views.text("place_of_supply"),
    *(views.amount(f"{head}_total") for head in ("cgst", "sgst", "igst", "cess")),
    views.out("tags", TagsOut()),
    views.whole("version"),
)

KIND: Final = PaperKind(
    of="expenses",
    noun="expense",
    source=Source.EXPENSE,
    table=EXPENSES,
    life=LIFE,
    who="vendor",
    left="",
    rest=lambda row: 0,
    told=views.View(
        views.ident("id", "exp_"),
        views.text("number"),
        views.ident("vendor_id", "ct_"),
        views.amount("total"),
        views.text("status", "shown_status"),
    ),
)


def _whole(books: Books, row: Row, lines: list[Row]) -> Row:
    """An expense with its lines."""
    account = row["account"]
    name = None if account is None else books.masters.rows["accounts"][account]["name"]
    parts = [line | {"amount": line["rate"] // PAISA} for line in lines]
    return row | {"account_name": name, "line_items": parts}


def shown(books: Books, rows: list[Row]) -> list[Row]:
    """Expenses as answers show them."""
    lines = lines_of(books, rows)
    return [_whole(books, row, lines[row["id"]]) for row in rows]


def entered(row: Row) -> Row:
    """A plain expense is shown with the one line that it is; it was entered without lines."""
    return row if row["itemised"] else row | {"line_items": []}


@shape
class ExpenseList(Listing):
    """Which expenses are wanted. An account finds those that spend something on it, on any line."""

    vendor_id: Any = mention("ct_", "contacts", "Vendor")
    account_id: Any = mention("acc_", "accounts", "Account")
    date_from: str | None = day()
    date_to: str | None = day()


def listing(books: Books, query: ExpenseList) -> Page:
    """Expenses, newest first."""
    where = equal(query, "vendor_id") + between(query.date_from, query.date_to)
    account = query.account_id
    if account is not None:
        busy = not isinstance(account, Stray) and books.session.ask(
            "entries.busy_account", key=account, few=FEW
        )
        where.append(Condition("spends_on_busy_account" if busy else "spends_on_account", "holds", account))
    return draw_page(books, EXPENSES, query, where, shown=shown)


def add(books: Books, body: NewExpense) -> Row:
    """Record what was spent, and post it."""
    drawn = spent(books, body)
    row = drawn.row
    books.check_open(row["date"])
    key = books.new_id()
    number = number_for(books, KIND, row | {"series": None}, None, key)
    row |= {"id": key, "number": number, "status": "RECORDED", "version": 1, "lines_version": 1}
    row |= {"created_time": books.time, "last_modified_time": books.time}
    row["entry"] = pay(books, row, drawn.totals)
    books.session.insert(EXPENSES, [row])
    write_lines(books, key, 1, drawn.lines)
    KIND.tell(books, row, "CREATED", "CREATED")
    return _whole(books, row, drawn.lines)


def amend(books: Books, row: Row, changes: dict[str, Any]) -> Row:
    """Change an expense: what it posted is taken back, and posted anew under the same number.

    Nothing happens when nothing differs.
    """
    step(LIFE, row["status"], "edit")
    check_number_stays(row | {"series": None}, changes, KIND.number_field)
    look_ahead_reversal(books, row)
    lines = lines_of(books, [row])[row["id"]]
    before = _whole(books, row, lines)
    named = row | {"account_id": row["account"], "paid_through_account_id": row["paid_through"]}
    drawn = spent(books, as_body(NewExpense, named, lines, changes))
    books.check_open(row["date"])
    books.check_open(drawn.row["date"])
    after = row | drawn.row
    if after == row and lines_say(drawn.lines) == lines_say(lines):
        return before
    reverse(books, row["entry"], cause="EDIT", memo=f"Edit of expense {row['number']}")
    keep_version(books, EXPENSES, row)
    after |= {"lines_version": row["lines_version"] + 1, "entry": pay(books, after, drawn.totals)}
    write_lines(books, row["id"], after["lines_version"], drawn.lines)
    after = rewritten(books, EXPENSES, row, after)
    answer = _whole(books, after, drawn.lines)
    KIND.tell(books, after, "UPDATED", "UPDATED", told(books, VIEW, before, answer))
    return answer


def remove(books: Books, row: Row) -> None:
    """Take an expense out of the books, by an opposite entry of its own date, and out of all lists.

    Its number stays given. Its entries, its versions and its lines are kept, and the event says what it
    said.
    """
    step(LIFE, row["status"], "delete")
    books.check_open(row["date"])
    look_ahead_reversal(books, row)
    (whole,) = shown(books, [row])
    reverse(books, row["entry"], cause="DELETE", memo=f"Deletion of expense {row['number']}")
    keep_version(books, EXPENSES, row)
    books.session.remove(EXPENSES, row["id"])
    said = VIEW.plain(whole, books.org_id)
    KIND.tell(books, row, "DELETED", "DELETED", differences(said, dict.fromkeys(said)))


RESOURCE: Final = Resource(
    name="expenses",
    noun="expense",
    prefix="exp_",
    table=EXPENSES,
    view=VIEW,
    entered=entered,
    operations=(
        browse(listing, ExpenseList),
        fetch(one(shown)),
        create(add, NewExpense),
        change(amend, NewExpense),
        delete(remove),
        explained("expenses", "expense_id", "exp_"),
    ),
)
