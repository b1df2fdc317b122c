"""The bodies that the model is told, read into one spelling; what it does not understand is refused.

A body may say a thing in several ways, as the API allows (`api.md` §1.9, §4): another name of a field, a
number as text, a state in small letters, a day as a date. The model knows one way. It has a table of its
own for that and asks none of the books': a wrong spelling there would not be noticed here. What it has no
row for is a ValueError with its name, since an expectation that is not understood proves nothing.
"""

import datetime as dt
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import attrs

Body = dict[str, Any]
Reader = Callable[[Any], Any]

_INDIA: Final = dt.timezone(dt.timedelta(hours=5, minutes=30))
_RENAMED: Final = {"IN-OR": "IN-OD", "IN-UT": "IN-UK", "IN-UL": "IN-UK", "IN-CT": "IN-CG", "IN-TG": "IN-TS"}


def exact(raw: Any) -> Decimal:
    """A number that says what it means: ``int``, ``str`` or ``Decimal``.

    >>> exact("12.50"), exact(3)
    (Decimal('12.50'), Decimal('3'))
    """
    if isinstance(raw, bool) or not isinstance(raw, int | str | Decimal):
        raise TypeError(f"{raw!r} is no exact number: an int, a str or a Decimal is wanted")
    try:
        number = Decimal(raw)
    except InvalidOperation:
        raise TypeError(f"{raw!r} is no number") from None
    if not number.is_finite():
        raise TypeError(f"{raw!r} is no number")
    return number


def _day(raw: Any) -> str:
    if isinstance(raw, str):
        raw = dt.datetime.fromisoformat(raw.strip())
    if isinstance(raw, dt.datetime) and raw.tzinfo is not None:
        raw = raw.astimezone(_INDIA)
    if not isinstance(raw, dt.date):
        raise TypeError(f"{raw!r} is no day")
    return raw.isoformat()[:10]


def _discount(raw: Any) -> Decimal | str:
    """Rupees, or a percentage as text."""
    if isinstance(raw, str) and raw.strip().endswith("%"):
        return f"{exact(raw.strip()[:-1].strip())}%"
    return exact(raw)


def _flag(raw: Any) -> bool:
    if not isinstance(raw, bool) and raw not in ("true", "false"):
        raise TypeError(f"{raw!r} is neither true nor false")
    return raw in (True, "true")


def _text(raw: Any) -> str:
    return unicodedata.normalize("NFC", str(raw)).strip().replace("\r\n", "\n")


def _state(raw: Any) -> str:
    code = _text(raw).upper()
    if not code.startswith("IN-") and code != "OVERSEAS":
        raise ValueError(f"the model knows the states of India, and OVERSEAS, not {raw!r}")
    return code


def same_state(one: str, other: str) -> bool:
    """Whether two codes mean one state; some have had another before.

    >>> same_state("IN-OR", "IN-OD"), same_state("IN-KA", "IN-MH")
    (True, False)
    """
    return _RENAMED.get(one, one) == _RENAMED.get(other, other)


def _one_of(*words: str, **synonyms: str) -> Reader:
    def read_word(raw: Any) -> str:
        word = _text(raw).upper()
        word = synonyms.get(word, word)
        if word not in words:
            raise ValueError(f"the model knows {', '.join(words)}, not {raw!r}")
        return word

    return read_word


@attrs.frozen
class Form:
    """The fields that the model understands of one kind of body: how each is read, its other names, and
    which it cannot do without.
    """

    reads: Mapping[str, Reader]
    also: Mapping[str, str]
    needs: tuple[str, ...] = ()


def read(form: Form, body: Mapping[str, Any], at: str = "", *, whole: bool = True) -> Body:
    """A body with each field under its first name and read; what says nothing is left out.

    Raises ValueError where the model does not understand the body, and where a `whole` one lacks what
    the model needs; TypeError for a number that is not exact.
    """
    kept: Body = {}
    for spelled, raw in body.items():
        name = form.also.get(spelled, spelled)
        if name not in form.reads:
            raise ValueError(f"the model does not know {at}{spelled}; it knows {', '.join(form.reads)}")
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            continue
        value = _read_one(form.reads[name], raw, at + spelled)
        if kept.setdefault(name, value) != value:
            raise ValueError(f"{at}{name} and {at}{spelled} say different things")
    missing = [name for name in form.needs if whole and name not in kept]
    if missing:
        raise ValueError(f"the model needs {', '.join(at + name for name in missing)}")
    return kept


def _read_one(reader: Reader, raw: Any, at: str) -> Any:
    if isinstance(reader, _Each):
        return [read(reader.form, entry, f"{at}[{place}].") for place, entry in enumerate(raw)]
    try:
        return reader(raw)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{at}: {error}") from None


def _currency(raw: Any) -> str:
    return _text(raw).upper()


def _as_it_is(raw: Any) -> Any:
    return raw


@attrs.frozen
class _Each:
    """A list of bodies."""

    form: Form

    def __call__(self, raw: Any) -> Any:
        return [read(self.form, entry) for entry in raw]


_OF_A_LINE: Final[Mapping[str, Reader]] = {
    "item_id": str, "name": _text, "description": _text, "hsn_or_sac": _text, "quantity": exact,
    "unit": _text, "rate": exact, "discount": _discount, "tax_id": str, "account_id": str,
}  # fmt: skip
_INWARD: Final[Mapping[str, Reader]] = {
    "is_rcm": _flag,
    "rcm_rate": exact,
    "itc_blocked_reason": _text,
}
"""What may be said of something that is bought."""
_LINE_ALSO: Final = {"item_name": "name", "hsn_sac": "hsn_or_sac", "price": "rate"}

LINE: Final = Form(_OF_A_LINE, also=_LINE_ALSO)
INWARD_LINE: Final = Form({**_OF_A_LINE, **_INWARD}, also=_LINE_ALSO)
NOTE_LINE: Final = Form({**INWARD_LINE.reads, "restock": _flag}, also=_LINE_ALSO)

_DOCUMENT: Final[Mapping[str, Reader]] = {
    "date": _day, "place_of_supply": _state, "line_items": _Each(LINE),
    "reference_number": _text, "salesperson_id": str, "notes": _text, "terms": _text,
    "currency_code": _currency, "exchange_rate": exact, "discount": _discount,
    "is_discount_before_tax": _flag, "is_inclusive_tax": _flag, "shipping_charge": exact,
    "adjustment": exact, "round_off": exact, "branch_id": str,
}  # fmt: skip
_OUTWARD: Final[Mapping[str, Reader]] = {"with_payment": _flag}
_WITHHELD: Final[Mapping[str, Reader]] = {"tds_amount": exact, "tds_rate": exact, "tds_section": _text}
_DOCUMENT_ALSO: Final = {
    "shipping": "shipping_charge", "tds": "tds_amount", "tds_percentage": "tds_rate",
    "customer_notes": "notes", "source_of_supply": "place_of_supply",
    "destination_of_supply": "place_of_supply",
}  # fmt: skip
_SOLD: Final[Mapping[str, Reader]] = {"customer_id": str, **_DOCUMENT}
_SOLD_ALSO: Final = {**_DOCUMENT_ALSO, "contact_id": "customer_id"}
_BOUGHT: Final[Mapping[str, Reader]] = {
    "vendor_id": str,
    **_DOCUMENT,
    **_INWARD,
    "line_items": _Each(INWARD_LINE),
}
_BOUGHT_ALSO: Final = {**_DOCUMENT_ALSO, "contact_id": "vendor_id"}

INVOICE: Final = Form(
    {**_SOLD, **_WITHHELD, **_OUTWARD, "due_date": _day, "auto_approve": _flag},
    also={**_SOLD_ALSO, "invoice_date": "date"},
    needs=("customer_id", "date", "place_of_supply", "line_items"),
)

BILL: Final = Form(
    {**_BOUGHT, **_WITHHELD, "due_date": _day, "auto_approve": _flag},
    also={**_BOUGHT_ALSO, "bill_date": "date"},
    needs=("vendor_id", "date", "place_of_supply", "line_items"),
)

_NOTE: Final[Mapping[str, Reader]] = {
    **_SOLD, **_WITHHELD, **_OUTWARD, **_INWARD, "line_items": _Each(NOTE_LINE), "invoice_id": str,
    "bill_id": str, "type": _one_of("CUSTOMER", "VENDOR"), "reason": _text,
}  # fmt: skip

CREDIT_NOTE: Final = Form(
    {**_NOTE, "reverse_tds": _flag, "draft": _flag},
    also={**_SOLD_ALSO, "vendor_id": "customer_id"},
    needs=("customer_id", "date", "line_items"),
)

DEBIT_NOTE: Final = Form(
    {**_NOTE, "due_date": _day},
    also={**_SOLD_ALSO, "vendor_id": "customer_id"},
    needs=("customer_id", "date", "line_items"),
)

ESTIMATE: Final = Form(
    {**_SOLD, "expiry_date": _day}, also=_SOLD_ALSO, needs=("customer_id", "date", "line_items")
)

SALES_ORDER: Final = Form(
    {**_SOLD, "expected_shipment_date": _day},
    also=_SOLD_ALSO,
    needs=("customer_id", "date", "line_items"),
)

PURCHASE_ORDER: Final = Form(
    {**_BOUGHT, "expected_delivery_date": _day},
    also=_BOUGHT_ALSO,
    needs=("vendor_id", "date", "line_items"),
)

_ALLOCATION: Final = Form(
    {"invoice_id": str, "bill_id": str, "debit_note_id": str, "amount": exact}, also={}, needs=("amount",)
)

PAYMENT: Final = Form(
    {
        "flow": _one_of("INCOMING", "OUTGOING"), "payment_type": _one_of("REGULAR", "ADVANCE", "REFUND"),
        "contact_id": str, "date": _day, "amount": exact,
        "mode": _one_of("CASH", "BANK_TRANSFER", "CHEQUE", "UPI", "CARD", "OTHER", BANK="BANK_TRANSFER"),
        "bank_account_id": str, "reference_number": _text, "description": _text,
        "currency_code": _currency, "exchange_rate": exact, "bank_charges": exact, "tds_amount": exact,
        "tds_section": _text, "credit_note_id": str, "allocations": _Each(_ALLOCATION),
        "branch_id": str,
    },
    also={
        "payment_mode": "mode", "paid_through_account_id": "bank_account_id",
        "account_id": "bank_account_id",
    },
    needs=("contact_id", "date", "amount"),
)  # fmt: skip

_PART: Final = Form(
    {"account_id": str, "amount": exact, "tax_id": str, "note": _text}, also={}, needs=("amount",)
)

EXPENSE: Final = Form(
    {
        "date": _day, "account_id": str, "paid_through_account_id": str, "amount": exact, "mode": _text,
        "reference_number": _text, "vendor_id": str, "tax_id": str, "is_inclusive_tax": _flag, **_INWARD,
        "line_items": _Each(_PART), "place_of_supply": _state, "notes": _text,
        "branch_id": str,
    },
    also={
        "bank_account_id": "paid_through_account_id", "contact_id": "vendor_id", "payment_mode": "mode",
        "customer_notes": "notes", "source_of_supply": "place_of_supply",
        "destination_of_supply": "place_of_supply",
    },
    needs=("date",),
)  # fmt: skip

_VOUCHER_LINE: Final = Form(
    {"account_id": str, "debit": exact, "credit": exact, "description": _text, "contact_id": str},
    also={},
    needs=("account_id",),
)

JOURNAL: Final = Form(
    {
        "date": _day, "memo": _text, "reference_number": _text, "contact_id": str,
        "branch_id": str, "lines": _Each(_VOUCHER_LINE),
    },
    also={"line_items": "lines"},
    needs=("date", "lines"),
)  # fmt: skip

RECURRING: Final = Form(
    {
        "entity_type": _one_of("INVOICE", "BILL", "EXPENSE", "JOURNAL"), "name": _text,
        "frequency": _one_of("DAILY", "WEEKLY", "MONTHLY", "QUARTERLY", "YEARLY"), "interval": int,
        "start_date": _day, "end_date": _day, "max_runs": int, "template_payload": _as_it_is,
    },
    also={},
    needs=("entity_type", "frequency", "start_date", "template_payload"),
)  # fmt: skip

CONTACT: Final = Form(
    {
        "contact_type": _one_of("CUSTOMER", "VENDOR", "BOTH"), "contact_name": _text, "display_name": _text,
        "legal_name": _text, "company_name": _text, "gst_no": lambda raw: _text(raw).upper(),
        "gst_treatment": _one_of(
            "REGISTERED", "COMPOSITION", "UNREGISTERED", "CONSUMER", "SEZ", "OVERSEAS", "DEEMED_EXPORT"
        ),
        "pan": lambda raw: _text(raw).upper(), "place_of_contact": _state, "email": _text, "phone": _text,
        "website": _text, "payment_terms": int, "opening_balance": exact, "credit_limit": exact,
        "currency_code": _one_of("INR"), "status": _one_of("ACTIVE", "INACTIVE"),
    },
    also={"gstin": "gst_no", "gst_number": "gst_no"},
)  # fmt: skip

ITEM: Final = Form(
    {
        "item_name": _text, "sku": _text, "item_type": _one_of("GOODS", "SERVICE"), "description": _text,
        "hsn_or_sac": _text, "unit": _text, "rate": exact, "purchase_rate": exact, "tax_id": str,
        "account_id": str, "purchase_account_id": str, "is_taxable": _flag, "track_inventory": _flag,
        "status": _one_of("ACTIVE", "ARCHIVED"),
    },
    also={
        "name": "item_name", "type": "item_type", "product_type": "item_type", "hsn_sac": "hsn_or_sac",
        "purchase_price": "purchase_rate", "sales_account_id": "account_id",
        "income_account_id": "account_id",
    },
)  # fmt: skip

FORMS: Final = {
    "invoices": INVOICE,
    "bills": BILL,
    "credit_notes": CREDIT_NOTE,
    "debit_notes": DEBIT_NOTE,
    "estimates": ESTIMATE,
    "sales_orders": SALES_ORDER,
    "purchase_orders": PURCHASE_ORDER,
}
"""The forms of documents of lines."""
