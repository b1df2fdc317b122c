"""GSTR-3B as the portal takes it: its JSON by the schema of the period (`finzcore.gst.gstr3b_checks` says
what the portal would refuse).

The keys, their order and what is left out since when follow the government's own utility (`gst.md` §11.1).
Table 6.1 is no part of the file: the portal works out what is to be paid, and how, when the return is filed.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from finzcore.fiscal import financial_year, return_period
from finzcore.gst.gstr3b import Figures, Gstr3b, Table, added
from finzcore.gst.parameters import OPERATORS, PLACES_FILED, on

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_HEADS: Final = ("igst", "cgst", "sgst", "cess")
_ALL: Final = ("taxable", *_HEADS)
_KEYS: Final = {"taxable": "txval", "igst": "iamt", "cgst": "camt", "sgst": "samt", "cess": "csamt"}
_ROWS: Final = (
    ("osup_det", Table.TAXABLE, _ALL),
    ("osup_zero", Table.ZERO_RATED, ("taxable", "igst", "cess")),
    ("osup_nil_exmp", Table.NIL_EXEMPT, ("taxable",)),
    ("isup_rev", Table.INWARD_RCM, _ALL),
    ("osup_nongst", Table.NON_GST, ("taxable",)),
)
_LISTS: Final = (
    ("unreg_details", Table.UNREGISTERED),
    ("comp_details", Table.COMPOSITION),
    ("uin_details", Table.UIN),
)


def payload(made: Gstr3b) -> dict[str, Any]:
    """The return as the portal takes it, key by key in its order; amounts are `Decimal` with two places.

    Rows that nothing can be told of stand there as nothing: what is supplied through operators, credit of an
    input service distributor, reclaimed credit, interest. Late fees are left out.
    """
    parts = {
        "gstin": made.gstin or "",
        "ret_period": return_period(made.through),
        "sup_details": {key: _row(made.figures(table), names) for key, table, names in _ROWS},
        "eco_dtls": {"eco_sup": _row(Figures(), _ALL), "eco_reg_sup": _row(Figures(), ("taxable",))},
        "itc_elg": _credit(made),
        "inward_sup": {"isup_details": _exempt(made)},
        "intr_ltfee": {"intr_details": _row(Figures(), _HEADS), "ltfee_details": {}},
        "inter_sup": {key: _by_place(made, table) for key, table in _LISTS},
    }
    day = made.through.isoformat()
    if not on(OPERATORS, day):
        del parts["eco_dtls"]
    if not on(PLACES_FILED, day):
        del parts["inter_sup"]
    return parts


def filename(made: Gstr3b) -> str:
    """What the government's utility calls the file: by the month, and by the year its financial year begins.

    >>> import datetime as dt
    >>> filename(Gstr3b(gstin="27AAPFU0939F1ZV", since=dt.date(2027, 1, 1), through=dt.date(2027, 1, 31),
    ...     shares=()))
    'January_2026-GSTR3B27AAPFU0939F1ZV-Details.json'
    """
    year = financial_year(made.through).start_year
    return f"{MONTHS[made.through.month - 1]}_{year}-GSTR3B{made.gstin or ''}-Details.json"


def _amount(paise: int) -> Decimal:
    return Decimal(paise).scaleb(-2)


def _row(figures: Figures, names: Sequence[str]) -> dict[str, Decimal]:
    return {_KEYS[name]: _amount(getattr(figures, name)) for name in names}


def _credit(made: Gstr3b) -> dict[str, Any]:
    """Table 4: what there is, before what is reversed; what is left; what there is no credit for."""

    def typed(*rows: tuple[str, Table | None]) -> list[dict[str, Any]]:
        return [
            {"ty": ty} | _row(Figures() if table is None else made.figures(table), _HEADS)
            for ty, table in rows
        ]

    net = made.credit
    return {
        "itc_avl": typed(
            ("IMPG", Table.IMPORT_OF_GOODS),
            ("IMPS", Table.IMPORT_OF_SERVICES),
            ("ISRC", Table.REVERSE_CHARGE),
            ("ISD", None),
            ("OTH", Table.ALL_OTHER),
        ),
        "itc_rev": typed(("RUL", Table.BLOCKED), ("OTH", None)),
        "itc_net": _row(Figures(0, *net), _HEADS),
        "itc_inelg": typed(("RUL", None), ("OTH", Table.INELIGIBLE)),
    }


def _exempt(made: Gstr3b) -> list[dict[str, Any]]:
    rows = (
        ("GST", Table.EXEMPT_INTER, Table.EXEMPT_INTRA),
        ("NONGST", Table.NON_GST_INTER, Table.NON_GST_INTRA),
    )
    return [
        {
            "ty": ty,
            "inter": _amount(made.figures(inter).taxable),
            "intra": _amount(made.figures(intra).taxable),
        }
        for ty, inter, intra in rows
    ]


def _by_place(made: Gstr3b, table: Table) -> list[dict[str, Any]]:
    return [
        {"pos": f"{place:02}"} | _row(added(share.figures for share in shares), ("taxable", "igst"))
        for place, shares in made.places(table).items()
    ]
