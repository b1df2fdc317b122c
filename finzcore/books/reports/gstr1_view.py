"""What the report of GSTR-1 shows: its tables, and the keys of their rows (`api.md` §5, item 13)."""

from typing import Final

from finzcore.books import views
from finzcore.books.reports.sources import SOURCES
from finzcore.books.returns.findings import FINDINGS

FIGURES: Final = ("taxable", "igst", "cgst", "sgst", "cess")
_UNTAXED: Final = ("nil", "exempt", "non_gst")
_ITEM: Final = views.View(views.number("rate"), *map(views.amount, FIGURES), SOURCES)
_RESTATED: Final = views.View(views.number("rate"), *map(views.amount, FIGURES))
_ITEMS: Final = views.out("items", views.Each(_ITEM))
_PLACE: Final = views.text("place_of_supply")
_CUSTOMER: Final = (views.text("ctin").maybe(), views.text("customer_name"))
_INVOICE: Final = (
    views.text("invoice_number", "number"),
    views.day("date", bare=True),
    views.amount("value"),
)
_NOTE: Final = (
    views.text("note_number", "number"),
    views.day("date", bare=True),
    views.text("note_type"),
    views.amount("value"),
)
_SHIPPING: Final = tuple(
    views.text(name).maybe() for name in ("port_code", "shipping_bill_number", "shipping_bill_date")
)


def _rows(key: str, *outs: views.Out) -> views.Out:
    return views.out(key, views.Each(views.View(*outs, SOURCES)))


def _untaxed() -> views.Inner:
    return views.Inner(views.View(*map(views.amount, _UNTAXED), SOURCES))


VIEW: Final = views.View(
    views.text("gstin").maybe(),
    views.text("period"),
    views.day("from_date", bare=True),
    views.day("to_date", bare=True),
    views.ident("branch_id", "br_").maybe(),
    _rows(
        "b2b", *_CUSTOMER, *_INVOICE, _PLACE, views.flag("reverse_charge"),
        views.text("invoice_type", "kind"), _ITEMS,
    ),
    _rows("b2c_large", views.text("customer_name"), *_INVOICE, _PLACE, _ITEMS),
    _rows(
        "b2c_small", _PLACE, views.text("supply_type"), views.number("rate"), *map(views.amount, FIGURES)
    ),
    _rows(
        "exports", views.text("customer_name"), *_INVOICE, views.text("export_type", "kind"), *_SHIPPING,
        _ITEMS,
    ),
    _rows(
        "cdnr", *_CUSTOMER, *_NOTE, _PLACE, views.flag("reverse_charge"), views.text("invoice_type", "kind"),
        _ITEMS,
    ),
    _rows("cdnur", views.text("customer_name"), *_NOTE, views.text("type", "kind"), _PLACE, _ITEMS),
    views.out(
        "nil_exempt_non_gst",
        views.Inner(
            views.View(
                *(
                    views.out(f"{where}_{whom}", _untaxed())
                    for where in ("inter", "intra")
                    for whom in ("registered", "unregistered")
                )
            )
        ),
    ),
    _rows(
        "hsn", views.text("recipients").maybe(), views.text("hsn_or_sac"), views.text("description"),
        views.text("unit"), views.number("quantity"), views.number("rate"), *map(views.amount, FIGURES),
    ),
    views.out(
        "documents",
        views.Each(
            views.View(
                *map(views.text, ("type", "from", "to")), *map(views.whole, ("total", "cancelled", "net"))
            )
        ),
    ),
    views.out(
        "amendments",
        views.Inner(
            views.View(
                _rows(
                    "documents", views.text("section"), *_CUSTOMER, views.text("original_number"),
                    views.day("original_date", bare=True), views.text("number"),
                    views.day("date", bare=True), views.text("note_type").maybe(), views.amount("value"),
                    _PLACE, views.flag("reverse_charge"), views.text("invoice_type", "kind"), _ITEMS,
                ),
                views.out(
                    "b2c_small",
                    views.Each(
                        views.View(
                            *map(views.text, ("original_period", "place_of_supply", "supply_type")),
                            views.out("items", views.Each(_RESTATED)),
                        )
                    ),
                ),
            )
        ),
    ),
    views.out(
        "totals",
        views.Inner(
            views.View(
                *map(views.amount, FIGURES), views.amount("untaxed"), views.amount("reverse_charge_tax"),
                SOURCES,
            )
        ),
    ),
    FINDINGS,
)  # fmt: skip
