"""Documents as the returns see them, worked out from what is shown of them: `gst.md` §7, §10.3 and §11.3,
read a second time.

A document goes by what its contact is now; where a contact was changed after it was written, the returns
may rightly say something else.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from finzcore.gst.states import OVERSEAS, state
from finzcore.testing.invariants.seen import Body, Seen, is_sale, noun_of, posted, rupees, whose
from finzcore.testing.pricing import half_up, paise, shares

HEADS: Final = ("igst", "cgst", "sgst", "cess")
TAXED: Final = ("INTRA_STATE", "INTER_STATE")
_ZERO_RATED: Final = ("SEZ", "OVERSEAS")
_NOTHING: Final = Decimal(0)


class Tax(NamedTuple):
    """A taxable value and the tax on it, in rupees."""

    taxable: Decimal = _NOTHING
    igst: Decimal = _NOTHING
    cgst: Decimal = _NOTHING
    sgst: Decimal = _NOTHING
    cess: Decimal = _NOTHING

    def times(self, sign: int) -> "Tax":
        """Added or taken away."""
        return Tax(*(sign * amount for amount in self))


def together(some: Iterable[Tax]) -> Tax:
    """The sum, column by column."""
    return Tax(*(sum(column, _NOTHING) for column in zip(Tax(), *some, strict=True)))


class Line(NamedTuple):
    """The lines of a document that bear one tax, one HSN and one unit; `shape` is that of their tax, `rate`
    their percentage; `charged` what stands on the document, `owed` the tax under reverse charge."""

    shape: str | None
    rate: Decimal
    hsn: str | None
    unit: str | None
    quantity: Decimal
    charged: Tax
    owed: Tax
    is_rcm: bool
    blocked: str | None


class Paper(NamedTuple):
    """A posted document of sale or purchase. `gstin` is that of its branch, `value` what it comes to before
    anything is withheld, `spare` how far a figure of it may be off where it is in another currency."""

    noun: str
    body: Body
    day: str
    sign: int
    contact: Body
    gstin: str | None
    place: int
    home: int
    inter: bool
    value: Decimal
    spare: Decimal
    lines: tuple[Line, ...]

    @property
    def treatment(self) -> str:
        """How its contact stands towards GST."""
        return str(self.contact["gst_treatment"])

    @property
    def is_export(self) -> bool:
        """Whether it goes out of India."""
        return self.treatment == "OVERSEAS" or self.place == OVERSEAS

    @property
    def is_zero_rated(self) -> bool:
        """Whether it bears no tax in the end."""
        return self.is_export or self.treatment == "SEZ"

    @property
    def is_registered(self) -> bool:
        """Whether it is told under the number of its recipient."""
        return self.contact["gst_no"] is not None and not self.is_export

    @property
    def key(self) -> str:
        """Its id."""
        return str(self.body[f"{self.noun}_id"])


_NOBODY: Final[Body] = {"gst_treatment": "UNREGISTERED", "gst_no": None, "place_of_contact": None}


def papers(seen: Seen, *, sells: bool) -> Iterator[Paper]:
    """The posted documents of one side, each kind in the order in which it was written."""
    taxes = {one["tax_id"]: one for one in seen.all("taxes")}
    contacts = {one["contact_id"]: one for one in seen.all("contacts")}
    kinds = ("invoices",) if sells else ("bills", "expenses")
    for of in (*kinds, "credit_notes", "debit_notes"):
        for body in reversed(seen.all(of)):
            if of == "expenses":
                yield _spent(seen, body, contacts.get(body["vendor_id"], _NOBODY), taxes)
            elif is_sale(body) == sells and posted([body]):
                yield _paper(seen, of, body, contacts[whose(body)], taxes)


def _paper(seen: Seen, of: str, body: Body, contact: Body, taxes: dict[str, Body]) -> Paper:
    branch = seen.branches[body["branch_id"]]
    home, place = state(branch["state"]).number, state(body["place_of_supply"]).number
    sells = is_sale(body)
    origin = home if sells else state(contact["place_of_contact"] or branch["state"]).number
    zero_rated = contact["gst_treatment"] in _ZERO_RATED or place == OVERSEAS
    inter = zero_rated or origin != place
    rate = body["exchange_rate"]
    lines = tuple(_lines(body, _bases(body), taxes, inter=inter))
    return Paper(
        noun=noun_of(of),
        body=body,
        day=body["date"][:10],
        sign=-1 if of == "credit_notes" else 1,
        contact=contact,
        gstin=branch["gstin"],
        place=place,
        home=home,
        inter=inter,
        value=rupees((body["total"] + body["tds_amount"]) * rate),
        spare=Decimal("0.01") * len(lines) * (rate != 1),
        lines=lines,
    )


def _bases(body: Body) -> list[Decimal]:
    """The taxable value of each line: what it comes to, less its share of a discount before tax."""
    items = [paise(line["item_total"]) for line in body["line_items"]]
    if body["discount"] and body["is_discount_before_tax"]:
        parts = shares(paise(body["discount"]), items)
        items = [item - part for item, part in zip(items, parts, strict=True)]
    return [Decimal(item).scaleb(-2) for item in items]


def _lines(body: Body, bases: Sequence[Decimal], taxes: dict[str, Body], *, inter: bool) -> Iterator[Line]:
    """The lines of a document, those together that differ in nothing that a return tells."""
    groups: dict[tuple[str | None, ...], list[tuple[Body, Decimal]]] = {}
    names = ("tax_id", "hsn_or_sac", "unit", "is_rcm", "rcm_rate", "itc_blocked_reason")
    for line, base in zip(body["line_items"], bases, strict=True):
        groups.setdefault(tuple(line.get(name) for name in names), []).append((line, base))
    for group in groups.values():
        yield _line(group, body, taxes, inter=inter)


def _line(group: list[tuple[Body, Decimal]], body: Body, taxes: dict[str, Body], *, inter: bool) -> Line:
    first, rate = group[0][0], body["exchange_rate"]
    tax = taxes[first["tax_id"]] if first["tax_id"] else None
    shape = None if tax is None else tax["shape"]
    is_rcm = bool(first.get("is_rcm")) or shape == "RCM"
    taxable = rupees(sum((base for _, base in group), _NOTHING) * rate)

    def summed(prefix: str) -> list[Decimal]:
        return [
            rupees(sum((line.get(prefix + head, _NOTHING) for line, _ in group), _NOTHING) * rate)
            for head in HEADS
        ]

    owed = summed("rcm_")
    if is_rcm and tax is not None and is_sale(body):
        owed = _assessed(taxable, tax["igst"], inter=inter)
    return Line(
        shape=shape,
        rate=_NOTHING if tax is None else tax["igst"],
        hsn=first["hsn_or_sac"],
        unit=first["unit"],
        quantity=sum((line["quantity"] for line, _ in group), _NOTHING),
        charged=Tax(taxable, *summed("")),
        owed=Tax(taxable, *owed) if is_rcm else Tax(),
        is_rcm=is_rcm,
        blocked=first.get("itc_blocked_reason"),
    )


def _assessed(taxable: Decimal, percent: Decimal, *, inter: bool) -> list[Decimal]:
    """What a recipient owes on a taxable value, head by head."""
    base = Fraction(taxable) * 100

    def at(part: Fraction) -> Decimal:
        return Decimal(half_up(base * part / 100)).scaleb(-2)

    half = _NOTHING if inter else at(Fraction(percent) / 2)
    return [at(Fraction(percent)) if inter else _NOTHING, half, half, _NOTHING]


def _spent(seen: Seen, body: Body, vendor: Body, taxes: dict[str, Body]) -> Paper:
    """An expense: what it owes under reverse charge, and what is lost elsewhere, follows from its header."""
    branch = seen.branches[body["branch_id"]]
    home, place = state(branch["state"]).number, state(body["place_of_supply"]).number
    origin = state(vendor["place_of_contact"] or branch["state"]).number
    inter = vendor["gst_treatment"] in _ZERO_RATED or OVERSEAS in (place,) or origin != place
    blocked = body["itc_blocked_reason"]
    if not inter and place != home:
        blocked = blocked or "ineligible_pos"
    lines = []
    for line in body["line_items"]:
        tax = taxes[line["tax_id"]] if line["tax_id"] else None
        shape = None if tax is None else tax["shape"]
        is_rcm, percent = body["is_rcm"] or shape == "RCM", body["rcm_rate"]
        if percent is None and tax is not None:
            percent = tax["igst"]
        taxable = line["taxable"]
        charged = Tax(taxable, line["igst"], line["cgst"], line["sgst"])
        owed = Tax(taxable, *_assessed(taxable, percent, inter=inter)) if is_rcm else Tax()
        rate = _NOTHING if tax is None else tax["igst"]
        lines.append(Line(shape, rate, None, None, _NOTHING, charged, owed, is_rcm, blocked))
    total = body["total"]
    return Paper(
        "expense", body, body["date"][:10], 1, vendor, branch["gstin"], place, home, inter, total, _NOTHING,
        tuple(lines),
    )  # fmt: skip
