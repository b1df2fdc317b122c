"""Items: goods and services, with the rates, taxes and accounts that lines take from them."""

from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.figures import LARGEST_RATE
from finzcore.books.pages import Listing, draw
from finzcore.books.records import Records, record_table
from finzcore.books.resource import Page, Resource, action, browse, change, create, delete, fetch
from finzcore.books.shapes import choice, flag, mention, number, row_of, shape, text
from finzcore.errors import Duplicate, RuleBroken
from finzcore.ledger.account import AccountType
from finzcore.ports import Condition, Index, Row, integer, ref
from finzcore.ports import text as text_column

INCOME: Final = frozenset({AccountType.SALES, AccountType.INCOME, AccountType.OTHER_INCOME})
"""Where the sale of an item may be credited."""

SPENDING: Final = frozenset(
    {
        AccountType.EXPENSE,
        AccountType.OTHER_EXPENSE,
        AccountType.COST_OF_GOODS_SOLD,
        AccountType.STOCK,
        AccountType.FIXED_ASSET,
    }
)
"""Where its purchase may be debited."""


@shape
class NewItem:
    """An item as it is created (`api.md` §4.4)."""

    item_name: str = text(200, required=True, also=("name",))
    sku: str | None = text(100)
    item_type: str = choice("GOODS", "SERVICE", default="GOODS", also=("type", "product_type"))
    description: str | None = text(2000, lines=True)
    hsn_or_sac: str | None = text(
        8, pattern="[0-9]{4,8}", hint="An HSN or SAC has 4 to 8 digits.", also=("hsn_sac",)
    )
    unit: str | None = text(20)
    rate: int = number(default=0, least=0, most=LARGEST_RATE)
    purchase_rate: int | None = number(least=0, most=LARGEST_RATE, also=("purchase_price",))
    tax_id: int | None = mention("tx_", "taxes", "Tax")
    account_id: int | None = mention(
        "acc_", "accounts", "Account", also=("sales_account_id", "income_account_id")
    )
    purchase_account_id: int | None = mention("acc_", "accounts", "Account")
    is_taxable: int = flag(default=True)
    track_inventory: int = flag(default=False)
    status: str = choice("ACTIVE", "ARCHIVED", default="ACTIVE")


ITEMS: Final = record_table(
    "items",
    NewItem,
    ref("account_id", "accounts.number", null=True),
    ref("purchase_account_id", "accounts.number", null=True),
    integer("stock_on_hand"),
    text_column("search"),
    without=("account_id", "purchase_account_id"),
    indexes=(Index(name="items_sku_uq", columns=("sku",), unique=True, present=("sku",)),),
)
"""`stock_on_hand` is in millionths of the unit; documents move it, and it may be below nothing."""

VIEW: Final = views.View(
    views.ident("item_id", "it_", "id"),
    views.text("item_name"),
    views.text("sku"),
    views.text("item_type"),
    views.text("description"),
    views.text("hsn_or_sac"),
    views.text("unit"),
    views.number("rate"),
    views.number("purchase_rate"),
    views.ident("tax_id", "tx_"),
    views.text("status"),
    *views.CREATED,
    views.ident("account_id", "acc_"),
    views.ident("purchase_account_id", "acc_"),
    views.flag("is_taxable"),
    views.flag("track_inventory"),
    views.number("stock_on_hand"),
)


def _in_use(books: Books, row: Row) -> str | None:
    return "a document" if books.session.ask("items.used", item=row["id"]) else None


RECORDS: Final = Records(table=ITEMS, entity="ITEM", prefix="it_", ref="item_name", view=VIEW, unused=_in_use)


def _search(values: Row) -> str:
    """What a list is searched in; no text of one line can reach over the breaks."""
    return "\n".join(filter(None, (values["item_name"], values["sku"], values["hsn_or_sac"]))).casefold()


def _check(books: Books, values: Row) -> None:
    """The accounts that a body names are of a fitting type, and its SKU is not another item's."""
    for field, fitting in (("account_id", INCOME), ("purchase_account_id", SPENDING)):
        if values.get(field) is not None:
            kind = AccountType(books.row("accounts", values[field])["account_type"])
            if kind not in fitting:
                shown = ", ".join(sorted(one.value for one in fitting))
                raise RuleBroken(f"The account must be of type {shown}.", field=field)
    if values.get("sku") is not None and books.session.find(ITEMS, [Condition("sku", "=", values["sku"])]):
        raise Duplicate(f"The SKU '{values['sku']}' is another item's.", field="sku")


@shape
class ItemList(Listing):
    """Which items are wanted."""

    status: str | None = choice("ACTIVE", "ARCHIVED")
    item_type: str | None = choice("GOODS", "SERVICE", also=("type", "product_type"))
    search: str | None = text(200)


def listing(books: Books, query: ItemList) -> Page:
    """Items, newest first."""
    where = []
    if query.status is not None:
        where.append(Condition("status", "=", query.status))
    if query.item_type is not None:
        where.append(Condition("item_type", "=", query.item_type))
    if query.search is not None:
        where.append(Condition("search", "like", query.search.casefold()))
    return draw(books, ITEMS, query, where)


def add(books: Books, body: NewItem) -> Row:
    """A new item. Duplicate when its SKU is taken."""
    values = row_of(body)
    _check(books, values)
    if values["unit"] is None and values["item_type"] == "GOODS":
        values["unit"] = "NOS"
    return RECORDS.add(books, values | {"stock_on_hand": 0, "search": _search(values)})


def amend(books: Books, row: Row, changes: dict[str, Any]) -> Row:
    """Some fields of an item. Documents keep what they were written with."""
    different = {name: value for name, value in changes.items() if row[name] != value}
    _check(books, different)
    if "track_inventory" in different and _in_use(books, row) is not None:
        # What a document moved, its void moves back: nobody could tell any more whether it did.
        message = "A document uses this item: its inventory is tracked from the beginning, or never."
        raise RuleBroken(message, field="track_inventory")
    return RECORDS.amend(books, row, different | {"search": _search(row | different)})


def archive(books: Books, row: Row) -> Row:
    """ARCHIVED: not to be used in new documents; a status of ACTIVE brings it back."""
    return RECORDS.amend(books, row, {"status": "ARCHIVED"})


def remove(books: Books, row: Row) -> None:
    """Gone for good, if no document ever used it."""
    RECORDS.remove(books, row)


RESOURCE: Final = Resource(
    name="items",
    noun="item",
    prefix="it_",
    table=ITEMS,
    view=VIEW,
    operations=(
        browse(listing, ItemList),
        fetch(),
        create(add, NewItem),
        change(amend, NewItem),
        action("archive", archive, done="archived"),
        delete(remove),
    ),
)
