"""The rates of GST as dated law, and the tax rows an organisation chooses from.

Two tables. `SLABS` is the law: from when to when a rate was in force and by which notification
(`gst.md` §4.1). `SEEDED` holds the rows every organisation starts with (`api.md` §4.4). A row is
never overwritten: it is closed and another added, and documents store what they were taxed at.

Percentages are whole millionths: 18 % is 18_000_000. A rate is the combined one, CGST plus SGST,
which is also that of IGST.
"""

import datetime as dt
import enum
from typing import Final, NamedTuple

from attrs import field, frozen

from finzcore.errors import RequiredField, RuleBroken
from finzcore.money import Millionths, plain, scaled

PERCENT: Final = 1_000_000
"""One per cent, in millionths."""

GST_BEGAN: Final = dt.date(2017, 7, 1)
SLABS_RECAST: Final = dt.date(2025, 9, 22)
SLAB_28_ENDED: Final = dt.date(2026, 2, 1)
_DAY: Final = dt.timedelta(days=1)
_NONE: Final = Millionths(0)

LARGEST_CESS: Final = Millionths(290 * PERCENT)
"""The highest ceiling ad valorem in the Schedule of the GST (Compensation to States) Act, 2017."""


class Shape(enum.Enum):
    """What a tax row does (`api.md` §4.4).

    The first two add tax and differ in name only: the place of supply decides on the split. The
    others add none; each has its own column in the returns, so "0 %" would not be enough.
    """

    INTRA_STATE = "INTRA_STATE"
    INTER_STATE = "INTER_STATE"
    RCM = "RCM"
    """Reverse charge: the recipient owes the tax, the rate is for information."""
    EXEMPT = "EXEMPT"
    NIL_RATED = "NIL_RATED"
    NON_GST = "NON_GST"


_ADDING: Final = frozenset({Shape.INTRA_STATE, Shape.INTER_STATE})
_RATELESS: Final = frozenset({Shape.EXEMPT, Shape.NIL_RATED, Shape.NON_GST})


class Slab(NamedTuple):
    """A rate in force from `since` through `until` (None: still), by the notification in `source`.

    `limited_to` names the goods when the rate is no longer, or never was, a general one.
    """

    rate: Millionths
    since: dt.date
    source: str
    until: dt.date | None = None
    limited_to: str | None = None


def _percent(text: str) -> Millionths:
    rate = scaled(text, 6)
    assert rate is not None, "a rate in a table of ours is a number"
    return Millionths(rate)


def _slab(
    percent: str, since: dt.date, before: dt.date | None, source: str, limited_to: str | None = None
) -> Slab:
    until = before - _DAY if before else None
    return Slab(rate=_percent(percent), since=since, until=until, limited_to=limited_to, source=source)


_FIRST: Final = "Notification 1/2017-CT(Rate)"
_RECAST: Final = "Notification 9/2025-CT(Rate)"

# Some special rates came after July 2017; they are dated from the beginning, as in gst.md §4.1, since
# a start too early merely leaves a warning out.
SLABS: Final = (
    _slab("0", GST_BEGAN, None, "Notification 2/2017-CT(Rate); list recast by 10/2025-CT(Rate)"),
    _slab("0.1", GST_BEGAN, None, "Notifications 40/2017-CT(Rate), 41/2017-IT(Rate)", "merchant exports"),
    _slab("0.25", GST_BEGAN, None, f"{_FIRST}; {_RECAST} Schedule V", "rough precious stones"),
    _slab("1", GST_BEGAN, None, "Notification 11/2017-CT(Rate)", "affordable housing, effective rate"),
    _slab("1.5", GST_BEGAN, None, f"{_FIRST}; {_RECAST} Schedule VI", "cut diamonds and job work on them"),
    _slab("3", GST_BEGAN, None, f"{_FIRST}; {_RECAST} Schedule IV", "gold, silver and jewellery"),
    _slab("5", GST_BEGAN, None, f"{_FIRST}; {_RECAST} Schedule I"),
    _slab("6", GST_BEGAN, None, "Notification 2/2022-CT(Rate)", "bricks without input tax credit"),
    _slab("7.5", GST_BEGAN, None, "Notification 11/2017-CT(Rate)", "housing, effective rate"),
    _slab("12", GST_BEGAN, SLABS_RECAST, _FIRST),
    _slab("12", SLABS_RECAST, None, "Notification 14/2025-CT(Rate)", "bricks and tiles as notified"),
    _slab("18", GST_BEGAN, None, f"{_FIRST}; {_RECAST} Schedule II"),
    _slab("28", GST_BEGAN, SLABS_RECAST, _FIRST),
    _slab(
        "28",
        SLABS_RECAST,
        SLAB_28_ENDED,
        f"{_RECAST} Schedule VII; ended by Notification 19/2025-CT(Rate)",
        "tobacco and pan masala",
    ),
    _slab("40", SLABS_RECAST, None, f"{_RECAST} Schedule III"),
)
"""The table of `gst.md` §4.1, one row per rate and stretch of time."""

ACCEPTED: Final = frozenset(slab.rate for slab in SLABS)
"""Rates a return takes on a line, whatever its date; one not in force is only warned about."""

CESS_ENDED: Final = SLAB_28_ENDED
"""Compensation cess is nil from here: tobacco came last (Notification 3/2025-Compensation Cess(Rate));
everything else was nil from `SLABS_RECAST` (2/2025). See `gst.md` §4.2."""


def slab_on(rate: Millionths, date: dt.date) -> Slab | None:
    """The law's row for a rate on a date, or None when it was not in force.

    >>> slab_on(Millionths(28 * PERCENT), dt.date(2026, 1, 31)).limited_to
    'tobacco and pan masala'
    >>> slab_on(Millionths(28 * PERCENT), dt.date(2026, 2, 1))
    """
    for slab in SLABS:
        if slab.rate == rate and slab.since <= date and (slab.until is None or date <= slab.until):
            return slab
    return None


@frozen(kw_only=True)
class TaxRate:
    """A tax row, percentages in millionths; valid from and through its dates, None meaning open.

    An existing row agrees with itself: the halves are equal, together they are `igst`, and that is a
    rate a return accepts; exempt, nil-rated and non-GST rows have no rate at all. Otherwise
    `RuleBroken` on the column at fault. A row without dates is good for any.
    """

    name: str
    shape: Shape
    cgst: Millionths = _NONE
    sgst: Millionths = _NONE
    igst: Millionths = _NONE
    cess: Millionths = _NONE
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    adds_tax: bool = field(init=False, eq=False, repr=False)
    """False for rows that leave a document's total alone."""

    @adds_tax.default
    def _whether_it_adds(self) -> bool:
        return self.shape in _ADDING

    def __attrs_post_init__(self) -> None:
        if not self.name.strip():
            raise RequiredField("A tax row needs a name.", field="name")
        _check_percentages(self)
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise RuleBroken("A tax row cannot end before it begins.", field="valid_to")


def at_rate(
    name: str,
    shape: Shape,
    rate: Millionths,
    *,
    cess: Millionths = _NONE,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> TaxRate:
    """A row for a combined rate, each half being half of it. Raises what `TaxRate` raises.

    >>> row = at_rate("GST 18%", Shape.INTRA_STATE, Millionths(18 * PERCENT))
    >>> row.cgst, row.sgst, row.igst
    (9000000, 9000000, 18000000)
    """
    half = Millionths(rate // 2)
    dates = {"valid_from": valid_from, "valid_to": valid_to}
    return TaxRate(name=name, shape=shape, cgst=half, sgst=half, igst=rate, cess=cess, **dates)


def is_current(row: TaxRate, date: dt.date) -> bool:
    """Whether a row may be used on a date without a warning.

    Its own dates include the date, the law knew its rate, and there was a cess if it has one. A row
    that is not current is still accepted, for older documents and corrections (`gst.md` §4.1).

    >>> is_current(seeded("GST 12%"), dt.date(2025, 9, 21)), is_current(seeded("GST 12%"), SLABS_RECAST)
    (True, False)
    """
    if not (row.valid_from or date) <= date <= (row.valid_to or date):
        return False
    if row.cess and not GST_BEGAN <= date < CESS_ENDED:
        return False
    return row.shape in _RATELESS or slab_on(row.igst, date) is not None


def _check_percentages(row: TaxRate) -> None:
    if row.shape in _RATELESS:
        for column in ("cgst", "sgst", "igst", "cess"):
            if getattr(row, column):
                raise RuleBroken(f"A row of shape {row.shape.value} has no rate.", field=column)
    if row.igst not in ACCEPTED:
        accepted = [plain(rate, 6) for rate in sorted(ACCEPTED)]
        message = f"{plain(row.igst, 6)} % is no rate of GST; a return accepts {', '.join(accepted)}."
        raise RuleBroken(message, field="igst", details={"received": plain(row.igst, 6)})
    if row.cgst != row.sgst:
        raise RuleBroken("CGST and SGST are always equal.", field="sgst")
    if row.cgst + row.sgst != row.igst:
        raise RuleBroken("IGST is CGST and SGST together.", field="igst")
    if not 0 <= row.cess <= LARGEST_CESS:
        raise RuleBroken(f"A cess is from 0 to {plain(LARGEST_CESS, 6)} %.", field="cess")


# 12 % ended as a general rate and stays for bricks; 28 % lasted until it was abolished.
_FIRST_DAY: Final = {"40": SLABS_RECAST}
_LAST_DAY: Final = {"12": SLABS_RECAST - _DAY, "28": SLAB_28_ENDED - _DAY}


def _rows(prefix: str, shape: Shape, *percents: str) -> list[TaxRate]:
    rows = []
    for percent in percents:
        since, until = _FIRST_DAY.get(percent, GST_BEGAN), _LAST_DAY.get(percent)
        name = f"{prefix} {percent}%"
        rows.append(at_rate(name, shape, _percent(percent), valid_from=since, valid_to=until))
    return rows


SEEDED: Final = (
    *_rows("GST", Shape.INTRA_STATE, "0.25", "3", "5", "12", "18", "28", "40"),
    *_rows("IGST", Shape.INTER_STATE, "5", "12", "18", "28", "40"),
    *_rows("RCM", Shape.RCM, "5", "18"),
    TaxRate(name="Exempt", shape=Shape.EXEMPT, valid_from=GST_BEGAN),
    TaxRate(name="Nil Rated", shape=Shape.NIL_RATED, valid_from=GST_BEGAN),
    TaxRate(name="Non-GST", shape=Shape.NON_GST, valid_from=GST_BEGAN),
)
"""What every organisation starts with (`api.md` §4.4), dated by `gst.md` §4.1 and §15."""

_BY_NAME: Final = {row.name: row for row in SEEDED}


def seeded(name: str) -> TaxRate:
    """The seeded row of that name; a KeyError means a misspelling of ours.

    >>> seeded("IGST 40%").valid_from
    datetime.date(2025, 9, 22)
    """
    return _BY_NAME[name]
