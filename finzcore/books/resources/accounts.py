"""Accounts: the chart of accounts, with the balance of each."""

from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.kinds import Kind, Wrong, capitals
from finzcore.books.pages import Listing, draw_from, per_page
from finzcore.books.records import Records
from finzcore.books.resource import Page, Resource, administer, browse, fetch
from finzcore.books.shapes import choice, columns_of, flag, mention, row_of, shape, special, text
from finzcore.errors import Duplicate, RuleBroken
from finzcore.ledger.account import AccountType, Role
from finzcore.ledger.chart_india import india_accounts
from finzcore.ports import Index, Row, Table, integer, moment, ref
from finzcore.ports import flag as flag_column
from finzcore.ports import text as text_column


def ifsc_code() -> Any:
    """The field for the code of a bank's branch."""
    return text(11, upper=True, pattern="[A-Z]{4}0[A-Z0-9]{6}", hint="An IFSC is like HDFC0001234.")


@shape
class NewAccount:
    """An account as its administrator gives it."""

    code: str = text(20, required=True, pattern="[A-Za-z0-9.-]+")
    name: str = text(200, required=True)
    account_type: str = choice(*(one.value for one in AccountType), required=True)
    parent_id: int | None = mention("acc_", "accounts", "Account")
    description: str | None = text(500)
    currency_code: str = text(3, default="INR", upper=True, pattern="[A-Z]{3}")
    bank_name: str | None = text(100)
    account_number: str | None = text(40)
    ifsc: str | None = ifsc_code()
    upi_id: str | None = text(100)


ACCOUNTS: Final = Table(
    name="accounts",
    key=("number",),
    columns=(
        integer("number", least=1),
        *columns_of(NewAccount, without=("parent_id",)),
        ref("parent_id", "accounts.number", null=True),
        text_column("role", null=True),
        flag_column("is_active"),
        flag_column("is_system"),
        moment("created_time"),
        moment("last_modified_time"),
    ),
    indexes=(Index(name="accounts_code_uq", columns=("code",), unique=True),),
)
"""Keyed by a small number per organisation, which postings carry."""

VIEW: Final = views.View(
    views.ident("account_id", "acc_", "number"),
    views.text("code"),
    views.text("name"),
    views.text("account_type"),
    views.ident("parent_id", "acc_"),
    views.text("description"),
    views.amount("current_balance"),
    views.text("currency_code"),
    views.flag("is_active"),
    views.flag("is_system"),
)


class TypeList(Kind):
    """Account types, separated by commas."""

    in_query = RuleBroken.code

    def read(self, raw: Any, org: int) -> str:
        """Each one known."""
        words = [capitals(word.strip()) for word in str(raw).split(",") if word.strip()]
        for word in words:
            if word not in AccountType.__members__:
                raise Wrong(f"There is no account type '{word[:40]}'.")
        return ",".join(words)

    def schema(self) -> dict[str, Any]:
        """A list of account types."""
        return {"type": "array", "items": {"type": "string", "enum": list(AccountType.__members__)}}


@shape
class AccountList(Listing):
    """Which accounts are wanted; up to 500 on a page."""

    per_page: int = per_page(500)
    account_type: str | None = special(TypeList())


def balances(books: Books) -> dict[int, int]:
    """What every account stands at, debit positive, in paise."""
    return {row["account"]: row["net"] for row in books.session.ask("accounts.balances")}


def with_balance(row: Row, net: int) -> Row:
    """A row with its balance on the natural side of its type."""
    return row | {"current_balance": net * AccountType(row["account_type"]).natural}


def listing(books: Books, query: AccountList) -> Page:
    """The active accounts by code."""
    types = query.account_type.split(",") if query.account_type else None
    rows = [
        row
        for row in sorted(books.masters.rows["accounts"].values(), key=lambda row: row["code"])
        if row["is_active"] and (types is None or row["account_type"] in types)
    ]
    page = draw_from(books, "accounts", rows, "code", query)
    nets = balances(books)
    return Page(
        rows=[with_balance(row, nets.get(row["number"], 0)) for row in page.rows],
        next_cursor=page.next_cursor,
        per_page=page.per_page,
    )


def load(books: Books, key: int) -> Row | None:
    """One account with its balance."""
    row = books.masters.rows["accounts"].get(key)
    if row is None:
        return None
    rows = books.session.ask("accounts.balance", account=key)
    return with_balance(row, rows[0]["net"] if rows else 0)


def add(books: Books, body: NewAccount) -> Row:
    """An account of the organisation's own."""
    known = books.masters.rows["accounts"]
    if any(row["code"] == body.code for row in known.values()):
        raise Duplicate(f"The account code '{body.code}' is taken.", field="code")
    if body.parent_id is not None:
        mine, parent = (
            AccountType(kind) for kind in (body.account_type, known[body.parent_id]["account_type"])
        )
        if mine.klass is not parent.klass:
            raise RuleBroken("An account stands under one of its own class.", field="parent_id")
    if body.currency_code not in {row["currency_code"] for row in books.masters.rows["currencies"].values()}:
        raise RuleBroken("The currency is not enabled.", field="currency_code")
    row = row_of(body) | {
        "number": max(known) + 1,
        "role": None,
        "is_active": 1,
        "is_system": 0,
        "created_time": books.time,
        "last_modified_time": books.time,
    }
    books.session.insert(ACCOUNTS, [row])
    RECORDS.tell(books, row | {"id": row["number"]}, "CREATED")
    return with_balance(row, 0)


RECORDS: Final = Records(
    table=ACCOUNTS, entity="ACCOUNT", prefix="acc_", ref="name", settings=True, webhooks=False
)


_CLOSABLE: Final = (None, Role.CASH.value, Role.BANK.value)
"""Documents name the bank or cash account they are paid through; every other role is posted to unasked."""


@shape
class Activity:
    """Whether it may be used in new documents."""

    active: int = flag(default=True)


def set_active(books: Books, row: Row, body: Activity) -> Row:
    """Close or reopen an account; one that postings rely on stays open."""
    if row["role"] not in _CLOSABLE and not body.active:
        raise RuleBroken("An account that postings rely on cannot be closed.", field="active")
    if row["is_active"] == body.active:
        return row
    changed = {"is_active": body.active, "last_modified_time": books.time}
    books.session.change(ACCOUNTS, (row["number"],), changed)
    RECORDS.tell(
        books,
        row | {"id": row["number"]},
        "UPDATED",
        {"is_active": {"old": bool(row["is_active"]), "new": bool(body.active)}},
    )
    return row | changed


@shape
class BankDetails:
    """Where an account is kept, as documents print it for whoever pays."""

    bank_name: str | None = text(100)
    account_number: str | None = text(40)
    ifsc: str | None = ifsc_code()
    upi_id: str | None = text(100)


def update(books: Books, row: Row, body: BankDetails) -> Row:
    """Say where a bank account is kept. RuleBroken, ``account_id``, for any other account."""
    if row["account_type"] != AccountType.BANK:
        raise RuleBroken("Only a bank account is kept at a bank.", field="account_id")
    return RECORDS.describe(books, row, body)


def seeds(books: Books, org: Row) -> list[Row]:
    """The chart of `api.md` §4.0."""
    empty = dict.fromkeys((column.name for column in ACCOUNTS.columns), None)
    return [
        empty
        | {
            "number": account.number,
            "code": account.code,
            "name": account.name,
            "account_type": account.type.value,
            "role": None if account.role is None else account.role.value,
            "currency_code": "INR",
            "is_active": 1,
            "is_system": 1,
            "created_time": books.time,
            "last_modified_time": books.time,
        }
        for account in india_accounts()
    ]


RESOURCE: Final = Resource(
    name="accounts",
    noun="account",
    prefix="acc_",
    table=ACCOUNTS,
    view=VIEW,
    seeds=seeds,
    load=load,
    operations=(
        browse(listing, AccountList),
        fetch(),
        administer("create", add, NewAccount),
        administer("set_active", set_active, Activity, by_id=True),
        administer("update", update, BankDetails, by_id=True),
    ),
)
