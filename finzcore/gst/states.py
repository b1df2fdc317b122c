"""States and union territories, by GST number and by the code used on the wire (`gst.md` §2).

The number decides: two spellings of one state are the same place. A document echoes what its caller
wrote; returns, reports and our own lists use `State.code`, the current spelling.
"""

import datetime as dt
from typing import Final, NamedTuple

from finzcore.errors import RuleBroken


class State(NamedTuple):
    """One place of supply.

    `union_territory` means *without a legislature*: there UTGST takes the place of SGST. Delhi,
    Puducherry and Jammu and Kashmir have a legislature and therefore do not count. A number that
    fell away keeps its row, with the last day it was good for and the number that replaced it.
    """

    number: int
    code: str
    name: str
    aliases: tuple[str, ...] = ()
    union_territory: bool = False
    valid_until: dt.date | None = None
    successor: int | None = None


OVERSEAS: Final = 96
"""Outside India; a place of supply only, never the prefix of a GSTIN."""

OTHER_TERRITORY: Final = 97
"""India's waters and installations outside every state."""

STATES: Final = (
    State(number=1, code="IN-JK", name="Jammu and Kashmir"),
    State(number=2, code="IN-HP", name="Himachal Pradesh"),
    State(number=3, code="IN-PB", name="Punjab"),
    State(number=4, code="IN-CH", name="Chandigarh", union_territory=True),
    # IN-UT is the old code of Uttarakhand; it never meant "union territory".
    State(number=5, code="IN-UK", name="Uttarakhand", aliases=("IN-UT", "IN-UL")),
    State(number=6, code="IN-HR", name="Haryana"),
    State(number=7, code="IN-DL", name="Delhi"),
    State(number=8, code="IN-RJ", name="Rajasthan"),
    State(number=9, code="IN-UP", name="Uttar Pradesh"),
    State(number=10, code="IN-BR", name="Bihar"),
    State(number=11, code="IN-SK", name="Sikkim"),
    State(number=12, code="IN-AR", name="Arunachal Pradesh"),
    State(number=13, code="IN-NL", name="Nagaland"),
    State(number=14, code="IN-MN", name="Manipur"),
    State(number=15, code="IN-MZ", name="Mizoram"),
    State(number=16, code="IN-TR", name="Tripura"),
    State(number=17, code="IN-ML", name="Meghalaya"),
    State(number=18, code="IN-AS", name="Assam"),
    State(number=19, code="IN-WB", name="West Bengal"),
    State(number=20, code="IN-JH", name="Jharkhand"),
    State(number=21, code="IN-OD", name="Odisha", aliases=("IN-OR",)),
    State(number=22, code="IN-CG", name="Chhattisgarh", aliases=("IN-CT",)),
    State(number=23, code="IN-MP", name="Madhya Pradesh"),
    State(number=24, code="IN-GJ", name="Gujarat"),
    # Merged on 26 January 2020 (Act 44 of 2019); its code IN-DD lives on as an alias of 26.
    State(
        number=25,
        code="IN-DH",
        name="Daman and Diu",
        union_territory=True,
        valid_until=dt.date(2020, 1, 25),
        successor=26,
    ),
    State(
        number=26,
        code="IN-DH",
        name="Dadra and Nagar Haveli and Daman and Diu",
        aliases=("IN-DN", "IN-DD"),
        union_territory=True,
    ),
    State(number=27, code="IN-MH", name="Maharashtra"),
    # Divided on 2 June 2014 (Act 6 of 2014); Telangana is 36, what remained is 37.
    State(
        number=28,
        code="IN-AP",
        name="Andhra Pradesh (before division)",
        valid_until=dt.date(2014, 6, 1),
        successor=37,
    ),
    State(number=29, code="IN-KA", name="Karnataka"),
    State(number=30, code="IN-GA", name="Goa"),
    State(number=31, code="IN-LD", name="Lakshadweep", union_territory=True),
    State(number=32, code="IN-KL", name="Kerala"),
    State(number=33, code="IN-TN", name="Tamil Nadu"),
    State(number=34, code="IN-PY", name="Puducherry"),
    State(number=35, code="IN-AN", name="Andaman and Nicobar Islands", union_territory=True),
    State(number=36, code="IN-TS", name="Telangana", aliases=("IN-TG",)),
    State(number=37, code="IN-AP", name="Andhra Pradesh"),
    State(number=38, code="IN-LA", name="Ladakh", union_territory=True),
    State(number=OVERSEAS, code="OVERSEAS", name="Outside India", aliases=("96",)),
    State(number=OTHER_TERRITORY, code="IN-OT", name="Other Territory", union_territory=True),
)
"""Every row of the table, the two numbers that fell away included."""

_ROWS: Final = {row.number: row for row in STATES}

_BY_NUMBER: Final = {row.number: _ROWS[row.successor or row.number] for row in STATES}

_BY_CODE: Final = {
    spelling: row for row in STATES if row.successor is None for spelling in (row.code, *row.aliases)
}


def state(text: str) -> State:
    """The state a code on the wire means, in its current or an older spelling (`api.md` §1.14).

    Raises `RuleBroken` with `details.received`; the caller knows the field.

    >>> state("IN-OR").code, state("IN-KA").number, state("96").name
    ('IN-OD', 29, 'Outside India')
    """
    found = _BY_CODE.get(text)
    if found is None:
        raise RuleBroken(
            "This is not a state code: write IN- and two letters, such as IN-KA, or OVERSEAS.",
            details={"received": text},
        )
    return found


def by_number(number: int) -> State:
    """The state of a GST number; 25 is read as 26 and 28 as 37.

    Raises `RuleBroken` with `details.received` for a number outside the table.

    >>> by_number(27).code, by_number(25).number
    ('IN-MH', 26)
    """
    found = _BY_NUMBER.get(number)
    if found is None:
        raise RuleBroken(f"There is no state with the GST number {number:02}.", details={"received": number})
    return found
