"""Whether a supply bears one tax (IGST) or two halves (CGST and SGST), and whether it bears any.

The order of the questions is that of sections 7 and 8 of the IGST Act (`gst.md` §3.1): special
economic zone, outside India, same state, everything else.
"""

import enum
from typing import Final

from attrs import frozen

from finzcore.gst.gstin import Gstin
from finzcore.gst.states import OVERSEAS, by_number


class Treatment(enum.Enum):
    """How a contact stands towards GST (`gst_treatment`, `api.md` §4.3)."""

    REGISTERED = "REGISTERED"
    COMPOSITION = "COMPOSITION"
    UNREGISTERED = "UNREGISTERED"
    CONSUMER = "CONSUMER"
    SEZ = "SEZ"
    OVERSEAS = "OVERSEAS"
    DEEMED_EXPORT = "DEEMED_EXPORT"
    """Domestic and taxed; the place decides (section 147, `gst.md` §3.5)."""


_ALWAYS_INTER: Final = frozenset({Treatment.SEZ, Treatment.OVERSEAS})


@frozen(kw_only=True)
class Supply:
    """`inter`: IGST at the full rate instead of two halves. `taxed`: False for zero-rated supplies
    without payment of tax, whose IGST and cess are nothing while the rate stays on the line.
    """

    inter: bool
    taxed: bool = True

    def __attrs_post_init__(self) -> None:
        assert self.inter or self.taxed, "only a zero-rated supply goes untaxed, and that is inter-state"


def supply(
    supplier_state: int,
    place_of_supply: int,
    *,
    treatment: Treatment,
    supplier_is_sez: bool = False,
    with_payment: bool = True,
) -> Supply:
    """Decide on one supply, from the GST numbers of its places (`api.md` §4.1 item 6).

    `treatment` is the other party's. `with_payment=False` (bond or letter of undertaking, section 16
    IGST Act) matters for zero-rated supplies only: to a special economic zone or out of India.
    Raises `RuleBroken` for a number outside the table of states.

    >>> supply(27, 27, treatment=Treatment.REGISTERED)
    Supply(inter=False, taxed=True)
    >>> supply(27, 27, treatment=Treatment.SEZ, with_payment=False)
    Supply(inter=True, taxed=False)
    """
    origin = by_number(supplier_state).number
    place = by_number(place_of_supply).number
    zero_rated = treatment in _ALWAYS_INTER or place == OVERSEAS
    inter = zero_rated or supplier_is_sez or origin != place
    return Supply(inter=inter, taxed=with_payment or not zero_rated)


def default_treatment(gstin: Gstin | None) -> Treatment:
    """What a contact is taken for when nobody said (`api.md` §4.3): any number counts as registered,
    those of embassies, deductors and operators too; their `Form` tells them apart.

    >>> default_treatment(None)
    <Treatment.UNREGISTERED: 'UNREGISTERED'>
    """
    return Treatment.UNREGISTERED if gstin is None else Treatment.REGISTERED


def reason_for(
    supplier_state: int, place_of_supply: int, *, treatment: Treatment, supplier_is_sez: bool = False
) -> str:
    """Why a supply is inter-state or intra-state: ``sez``, ``overseas``, ``same_state`` or ``other_state``,
    in the order of the sections that `supply` follows; only ``same_state`` is intra-state.

    >>> reason_for(27, 27, treatment=Treatment.SEZ), reason_for(27, 27, treatment=Treatment.CONSUMER)
    ('sez', 'same_state')
    """
    if treatment is Treatment.SEZ or supplier_is_sez:
        return "sez"
    place = by_number(place_of_supply).number
    if treatment is Treatment.OVERSEAS or place == OVERSEAS:
        return "overseas"
    return "same_state" if by_number(supplier_state).number == place else "other_state"
