"""Line items: what a body says of them, what the item master fills in, and how they are kept."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.figures import LARGEST_RATE
from finzcore.books.kinds import Kind, Wrong
from finzcore.books.references import Id
from finzcore.books.shapes import Fault, columns_of, many, mention, number, shape, special, text
from finzcore.books.text import json_text, json_value
from finzcore.documents.line import Discount, Line
from finzcore.documents.totals import PricedLine, Totals
from finzcore.errors import NotFound, RequiredField, RuleBroken
from finzcore.gst.split import Heads
from finzcore.ids import wire
from finzcore.ledger.account import AccountClass, AccountType, Role
from finzcore.money import Millionths, Paise, plain, rupees, scaled
from finzcore.ports import Condition, Row, Table, flag, integer, paise, ref
from finzcore.ports import text as text_column

MOST_LINES: Final = 500


class DiscountKind(Kind):
    """An amount, or a percentage as text ending in ``%``; kept as such text."""

    def read(self, raw: Any, org: int) -> str:
        """Not negative; a percentage at most 100."""
        percent = isinstance(raw, str) and raw.strip().endswith("%")
        bare = raw.strip().rstrip("%").strip() if isinstance(raw, str) else raw
        value = None if isinstance(bare, bool) else scaled(bare, 6 if percent else 2)
        if value is None or value < 0 or value > (100_000_000 if percent else 10**15):
            raise Wrong("Must be an amount, or a percentage such as '10%'.")
        return f"{plain(value, 6)}%" if percent else rupees(value)

    def schema(self) -> dict[str, Any]:
        """A number."""
        return {"type": "number", "minimum": 0, "description": "An amount, or a percentage such as 10%."}

    def spelled(self) -> list[dict[str, Any]]:
        """Text, with a percent sign or without."""
        return [{"type": "string", "pattern": r"^\s*[0-9]+(?:\.[0-9]+)?\s*%?\s*$"}]


def discount_of(kept: str | None) -> Discount | None:
    """A kept discount as the value that the rules take."""
    if kept is None:
        return None
    if kept.endswith("%"):
        percent = scaled(kept[:-1], 6)
        assert percent is not None
        return Discount(percent=Millionths(percent))
    amount = scaled(kept, 2)
    assert amount is not None
    return Discount(amount=Paise(amount)) if amount else None


class TagKind(Id):
    """A cost centre: its id, or an object that holds the id."""

    def read(self, raw: Any, org: int) -> Any:
        """The cost centre's key."""
        return super().read(raw.get("cost_center_id") if isinstance(raw, dict) else raw, org)

    def spelled(self) -> list[dict[str, Any]]:
        """An object that holds the id."""
        ids = {"cost_center_id": self.schema()}
        return [{"type": "object", "properties": ids, "required": list(ids)}]


TAG: Final = TagKind("cc_", "cost_centers", "Cost center", True)


class TagsOut(Kind):
    """Kept keys of cost centres, shown as ids."""

    def written(self) -> str:
        """A list of ids."""
        return """("[]" if v == "[]" else '["cc_' + '","cc_'.join(
            [f"{wide(o, int(key)):032x}" for key in v[1:-1].split(",")]) + '"]')"""

    def plain(self, value: str, org: int) -> list[str]:
        """A list of ids."""
        return [wire("cc_", org, key) for key in json_value(value)]

    def shown(self) -> dict[str, Any]:
        """An array of ids."""
        return {"type": "array", "items": Id("cc_").schema()}


def tags_text(tags: Sequence[int]) -> str:
    """Cost centres as the text that a column keeps."""
    return json_text(list(tags)) if tags else "[]"


def tags_field() -> Any:
    """The field for cost centres."""
    return many(TAG, most=20)


@shape
class NewLine:
    """A line item of a document (`api.md` §4.1)."""

    item_id: int | None = mention("it_", "items", "Item")
    name: str | None = text(200, also=("item_name",))
    description: str | None = text(2000, lines=True)
    hsn_or_sac: str | None = text(
        8, pattern="[0-9]{4,8}", hint="An HSN or SAC is 4 to 8 digits.", also=("hsn_sac",)
    )
    quantity: int = number(default=1_000_000, least=0, above=True, most=10**15)
    unit: str | None = text(20)
    rate: int | None = number(least=0, most=LARGEST_RATE, also=("price",))
    discount: str | None = special(DiscountKind())
    tax_id: int | None = mention("tx_", "taxes", "Tax")
    account_id: int | None = mention("acc_", "accounts", "Account")
    tags: tuple[int, ...] = tags_field()

    def faults(self) -> Iterator[Fault]:
        """Without an item there is nothing to take the name and the rate from."""
        if self.item_id is None:
            for field in ("name", "rate"):
                if getattr(self, field) is None:
                    message = f"'{field}' is required on a line without an item."
                    yield Fault(RequiredField.code, field, message, because=("item_id",))


LINES: Final = Table(
    name="document_lines",
    key=("document_id", "version", "line_no"),
    clustered=True,
    columns=(
        integer("document_id"),
        integer("version", least=1),
        integer("line_no", least=1, most=MOST_LINES),
        *columns_of(NewLine, without=("rate", "discount", "account_id", "tags")),
        integer("rate"),
        text_column("discount_given", null=True),
        paise("discount"),
        ref("account", "accounts.number", null=True),
        text_column("tags"),
        integer("tax_percentage"),
        paise("item_total"),
        paise("taxable"),
        *(paise(head) for head in ("cgst", "sgst", "igst", "cess")),
        flag("restock"),
    ),
)
"""The lines of every kind of document. A posted document that is edited gets lines of a new version."""

TABLES: Final = (LINES,)


class LineId(Kind):
    """A line's id, made of its document's key and its number."""

    def written(self) -> str:
        """``li_`` and 32 digits."""
        return """f'"li_{wide(o, v):032x}"'"""

    def plain(self, value: int, org: int) -> str:
        """``li_`` and 32 digits."""
        return wire("li_", org, value)

    def shown(self) -> dict[str, Any]:
        """The form of an id."""
        return Id("li_").schema()


LINE_OUTS: Final = (
    views.out("line_item_id", LineId()),
    views.ident("item_id", "it_").maybe(),
    views.text("name"),
    views.text("description").maybe(),
    views.text("hsn_or_sac").maybe(),
    views.number("quantity"),
    views.text("unit").maybe(),
    views.number("rate"),
    views.amount("discount"),
    views.ident("tax_id", "tx_").maybe(),
    views.number("tax_percentage"),
    views.amount("item_total"),
    views.ident("account_id", "acc_", "account"),
    views.amount("cgst"),
    views.amount("sgst"),
    views.amount("igst"),
    views.amount("cess"),
    views.out("tags", TagsOut()),
)
LINE: Final = views.View(*LINE_OUTS)


def filled(books: Books, given: NewLine, index: int, *, selling: bool = True) -> Row:
    """A line with what its item fills in; explicit values win (`api.md` §4.1)."""
    at = f"line_items[{index}]."
    item: Row = {} if given.item_id is None else books.row("items", given.item_id)
    rate = given.rate if given.rate is not None else item.get("rate" if selling else "purchase_rate")
    if rate is None:
        raise RequiredField("'rate' is required: the item has no purchase rate.", field=f"{at}rate")
    tax_id = given.tax_id
    if tax_id is None and item.get("is_taxable"):
        tax_id = item["tax_id"]
    return {
        "item_id": given.item_id,
        "name": given.name or item["item_name"],
        "description": given.description or item.get("description") or item.get("item_name"),
        "hsn_or_sac": given.hsn_or_sac or item.get("hsn_or_sac"),
        "quantity": given.quantity,
        "unit": given.unit or item.get("unit"),
        "rate": rate,
        "discount_given": given.discount,
        "tax_id": tax_id,
        "account": _account(books, given, item, selling, f"{at}account_id"),
        "tags": tags_text(given.tags),
        "restock": int(bool(getattr(given, "restock", 0))),
    }


def _account(books: Books, given: NewLine, item: Row, selling: bool, field: str) -> int:
    """The line's account, else its item's, else the usual one."""
    accounts = books.masters.rows["accounts"]
    account = given.account_id
    if account is not None:
        klass = AccountType(accounts[account]["account_type"]).klass
        if selling and klass is not AccountClass.INCOME:
            raise RuleBroken("The account of a sale is an income account.", field=field)
        return account
    account = item.get("account_id" if selling else "purchase_account_id")
    if account is None:
        return books.masters.account(Role.SALES if selling else Role.PURCHASES)
    if not accounts[account]["is_active"]:
        raise NotFound(f"The account of item '{item['item_name']}' is closed.", field=field)
    return int(account)


def line_of(books: Books, row: Row, index: int, header_tags: str) -> Line:
    """A filled line as the value that is priced; refusals name the line."""
    tax = None if row["tax_id"] is None else books.masters.rate(row["tax_id"])
    tags = row["tags"] if row["tags"] != "[]" else header_tags
    quantity, rate = row["quantity"], row["rate"]
    try:
        line = Line(quantity, rate, Paise(0), tax, row["account"], None if tags == "[]" else tags)
        discount = discount_of(row["discount_given"])
        if discount is not None:
            line = Line(quantity, rate, discount.of(line.gross), tax, row["account"], line.tags)
    except RuleBroken as error:
        raise RuleBroken(error.message, field=f"line_items[{index}].{error.field}") from None
    row["discount"] = line.discount
    row["tax_percentage"] = 0 if tax is None else tax.igst
    return line


def priced(rows: Iterable[Row], totals: Totals) -> None:
    """Write what a line came to into its row."""
    for row, line in zip(rows, totals.lines, strict=True):
        tax = line.tax
        row["item_total"], row["taxable"] = line.item_total, line.taxable
        row["cgst"], row["sgst"], row["igst"], row["cess"] = tax.cgst, tax.sgst, tax.igst, tax.cess


def priced_line(row: Row, header_tags: str) -> PricedLine:
    """A kept line as the value it was priced to."""
    tags = row["tags"] if row["tags"] != "[]" else header_tags
    heads = Heads(Paise(row["cgst"]), Paise(row["sgst"]), Paise(row["igst"]), Paise(row["cess"]))
    return PricedLine(
        Paise(row["item_total"]), Paise(row["taxable"]), heads, row["account"], None if tags == "[]" else tags
    )


def write_lines(books: Books, document_id: int, version: int, rows: list[Row]) -> None:
    """Keep the lines of one version of a document."""
    for line_no, row in enumerate(rows, 1):
        row["document_id"], row["version"], row["line_no"] = document_id, version, line_no
        row["line_item_id"] = document_id + line_no
    books.session.insert(LINES, rows)


def lines_of(books: Books, documents: Sequence[Row]) -> dict[int, list[Row]]:
    """The present lines of documents, by document, in order: one look-up for all.

    Of a document that was edited after posting, older versions are read only where another of the
    documents is at that version.
    """
    found: dict[int, list[Row]] = {document["id"]: [] for document in documents}
    version = {document["id"]: document["lines_version"] for document in documents}
    for start in range(0, len(documents), 200):
        keys = tuple(document["id"] for document in documents[start : start + 200])
        versions = tuple(sorted({version[key] for key in keys}))
        where = [_among("document_id", keys), _among("version", versions)]
        for row in books.session.find(LINES, where, ascending=True):
            if row["version"] == version[row["document_id"]]:
                row["line_item_id"] = row["document_id"] + row["line_no"]
                found[row["document_id"]].append(row)
    return found


def _among(name: str, values: Sequence[int]) -> Condition:
    """A column that has one of some values; of one document, it is that one."""
    return Condition(name, "=", values[0]) if len(values) == 1 else Condition(name, "in", values)


_FILLED: Final = (
    "item_id", "name", "description", "hsn_or_sac", "quantity", "unit", "rate", "discount_given", "tax_id",
    "account", "tags", "restock",
)  # fmt: skip


def as_given(row: Row) -> Row:
    """A kept line as it was filled, ready to be priced anew: it takes nothing from its item again."""
    return {name: row[name] for name in _FILLED}
