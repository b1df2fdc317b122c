"""What holds of each document: its total, what it posts, and what is left of it once it is void."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from finzcore.books.problem import Problem
from finzcore.testing.invariants.seen import (
    NUMBERED,
    OWED,
    PRICED,
    Body,
    Seen,
    Sums,
    invariant,
    is_sale,
    noun_of,
    rupees,
    whose,
)

_HEADS: Final = ("cgst", "sgst", "igst", "cess")
_OWED_ON: Final = {True: "1040", False: "2010"}
"""The codes of receivables and of payables."""


def _total(document: Body) -> Decimal:
    before = document["sub_total"] - document["discount"] + document["tax_total"]
    charges: Decimal = document["shipping_charge"] + document["adjustment"] + document["round_off"]
    return Decimal(before + charges - document.get("tds_amount", 0))


@invariant
def documents_add_up(seen: Seen) -> Iterable[Problem]:
    """A total is the sum of its parts, sub-total and tax those of the lines, and CGST equals SGST."""
    for where, document in seen.documents(*PRICED):
        lines = document["line_items"]
        for head in _HEADS:
            added = sum(line[head] for line in lines)
            yield from seen.equal("document.tax", f"{where} {head}", added, document[f"{head}_total"])
        added = sum(document[f"{head}_total"] for head in _HEADS)
        yield from seen.equal("document.tax", where, added, document["tax_total"])
        yield from seen.equal("document.halves", where, document["cgst_total"], document["sgst_total"])
        items = sum(line["item_total"] for line in lines)
        yield from seen.equal("document.items", where, items, document["sub_total"])
        yield from seen.equal("document.total", where, _total(document), document["total"])


@invariant
def entries_bear_what_is_owed(seen: Seen) -> Iterable[Problem]:
    """The entry of a posted document has its total, in rupees, on receivables or payables, under its
    contact: a debit note on the side of its invoice or bill, a credit note on the opposite one.
    """
    entries = {one["journal_id"]: one for one in seen.all("journals")}
    accounts = {sells: seen.acme.account_id(code) for sells, code in _OWED_ON.items()}
    for where, document in seen.documents(*OWED, "credit_notes"):
        if document["status"] in ("DRAFT", "CANCELLED") or document["journal_id"] is None:
            continue
        side = -1 if where.startswith("credit_note") == is_sale(document) else 1
        owed = (accounts[is_sale(document)], whose(document))
        found = sum(
            line["debit"] - line["credit"]
            for line in entries[document["journal_id"]]["lines"]
            if (line["account_id"], line.get("contact_id")) == owed
        )
        expected = side * rupees(document["total"] * document["exchange_rate"])
        yield from seen.equal("document.owed", where, expected, found)


@invariant
def a_void_leaves_nothing(seen: Seen) -> Iterable[Problem]:
    """Whatever a cancelled document or a voided payment has posted was taken back, account by account."""
    left: defaultdict[str, Sums] = defaultdict(lambda: defaultdict(Decimal))
    for entry in seen.all("journals"):
        for line in entry["lines"]:
            left[entry.get("source_id") or ""][line["account_id"]] += line["debit"] - line["credit"]
    for of in NUMBERED:
        noun = noun_of(of)
        for one in seen.all(of):
            if one.get("status") in ("CANCELLED", "VOIDED"):
                where = f"{noun} {one[f'{noun}_number']}"
                for amount in left[one[f"{noun}_id"]].values():
                    yield from seen.equal("void.leaves", where, 0, amount)
