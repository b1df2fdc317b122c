"""Line items: what a body says of them, what the item master fills in, and how they are kept."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.figures import LARGEST_RATE
from finzcore.books.kinds import Kind, Wrong
from finzcore.books.references import Id
from finzcore.books.shapes import Fault, columns_of, flag, many, mention, number, shape, special, text
from finzcore.books.tags import TagsOut
from finzcore.books.text import json_text
from finzcore.documents.line import Discount
from finzcore.errors import RequiredField
from finzcore.gst.reverse import INELIGIBLE_PLACE
from finzcore.ids import wire
from finzcore.money import Millionths, Paise, plain, rupees, scaled
from finzcore.ports import Condition, Row, Table, integer, paise, ref
from finzcore.ports import flag as flag_column
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


def rcm_rate() -> Any:
    """The field for the percentage at which a recipient assesses the tax."""
    return number(least=0, most=100_000_000)


def blocked_clause() -> Any:
    """The field for the clause under which credit of input tax is blocked."""
    hint = "A clause of section 17(5), such as 17(5)(b)."
    return text(12, pattern=r"17\(5\)(?:\([a-z]{1,4}\))?", hint=hint)


@shape
class InwardLine(NewLine):
    """A line of what is bought; what it leaves open of reverse charge and credit, the header says."""

    is_rcm: int | None = flag()
    rcm_rate: int | None = rcm_rate()
    itc_blocked_reason: str | None = blocked_clause()


INWARD: Final = ("is_rcm", "rcm_rate", "itc_blocked_reason")
"""What a line of a purchase takes from its header where it says nothing itself."""

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
        flag_column("restock"),
        integer("is_rcm", least=0, most=1, default=0),
        integer("rcm_rate", null=True),
        text_column("itc_blocked_reason", null=True),
        *(integer(f"rcm_{head}", default=0) for head in ("cgst", "sgst", "igst", "cess")),
        integer("order_line", null=True),
        integer("converted", default=0),
    ),
    within=((("converted",), "quantity"),),
)
"""The lines of every kind of document. A posted document that is edited gets lines of a new version.

`cgst` and what follows are charged on the document; `rcm_cgst` and what follows are assessed by whoever
receives a supply under reverse charge. `order_line` is the id of the line of an order that it carries
out, and `converted` how much of an order's line is carried out."""

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

INWARD_OUTS: Final = (
    views.flag("is_rcm"),
    views.number("rcm_rate").maybe(),
    views.text("itc_blocked_reason").maybe(),
)
INWARD_LINE: Final = (
    *LINE_OUTS,
    *INWARD_OUTS,
    *(views.amount(f"rcm_{head}") for head in ("cgst", "sgst", "igst", "cess")),
)
"""The keys of a line of what is bought."""


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


def lines_say(lines: Sequence[Row]) -> list[list[Any]]:
    """What lines say, whatever document and version they are kept for."""
    names = [column.name for column in LINES.columns if column.name not in LINES.key]
    return [[line[name] for name in names] for line in lines]


def _among(name: str, values: Sequence[int]) -> Condition:
    """A column that has one of some values; of one document, it is that one."""
    return Condition(name, "=", values[0]) if len(values) == 1 else Condition(name, "in", values)


_FILLED: Final = (
    "item_id", "name", "description", "hsn_or_sac", "quantity", "unit", "rate", "discount_given", "tax_id",
    "account", "tags", "restock", "order_line", *INWARD,
)  # fmt: skip


def as_given(row: Row, header: Row) -> Row:
    """A kept line as it was filled, ready to be priced anew: it takes nothing from its item again.

    Where it says the same as its header of reverse charge and credit, it goes on following that.
    """
    given = {name: row[name] for name in _FILLED}
    if given["itc_blocked_reason"] == INELIGIBLE_PLACE:
        given["itc_blocked_reason"] = None
    return given | {name: None for name in INWARD if name in header and given[name] == header[name]}
