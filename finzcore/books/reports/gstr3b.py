"""GSTR-3B: the tax of a period and how it is paid, as a report and as a file (`api.md` §5, item 14).

The rules are those of `finzcore.gst.gstr3b`; here its documents are read, and its figures shown with their
sources.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.reports.known import Known, known, seq_of
from finzcore.books.reports.sources import SOURCES, Item, Trail
from finzcore.books.resource import Download
from finzcore.books.returns.findings import FINDINGS, told
from finzcore.books.returns.period import Return, ReturnAsked, return_between, return_of
from finzcore.books.shapes import shape
from finzcore.books.text import json_text
from finzcore.ports import Row

if TYPE_CHECKING:
    from finzcore.gst.findings import Finding
    from finzcore.gst.gstr3b import Gstr3b, Share, Table

    _Shares = Sequence[tuple[Share, dict[str, int]]]

HEADS: Final = ("igst", "cgst", "sgst", "cess")
FIGURES: Final = ("taxable", *HEADS)
_CREDIT: Final = (
    "rcm", "all_other", "reversed", "net", "ineligible_17_5",
    "import_of_services", "import_of_goods", "ineligible_pos",
)  # fmt: skip
"""The first five are those of the contract; then what `rcm` and `all_other` hold of imports, and 4(D)(2)."""

_USED: Final = (
    "igst_by_igst", "igst_by_cgst", "igst_by_sgst", "cgst_by_igst", "cgst_by_cgst", "sgst_by_igst",
    "sgst_by_sgst", "cess_by_cess",
)  # fmt: skip
"""What is paid by credit of what, in the order of `finzcore.gst.setoff.Used`."""

_PAID: Final = ("liability", "itc_used", "rcm_cash", "cash")


def _figures(*names: str) -> views.View:
    return views.View(*map(views.amount, names), SOURCES)


def _section(key: str, rows: Iterable[str], view: views.View) -> views.Out:
    return views.out(key, views.Inner(views.View(*(views.out(row, views.Inner(view)) for row in rows))))


def _by_place(key: str) -> views.Out:
    row = views.View(views.text("place_of_supply"), *map(views.amount, ("taxable", "igst")), SOURCES)
    return views.out(key, views.Each(row))


VIEW: Final = views.View(
    views.text("gstin").maybe(),
    views.text("period"),
    views.day("from_date", bare=True),
    views.day("to_date", bare=True),
    views.ident("branch_id", "br_").maybe(),
    _section("outward", ("taxable", "zero_rated", "nil_exempt", "inward_rcm", "non_gst"), _figures(*FIGURES)),
    _by_place("interstate_unregistered"),
    _by_place("interstate_composition"),
    _by_place("interstate_uin"),
    _section("itc", _CREDIT, _figures(*HEADS)),
    views.out("exempt_inward", views.Inner(_figures("inter", "intra"))),
    views.out("non_gst_inward", views.Inner(_figures("inter", "intra"))),
    _section("tax_payable", HEADS, _figures(*_PAID)),
    views.out("credit_used", views.Inner(views.View(*map(views.amount, _USED)))),
    views.out("credit_left", views.Inner(views.View(*map(views.amount, HEADS)))),
    views.amount("total_cash"),
    FINDINGS,
)


@shape
class Query(ReturnAsked):
    """Over which days; as a report, or as the portal's own file."""


def draw(books: Books, query: Query) -> Row | Download:
    """The tables of the return, the credit that pays its tax, the cash that is left to be paid, and what
    somebody should look at before it is filed. The next return to be filed has the differences of those that
    were: bills that came late, documents that were changed or voided. Credit is that of these documents
    alone: what was carried forward stands in the ledger of the portal."""
    asked, at = return_of(books, query), known(books, query)
    made = _made(books, asked, at)
    if query.format is not None:
        from finzcore.gst.gstr3b_json import filename, payload

        return Download(filename(made), "application/json", json_text(payload(made)).encode())
    return {
        "gstin": asked.gstin,
        "period": asked.period,
        "from_date": asked.since,
        "to_date": asked.through,
        "branch_id": query.branch_id,
        **_tables(made),
        **_payment(made),
        "findings": told(books, _findings(books, made, asked, at)),
    }


def portal(
    books: Books, since: str, through: str, branch_id: int | None, at: Known | None
) -> "tuple[dict[str, Any], list[Finding]]":
    """The file of the portal, key by key in its order, and the findings."""
    from finzcore.gst.gstr3b_json import payload

    asked = return_between(books, since, through, branch_id)
    made = _made(books, asked, at)
    return payload(made), _findings(books, made, asked, at)


def _made(books: Books, asked: Return, at: Known | None) -> "Gstr3b":
    """The return, out of every document of its GSTIN, and of what changed of those of filed periods."""
    from finzcore.books.returns.carried import carried_into
    from finzcore.books.returns.inward import inward
    from finzcore.books.returns.outward import outward
    from finzcore.gst.gstr3b import gstr3b

    wanted = asked.wanted(at)
    days = dt.date.fromisoformat(asked.since), dt.date.fromisoformat(asked.through)
    carried = carried_into(books, asked, at)
    return gstr3b(asked.gstin, *days, outward(books, wanted), inward(books, wanted), carried)


def _findings(books: Books, made: "Gstr3b", asked: Return, at: Known | None) -> "list[Finding]":
    from finzcore.gst.gstr3b_checks import check

    return [*check(made), *_by_hand(books, made, asked, at)]


def _by_hand(books: Books, made: "Gstr3b", asked: Return, at: Known | None) -> "Iterator[Finding]":
    """What entries by hand put on the accounts of GST: where books and return differ, this is why."""
    from finzcore.gst.gstr3b_checks import finding
    from finzcore.money import grouped

    rows = books.session.ask(
        "gstr3b.by_hand",
        since=asked.since,
        through=asked.through,
        known=seq_of(at),
        gstin=asked.gstin or "",
    )
    for row in rows:
        account = books.masters.chart.by_number(row["account"])
        side = "debit" if row["amount"] > 0 else "credit"
        message = (
            f"Entries by hand {side} {account.name} with {grouped(abs(row['amount']))};"
            " the return tells of documents alone."
        )
        yield finding("warning", "accounts.by_hand", made, message, field=account.code)


def _tables(made: "Gstr3b") -> Row:
    """Tables 3.1 to 5."""
    from finzcore.gst.gstr3b import ALL_OTHER, BY_REVERSE_CHARGE, Table

    def summed(names: tuple[str, ...], *tables: Table, less: tuple[Table, ...] = ()) -> Row:
        shares = [(share, 1) for table in tables for share in made.by_table[table]]
        shares += [(share, -1) for table in less for share in made.by_table[table]]
        return _summed(names, shares)

    outward = {
        "taxable": Table.TAXABLE,
        "zero_rated": Table.ZERO_RATED,
        "nil_exempt": Table.NIL_EXEMPT,
        "inward_rcm": Table.INWARD_RCM,
        "non_gst": Table.NON_GST,
    }
    credit = {
        "rcm": BY_REVERSE_CHARGE,
        "all_other": ALL_OTHER,
        "reversed": (Table.BLOCKED,),
        "ineligible_17_5": (Table.BLOCKED,),
        "import_of_services": (Table.IMPORT_OF_SERVICES,),
        "import_of_goods": (Table.IMPORT_OF_GOODS,),
        "ineligible_pos": (Table.INELIGIBLE,),
    }
    net = summed(HEADS, *BY_REVERSE_CHARGE, *ALL_OTHER, less=(Table.BLOCKED,))
    return {
        "outward": {name: summed(FIGURES, table) for name, table in outward.items()},
        "interstate_unregistered": _places(made, Table.UNREGISTERED),
        "interstate_composition": _places(made, Table.COMPOSITION),
        "interstate_uin": _places(made, Table.UIN),
        "itc": {name: summed(HEADS, *tables) for name, tables in credit.items()} | {"net": net},
        "exempt_inward": _inward(made, Table.EXEMPT_INTER, Table.EXEMPT_INTRA),
        "non_gst_inward": _inward(made, Table.NON_GST_INTER, Table.NON_GST_INTRA),
    }


def _summed(names: tuple[str, ...], shares: "Iterable[tuple[Share, int]]") -> Row:
    """One row: its figures, and the documents that they are made of."""
    return _row(names, [(share, share.figures.signed(sign)._asdict()) for share, sign in shares])


def _places(made: "Gstr3b", table: "Table") -> list[Row]:
    """One list of 3.2, by place of supply."""
    from finzcore.gst.states import by_number

    return [
        {"place_of_supply": by_number(place).code}
        | _summed(("taxable", "igst"), ((share, 1) for share in shares))
        for place, shares in made.places(table).items()
    ]


def _inward(made: "Gstr3b", inter: "Table", intra: "Table") -> Row:
    """One row of table 5."""
    shares = [
        (share, {column: share.figures.taxable})
        for column, table in (("inter", inter), ("intra", intra))
        for share in made.by_table[table]
    ]
    return _row(("inter", "intra"), shares)


def _row(names: tuple[str, ...], shares: "_Shares") -> Row:
    sums = {name: sum(figures.get(name, 0) for _, figures in shares) for name in names}
    return {**sums, "sources": _Documents(names, shares)}


class _Documents:
    """A trail of documents, each once, with what it adds to each column; followed when somebody asks."""

    def __init__(self, names: tuple[str, ...], shares: "_Shares") -> None:
        self._names = names
        self._shares = shares

    @cached_property
    def _items(self) -> list[Item]:
        found: dict[tuple[str, int], dict[str, int]] = {}
        documents = {}
        for share, figures in self._shares:
            source, key = share.document.source.value, share.document.key
            documents[source, key] = share.document
            amounts = found.setdefault((source, key), dict.fromkeys(self._names, 0))
            for name in self._names:
                amounts[name] += figures.get(name, 0)
        return [
            Item(documents[source, key].entry, source, source, key, amounts)
            for (source, key), amounts in found.items()
            if any(amounts.values())
        ]

    def count(self, books: Books) -> int:
        """How many documents there are."""
        return len(self._items)

    def items(self, books: Books, start: int, limit: int) -> Sequence[Item]:
        """Some of them."""
        return self._items[start : start + limit]


def _payment(made: "Gstr3b") -> Row:
    """Table 6.1: what is owed, what credit pays of it, and what is left for cash, head by head."""
    done = made.payment
    owed, paid = made.owed.positive(), done.used.paid
    rows = zip(owed, paid, done.cash_reverse_charge, done.cash, strict=True)
    return {
        "tax_payable": {
            head: dict(zip(_PAID, row, strict=True)) | {"sources": _owed_for(made, head)}
            for head, row in zip(HEADS, rows, strict=True)
        },
        "credit_used": dict(zip(_USED, done.used, strict=True)),
        "credit_left": dict(zip(HEADS, done.credit_left, strict=True)),
        "total_cash": done.total_cash,
    }


def _owed_for(made: "Gstr3b", head: str) -> Trail:
    """The documents that a head of tax is owed for. What credit pays of it follows from all of them, and is
    no document's; nor is the nothing that is owed where notes take away more than was supplied."""
    from finzcore.gst.gstr3b import Table

    columns = {
        "liability": (Table.TAXABLE, Table.ZERO_RATED),
        "rcm_cash": (Table.INWARD_RCM,),
    }
    shares = [
        (share, {column: getattr(share.figures, head)})
        for column, tables in columns.items()
        if getattr(made.figures(*tables), head) > 0
        for table in tables
        for share in made.by_table[table]
    ]
    return _Documents(("liability", "rcm_cash"), shares)
