"""What returns go by and what changed with time: limits and forms, each with its first day (`gst.md` §15).

A row is never overwritten: a new value is a new row, so that the return of an old period stays as it was.
Days are ISO text, which sorts by time.
"""

from collections.abc import Sequence
from typing import Final, Generic, NamedTuple, TypeVar

Value = TypeVar("Value")


class Dated(NamedTuple, Generic[Value]):
    """A value, the first day it holds for, and who says so."""

    since: str
    value: Value
    source: str


B2CL_LIMIT: Final = (
    Dated("2017-07-01", 2_50_000_00, "CGST Rules, rule 59(4), and the form of the return"),
    Dated("2024-08-01", 1_00_000_00, "Notification 12/2024-CT"),
)
"""In paise: an invoice to an unregistered person in another state is told by itself above this."""

HSN_BY_RECIPIENT: Final = (
    Dated("2017-07-01", False, "the form of the return"),
    Dated("2025-05-01", True, "GSTN advisory of 1 May 2025"),
)
"""Whether Table 12 is one list for registered recipients and another for the rest."""

HSN_DIGITS: Final = (
    Dated("2017-07-01", 2, "Notification 12/2017-CT"),
    Dated("2021-04-01", 4, "Notification 78/2020-CT"),
)
"""The fewest digits of an HSN, whatever the turnover."""

HSN_DIGITS_LARGE: Final = (
    Dated("2017-07-01", 4, "Notification 12/2017-CT"),
    Dated("2021-04-01", 6, "Notification 78/2020-CT"),
)
"""The fewest digits of an HSN for those whose turnover is above five crore rupees."""


OPERATORS: Final = (
    Dated("2017-07-01", False, "the form of the return"),
    Dated("2022-07-01", True, "Notification 14/2022-CT"),
)
"""Whether GSTR-3B has a table 3.1.1, of supplies through operators of electronic commerce."""

PLACES_FILED: Final = (
    Dated("2017-07-01", True, "the form of the return"),
    Dated("2025-11-01", False, "GSTN advisory on table 3.2"),
)
"""Whether the portal takes table 3.2 of GSTR-3B; else it fills it itself."""

NEGATIVE_SUPPLIES: Final = (
    Dated("2017-07-01", False, "the offline utility of GSTR-3B"),
    Dated("2024-09-01", True, "the offline utility of GSTR-3B"),
)
"""Whether tables 3.1 and 3.2 may be below nothing."""

NEGATIVE_CREDIT: Final = (
    Dated("2017-07-01", False, "the offline utility of GSTR-3B"),
    Dated("2023-01-01", True, "the offline utility of GSTR-3B"),
)
"""Whether tables 4(A) and 4(D)(2) may be."""

HALVES_IN_ANY_ORDER: Final = (
    Dated("2017-07-01", False, "proviso to section 49(5)(c) of the CGST Act"),
    Dated("2026-02-01", True, "GSTN advisory of 19 February 2026"),
)
"""Whether SGST may pay IGST while there is credit of CGST."""


def on(rows: Sequence[Dated[Value]], day: str) -> Value:
    """The value that holds on a day; before the first row, that of the first.

    >>> on(B2CL_LIMIT, "2024-07-31"), on(B2CL_LIMIT, "2024-08-01")
    (25000000, 10000000)
    """
    value = rows[0].value
    for row in rows:
        if row.since > day:
            break
        value = row.value
    return value
