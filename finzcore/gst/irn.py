"""The invoice reference number, computed here to know it, and a duplicate, before the portal answers."""

import datetime as dt
from typing import Final

from finzcore.digests import sha256
from finzcore.fiscal import financial_year

INVOICE: Final = "INV"
CREDIT_NOTE: Final = "CRN"
DEBIT_NOTE: Final = "DBN"

CASE_IGNORED_FROM: Final = dt.date(2025, 6, 1)
"""From here the portal upper-cases a number before it is hashed (IRP advisory; `gst.md` §12.2)."""


def irn(gstin: str, date: dt.date, kind: str, number: str) -> str:
    """The IRN of a document: SHA-256 over the supplier's GSTIN, the financial year, the kind of document
    (`INVOICE`, `CREDIT_NOTE` or `DEBIT_NOTE`) and its number, with nothing between (`gst.md` §12.2).

    >>> irn("29AAFCC9980M1ZR", dt.date(2019, 12, 1), INVOICE, "2019-20/KA/1")[:16]
    '23f498ee41441eca'
    """
    said = number.upper() if date >= CASE_IGNORED_FROM else number
    return sha256(f"{gstin}{financial_year(date).long}{kind}{said}".encode()).hex()
