"""A document of sale for the portals, complete in every respect, and the same with something changed."""

import datetime as dt
from typing import Any

import attrs

from finzcore.gst.issued import Issued, Item, Party
from finzcore.gst.rates import Shape
from finzcore.gst.supply import Treatment

SELLER = Party(
    name="Acme Traders Private Limited",
    trade_name="Acme Traders",
    gstin="29AAACW6288M1ZH",
    address=("1 MG Road", "Near the park"),
    town="Bengaluru",
    pin="560001",
    state=29,
)
BUYER = Party(
    name="Asha Stores",
    gstin="27AAPFU0939F1ZV",
    address=("9 Marine Drive",),
    town="Mumbai",
    pin="400001",
    state=27,
    phone="+91 22 5550 120",
    email="asha@asha.example",
)
CHAIR = Item(
    line=1, name="Chair", hsn="9401", unit="nos", quantity=2_000_000, price=500_000_000, gross=100_000,
    taxable=90_000, shape=Shape.INTER_STATE, percent=18_000_000, cgst=0, sgst=0, igst=16_200, cess=0,
)  # fmt: skip
"""The worked line of gst.md §12.1: two at 500, 100 off, 18 % in another state."""

SALE = Issued(
    kind="invoice",
    key=7,
    status="SENT",
    number="INV-2627-001",
    date=dt.date(2026, 5, 19),
    treatment=Treatment.REGISTERED,
    place=27,
    inter=True,
    seller=SELLER,
    buyer=BUYER,
    items=(CHAIR,),
    value=106_200,
)


def sale(**changes: Any) -> Issued:
    """The worked invoice with something changed; of items, what it comes to follows."""
    if "items" in changes:
        items = changes["items"]
        charged = sum(item.taxable if item.reverse_charge else item.value for item in items)
        changes = {"value": charged} | changes
    return attrs.evolve(SALE, **changes)


def chair(**changes: Any) -> Item:
    return attrs.evolve(CHAIR, **changes)
