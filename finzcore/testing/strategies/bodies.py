"""The bodies of contacts, items and documents (`api.md` §4), as the API and the `Org` calls take them.

``contacts()`` gives whole bodies, so ``acme.contacts.create(**body)`` and
``call("POST", "/contacts", body)`` both do. What a body has to name is an argument: whose invoice it
is, when, and the taxes to choose from, since the ids of these are each organisation's own::

    taxes = [acme.tax_id(name) for name in TAXES]
    body = data.draw(invoices(customer_id=asha, date="2026-05-19", taxes=taxes, also=ALSO))
"""

from collections.abc import Collection, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from finzcore.testing.strategies.values import amounts, gstins, names, quantities, states

Body = dict[str, Any]

ALSO: Final = ("discounts", "inclusive", "tds", "charges", "foreign")
"""What can be asked for with ``also=``:

* ``discounts``: of a line, in per cent or rupees, and of the whole document, before or after tax
* ``inclusive``: prices that hold their GST already
* ``tds``: tax that the customer withholds, on the invoice or with the payment
* ``charges``: shipping, an adjustment of either sign, a round-off
* ``foreign``: documents in US dollars with a rate; the organisation must have them enabled
"""

TAXES: Final = ("GST 18%", "GST 5%", "GST 40%", "GST 3%")
"""Names of tax rows that every organisation begins with, and that are in force today."""

UNTAXED: Final = ("Exempt", "Nil Rated", "Non-GST")
"""Names of those that bear no tax."""

_PAISA: Final = Decimal("0.01")
_ROUNDING: Final = Decimal("0.05")
"""More than rounding can add to a note of one line."""


def contacts(**fixed: Any) -> SearchStrategy[Body]:
    """A customer, with a GSTIN or without, now and then in a special economic zone, abroad, under the
    composition scheme or a deemed exporter; `fixed` fields are as they are given.

    >>> from hypothesis import find
    >>> find(contacts(payment_terms=15), lambda body: True)
    {'contact_name': 'Asha Stores', 'payment_terms': 15}
    """
    plain = st.fixed_dictionaries(
        {"contact_name": names()},
        optional={
            "payment_terms": st.sampled_from((0, 15, 30, 90)),
            "place_of_contact": states(),
            "email": st.just("accounts@example.in"),
            "opening_balance": amounts(most=5000),
        },
    )
    registered = st.fixed_dictionaries(
        {"contact_name": names(), "gst_no": gstins()},
        optional={"payment_terms": st.sampled_from((0, 15, 30, 90))},
    )
    special = st.fixed_dictionaries(
        {
            "contact_name": names(),
            "gst_no": gstins(),
            "gst_treatment": st.sampled_from(("SEZ", "DEEMED_EXPORT", "COMPOSITION")),
        }
    )
    abroad = st.fixed_dictionaries({"contact_name": names(), "gst_treatment": st.just("OVERSEAS")})
    return (plain | registered | special | abroad).map(lambda body: body | fixed)


def items(*, taxes: Sequence[str | None] = (None,), **fixed: Any) -> SearchStrategy[Body]:
    """An item with a price, and one of `taxes`."""
    return st.fixed_dictionaries(
        {"item_name": names(), "rate": amounts(most=2000), "tax_id": st.sampled_from(taxes)},
        optional={
            "item_type": st.sampled_from(("GOODS", "SERVICE")),
            "hsn_or_sac": st.just("9403"),
            "track_inventory": st.booleans(),
        },
    ).map(lambda body: body | fixed)


def line_items(
    *,
    taxes: Sequence[str | None] = (None,),
    items: Sequence[str] = (),
    also: Collection[str] = (),
) -> SearchStrategy[Body]:
    """One line: one of `items`, by its id, or something of its own with one of `taxes`."""
    _known(also)
    own = st.tuples(
        _KINDS,
        st.fixed_dictionaries(
            {
                "name": names(),
                "quantity": quantities(),
                "rate": _PRICES,
                "tax_id": st.sampled_from(taxes),
            }
        ),
    ).map(lambda parts: together(*parts))
    line: SearchStrategy[Body] = own
    if items:
        line = st.fixed_dictionaries({"item_id": st.sampled_from(items), "quantity": quantities()}) | own
    return st.tuples(line, _DISCOUNTS).map(_discounted) if "discounts" in also else line


_PRICES: Final = st.one_of(*[amounts(most=2000)] * 4, amounts(20_000, 90_000))
"""Small things mostly; a few of the others are more than a lakh."""

_KINDS: Final = st.sampled_from(
    (
        {},
        {"hsn_or_sac": "9403", "unit": "NOS"},
        {"hsn_or_sac": "940360", "unit": "pcs"},
        {"hsn_or_sac": "1006", "unit": "Kgs"},
        {"hsn_or_sac": "998314"},
    )
)
"""What a line says of what it is about: nothing, goods by the piece or by weight, or a service."""

_DISCOUNTS: Final = st.none() | st.tuples(st.integers(0, 100), st.booleans())
"""None, or so many per cent, which may be said in rupees."""


def _discounted(drawn: tuple[Body, tuple[int, bool] | None]) -> Body:
    line, discount = drawn
    if discount is None:
        return line
    percent, in_rupees = discount
    if in_rupees and "rate" in line:
        off = line["quantity"] * line["rate"] * percent / 100
        return line | {"discount": off.quantize(_PAISA, ROUND_DOWN)}
    return line | {"discount": f"{percent}%"}


def invoices(
    *,
    customer_id: str,
    date: str,
    taxes: Sequence[str | None] = (None,),
    items: Sequence[str] = (),
    places: Sequence[str] = ("IN-KA", "IN-MH"),
    most_lines: int = 3,
    also: Collection[str] = (),
    **fixed: Any,
) -> SearchStrategy[Body]:
    """An invoice of one to `most_lines` lines, supplied to one of `places`; a draft, unless `fixed` says
    ``auto_approve=True``.
    """
    line = line_items(taxes=taxes, items=items, also=also)
    body: SearchStrategy[Body] = st.fixed_dictionaries(
        {
            "customer_id": st.just(customer_id),
            "date": st.just(date),
            "place_of_supply": st.sampled_from(places),
            "line_items": st.lists(line, min_size=1, max_size=most_lines),
        }
    )
    return st.tuples(body, *headers(also)).map(lambda parts: together(*parts, fixed))


def headers(also: Collection[str]) -> list[SearchStrategy[Body]]:
    """What a document may have besides its lines: some of the things that were asked for."""
    return [st.just({}) | _HEADERS[each] for each in ALSO if each in also]


def together(*parts: Body) -> Body:
    """One body of several; where two say the same thing, the later one wins."""
    return {name: value for part in parts for name, value in part.items()}


# An adjustment downwards is no more than the shipping, so that the total cannot fall below nothing.
_CHARGES: Final = st.tuples(
    st.integers(0, 9900), st.integers(0, 9900), st.booleans(), st.integers(0, 99)
).map(
    lambda drawn: {
        "shipping_charge": Decimal(max(drawn[:2])).scaleb(-2),
        "adjustment": Decimal(-min(drawn[:2]) if drawn[2] else drawn[1]).scaleb(-2),
        "round_off": Decimal(drawn[3]).scaleb(-2),
    }
)

_HEADERS: Final[Mapping[str, SearchStrategy[Body]]] = {
    "discounts": st.fixed_dictionaries(
        {"discount": st.integers(0, 100).map(lambda number: f"{number}%")},
        optional={"is_discount_before_tax": st.booleans()},
    ),
    "inclusive": st.just({"is_inclusive_tax": True}),
    "tds": st.fixed_dictionaries({"tds_rate": st.sampled_from((1, 2, Decimal("7.5"), 10))}),
    "charges": _CHARGES,
    "foreign": st.fixed_dictionaries(
        {"currency_code": st.just("USD"), "exchange_rate": amounts(80, 90)},
    ),
}


@st.composite
def payments(
    draw: st.DrawFn,
    /,
    *,
    contact_id: str,
    date: str,
    invoices: Sequence[Mapping[str, Any]] = (),
    settle: bool = False,
    also: Collection[str] = (),
    currency_code: str = "INR",
    **fixed: Any,
) -> Body:
    """A receipt, on account or allocated to some of `invoices`, which are as the books show them; with
    `settle` to one of them at least, if any is open. Debit notes are among them where they are, and with
    ``flow="OUTGOING"`` a vendor's bills and debit notes.

    Those that it can settle are posted, of the contact and in its currency, with a balance; the others
    are left alone. `fixed` may say ``payment_type="ADVANCE"``.
    """
    _known(also)
    open_ = [one for one in invoices if contact_id == _whose(one) and _is_open(one, currency_code)]
    some = st.lists(st.sampled_from(open_), unique_by=_by_id, min_size=int(settle), max_size=3)
    chosen = draw(some) if open_ else []
    allocations = [
        {_id_of(one): one[_id_of(one)], "amount": draw(amounts(most=one["balance"]))} for one in chosen
    ]
    settled = sum((one["amount"] for one in allocations), Decimal(0))
    spare = draw(st.just(Decimal(0)) | amounts(most=1000)) if allocations else draw(amounts(most=20_000))
    body = {
        "flow": "INCOMING",
        "contact_id": contact_id,
        "date": date,
        "amount": settled + spare,
        "mode": draw(st.sampled_from(("UPI", "CASH", "BANK_TRANSFER", "CHEQUE", "CARD"))),
    }
    if currency_code != "INR":
        body |= {"currency_code": currency_code, "exchange_rate": draw(amounts(80, 90))}
    if allocations:
        body["allocations"] = allocations
    if "tds" in also and draw(st.booleans()):
        body["tds_amount"] = draw(amounts(0, 500))
    if "charges" in also and draw(st.booleans()):
        body["bank_charges"] = draw(amounts(0, min(Decimal(50), body["amount"])))
    return body | fixed


def _whose(document: Mapping[str, Any]) -> Any:
    return document["vendor_id"] if "vendor_id" in document else document["customer_id"]


def _is_open(document: Mapping[str, Any], currency: str) -> bool:
    posted = document["status"] not in ("DRAFT", "CANCELLED")
    return bool(posted and document["balance"] > 0 and document["currency_code"] == currency)


def _id_of(document: Mapping[str, Any]) -> str:
    """The field of its id; a note has those of what it is for besides."""
    return next(name for name in ("debit_note_id", "bill_id", "invoice_id") if name in document)


def _by_id(document: Mapping[str, Any]) -> Any:
    return document[_id_of(document)]


@st.composite
def credit_notes(
    draw: st.DrawFn,
    /,
    *,
    date: str,
    customer_id: str | None = None,
    invoice: Mapping[str, Any] | None = None,
    left: Decimal | None = None,
    **fixed: Any,
) -> Body:
    """A credit note: for something at large, or for part of a line of `invoice`, as the books show it; a
    bill may stand in its place, and the customer be a vendor.

    The notes for an invoice may not come to more than its total: `left` says how much of it is left,
    where there are others. An invoice of which less than 0.10 is left can have no note from here.
    """
    if invoice is None:
        line: Body = {"name": draw(names()), "rate": draw(amounts(most=1000))}
        return {"customer_id": customer_id, "date": date, "line_items": [line]} | fixed
    total = invoice["total"] if left is None else left
    lines = [one for one in invoice["line_items"] if _creditable(one, total) > 0]
    given = draw(st.sampled_from(lines))
    line = {
        "name": given["name"],
        "rate": draw(amounts(most=_creditable(given, total))),
        "tax_id": given["tax_id"],
    }
    field = _id_of(invoice)
    body = {"customer_id": _whose(invoice), field: invoice[field]}
    return body | {"date": date, "line_items": [line]} | fixed


def _creditable(line: Mapping[str, Any], left: Decimal) -> Decimal:
    """How much of a line can be credited, before tax, when no more than `left` may be with it."""
    within = (left - _ROUNDING) * 100 / (100 + line["tax_percentage"])
    return Decimal(min(line["item_total"], within)).quantize(_PAISA, ROUND_DOWN)


def _known(also: Collection[str]) -> None:
    strange = set(also) - set(ALSO)
    if strange:
        raise ValueError(f"also= knows {', '.join(ALSO)}, not {', '.join(sorted(strange))}")
