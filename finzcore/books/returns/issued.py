"""One document of sale as the portals of e-invoices and e-way bills take it (`gst.md` §12, §13).

Its figures are those of the returns: the parts of `outward`, which add up to what was posted, each shared
over its lines. Parties are as the document keeps them, at the addresses of now.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Final, NamedTuple

from finzcore.books.books import Books
from finzcore.books.papers.lines import lines_of
from finzcore.books.printing.parties import contact_of
from finzcore.books.registry import table_of
from finzcore.books.returns.outward import document_of
from finzcore.books.returns.papers import Paper, number_of
from finzcore.books.text import json_value
from finzcore.documents.exchange import ONE, in_rupees
from finzcore.documents.line import gross
from finzcore.gst.gstin import parse
from finzcore.gst.issued import Issued, Item, Party
from finzcore.gst.outward import Document, Part
from finzcore.gst.states import OVERSEAS, state
from finzcore.money import Millionths, Paise, half_up, share
from finzcore.ports import Row

_HEADS: Final = ("cgst", "sgst", "igst", "cess")
_KEPT: Final = ("id", "name", "gstin", "treatment", "state")


def issued(books: Books, of: str, row: Row) -> Issued:
    """A kept invoice, credit note or debit note to a customer; `of` is the name of its resource."""
    lines = lines_of(books, [row])[row["id"]]
    parts = books.session.ask("returns.sold_parts_of", document_id=row["id"], version=row["lines_version"])
    original = _original(books, row)
    named = row | {"contact_id" if name == "id" else name: row[f"customer_{name}"] for name in _KEPT}
    known = {} if original is None else {original["id"]: original}
    document = document_of(books, of, Paper(named, parts), known)
    contact = contact_of(books, row)
    branch = books.masters.rows["branches"][row["branch_id"]]
    buyer = _buyer(document, contact, named["state"])
    items = tuple(_items(books, row, lines, document.parts))
    goods = any(not item.is_service for item in items)
    code, rate = row["currency_code"], row["exchange_rate"]
    after_tax = 0 if row["is_discount_before_tax"] else row["discount"]
    return Issued(
        kind=document.source.lower(),
        key=row["id"],
        status=row["status"],
        number=row["number"],
        date=dt.date.fromisoformat(row["date"]),
        treatment=document.treatment,
        place=document.place,
        inter=document.inter,
        with_payment=document.with_payment,
        seller=_seller(books, branch),
        seller_is_sez=bool(branch["is_sez"]),
        buyer=buyer,
        ship_to=_ship_to(contact, buyer) if goods else None,
        items=items,
        charges=_rupees(row["shipping_charge"], rate) + _rupees(max(row["adjustment"], 0), rate),
        reduction=_rupees(after_tax, rate) + _rupees(max(-row["adjustment"], 0), rate),
        value=document.value,
        foreign=None if code == "INR" else (code, row["total"] + row["tds_amount"]),
        export=document.export,
        originals=(
            () if original is None else ((original["number"], dt.date.fromisoformat(original["date"])),)
        ),
    )


def _rupees(amount: int, rate: int) -> int:
    return in_rupees(Paise(amount), rate)


def _original(books: Books, row: Row) -> Row | None:
    key = row.get("invoice_id")
    return None if key is None else books.session.get(table_of("invoices"), key)


# ----- lines -----


class _Shared(NamedTuple):
    """What of its part a line has, in paise of rupees."""

    part: Part
    taxable: int
    heads: dict[str, int]


def _items(books: Books, row: Row, lines: Sequence[Row], parts: Sequence[Part]) -> Iterator[Item]:
    for line, shared in zip(lines, _shared(lines, parts), strict=True):
        rate = row["exchange_rate"]
        exact = rate == ONE and not row["is_inclusive_tax"]
        tax = None if line["tax_id"] is None else books.masters.rate(line["tax_id"])
        yield Item(
            line=line["line_no"],
            name=line["name"],
            description=line["description"],
            hsn=line["hsn_or_sac"],
            unit=line["unit"],
            quantity=line["quantity"],
            price=line["rate"] if exact else None,
            gross=_rupees(_before_discount(line), rate),
            taxable=shared.taxable,
            shape=shared.part.shape,
            percent=shared.part.rate,
            cess_percent=0 if tax is None else tax.cess,
            **shared.heads,
        )


def _before_discount(line: Row) -> int:
    """What a line comes to before its discount and without tax, in its own currency: of a price with tax
    in it, as much as the tax leaves of the price after the discount."""
    whole = gross(Millionths(line["quantity"]), Millionths(line["rate"]))
    net = whole - line["discount"]
    return half_up(whole * line["item_total"], net) if net else whole


def _shared(lines: Sequence[Row], parts: Sequence[Part]) -> list[_Shared]:
    """Each line's share of its part, so that items add up to what the returns say, rate by rate."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for line in lines:
        alike = (line["tax_id"], line["tax_percentage"], line["hsn_or_sac"], line["unit"])
        groups.setdefault(alike, []).append(line)
    found = chain.from_iterable(
        _shares(part, same) for part, same in zip(parts, groups.values(), strict=True)
    )
    by_line = dict(found)
    return [by_line[line["line_no"]] for line in lines]


def _shares(part: Part, lines: Sequence[Row]) -> Iterator[tuple[int, _Shared]]:
    weights = [line["taxable"] for line in lines]
    taxable = _divided(part.taxable, weights)
    heads = {}
    for name in _HEADS:
        charged = [line[name] for line in lines]
        heads[name] = _divided(getattr(part, name), charged if any(charged) else weights)
    for place, line in enumerate(lines):
        mine = {name: amounts[place] for name, amounts in heads.items()}
        yield line["line_no"], _Shared(part, taxable[place], mine)


def _divided(whole: int, weights: Sequence[int]) -> Sequence[int]:
    return share(Paise(whole), weights) if whole else [0] * len(weights)


# ----- parties -----


def _seller(books: Books, branch: Row) -> Party:
    org = books.masters.org
    return Party(
        name=branch["legal_name"] or org["legal_name"] or org["name"],
        trade_name=org["name"],
        gstin=branch["gstin"],
        address=tuple((branch["address"] or "").split("\n")),
        town=branch["city"],
        pin=branch["pin"],
        state=number_of(branch["state"]),
    )


def _buyer(document: Document, contact: Row, kept: str | None) -> Party:
    said = _address(contact["billing_address"])
    own = None if document.gstin is None else parse(document.gstin).state
    return Party(
        name=contact["legal_name"] or document.name,
        trade_name=document.name,
        gstin=document.gstin,
        address=_lines(said),
        town=said.get("city"),
        pin=said.get("zip"),
        state=_state((said.get("state_code"), kept), own, document.place),
        phone=contact["phone"],
        email=contact["email"],
    )


def _state(codes: Iterable[str | None], own: int | None, place: int) -> int:
    """Where a customer is: by the address, by what the document keeps, by the GSTIN, else where the
    supply takes place."""
    for code in codes:
        if code is not None:
            return state(code).number
    return place if own is None else own


def _ship_to(contact: Row, buyer: Party) -> Party | None:
    """Where goods go, where that is another place than the bill's."""
    there, here = _address(contact["shipping_address"]), _address(contact["billing_address"])
    if not there or there == here:
        return None
    abroad = (there.get("country") or "India").casefold() != "india"
    code = there.get("state_code")
    number = OVERSEAS if abroad else buyer.state if code is None else state(code).number
    return Party(
        name=buyer.name,
        address=_lines(there),
        town=there.get("city"),
        pin=there.get("zip"),
        state=number,
    )


def _address(kept: str | None) -> Row:
    said: Row = {} if kept is None else json_value(kept)
    return said


def _lines(said: Row) -> tuple[str, ...]:
    return (*(said.get("address") or "").split("\n"), said.get("street2") or "")
