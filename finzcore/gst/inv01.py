"""The form of an e-invoice, INV-01 version 1.1, as a table (`gst.md` §12.1).

The blocks that our own documents never fill, such as the dispatch or the payment, stand here as well: who
adds them to a payload can have it checked again by `finzcore.gst.forms.breaches`.
"""

from collections.abc import Iterator
from typing import Final

from finzcore.gst.forms import Field, number, one_of, text

ITEMS: Final = "ItemList"
"""The list whose places are lines."""

MOST_ITEMS: Final = 1000

_GSTIN: Final = "([0-9]{2}[0-9A-Z]{13}|URP)"
_DATE: Final = "(0[1-9]|[12][0-9]|3[01])/(0[1-9]|1[0-2])/20[0-9]{2}"
_NUMBER: Final = "[a-zA-Z1-9][a-zA-Z0-9/-]{0,15}"
_STATE: Final = "[0-9]{1,2}"


def _place(block: str, who: str, *, name: str, least_town: int = 3, pin: bool = True) -> Iterator[Field]:
    """Who and where: what every party's block has."""
    yield text(block, name, f"{who}_name", 3, 100, required=True)
    yield text(block, "Addr1", f"{who}_address", 1, 100, required=True)
    yield text(block, "Addr2", f"{who}_address", 3, 100)
    yield text(block, "Loc", f"{who}_town", least_town, 50 if who == "seller" else 100, required=True)
    yield number(block, "Pin", f"{who}_pin", "100000", "999999", required=pin, places=0)
    yield text(block, "Stcd", f"{who}_state", 1, 2, required=True, pattern=_STATE)


def _party(block: str, who: str, *, pin: bool) -> Iterator[Field]:
    """The seller and the buyer."""
    yield text(block, "Gstin", f"{who}_gstin", 3, 15, required=True, pattern=_GSTIN)
    yield text(block, "TrdNm", f"{who}_name", 3, 100)
    yield from _place(block, who, name="LglNm", pin=pin)
    yield text(block, "Ph", f"{who}_phone", 6, 12, pattern="[0-9]{6,12}")
    yield text(block, "Em", f"{who}_email", 6, 100)


def _amounts(block: str, word: str, *keys: str, required: bool = False) -> Iterator[Field]:
    return (number(block, key, word, required=required) for key in keys)


FORM: Final[tuple[Field, ...]] = (
    one_of("", "Version", "version", "1.1", required=True),
    one_of("TranDtls", "TaxSch", "scheme", "GST", required=True),
    one_of(
        "TranDtls", "SupTyp", "supply", "B2B", "SEZWP", "SEZWOP", "EXPWP", "EXPWOP", "DEXP", required=True
    ),
    one_of("TranDtls", "RegRev", "reverse_charge", "Y", "N"),
    one_of("TranDtls", "IgstOnIntra", "igst_on_intra", "Y", "N"),
    text("TranDtls", "EcmGstin", "operator_gstin", 15, 15),
    one_of("DocDtls", "Typ", "document", "INV", "CRN", "DBN", required=True),
    text("DocDtls", "No", "number", 1, 16, required=True, pattern=_NUMBER),
    text("DocDtls", "Dt", "date", 10, 10, required=True, pattern=_DATE),
    *_party("SellerDtls", "seller", pin=True),
    *_party("BuyerDtls", "buyer", pin=False),
    text("BuyerDtls", "Pos", "place", 1, 2, required=True, pattern=_STATE),
    *_place("DispDtls", "dispatch", name="Nm"),
    text("ShipDtls", "Gstin", "ship_to_gstin", 3, 15, pattern=_GSTIN),
    text("ShipDtls", "TrdNm", "ship_to_name", 3, 100),
    *_place("ShipDtls", "ship_to", name="LglNm"),
    text(ITEMS, "SlNo", "line", 1, 6, required=True, pattern="[0-9]{1,6}"),
    one_of(ITEMS, "IsServc", "service", "Y", "N", required=True),
    text(ITEMS, "PrdDesc", "name", 3, 300),
    text(ITEMS, "HsnCd", "hsn", 4, 8, required=True, pattern="[0-9]{4}([0-9]{2}){0,2}"),
    number(ITEMS, "Qty", "quantity", "0", "9999999999.999", places=3),
    text(ITEMS, "Unit", "unit", 3, 8, pattern="[A-Za-z]+"),
    *_amounts(ITEMS, "amount", "UnitPrice", "TotAmt", "AssAmt", "TotItemVal", required=True),
    *_amounts(ITEMS, "amount", "Discount", "OthChrg", "IgstAmt", "CgstAmt", "SgstAmt"),
    *_amounts(ITEMS, "amount", "CesAmt", "CesNonAdvlAmt", "StateCesAmt", "StateCesNonAdvlAmt"),
    number(ITEMS, "GstRt", "rate", "0", "100", required=True, places=3),
    number(ITEMS, "CesRt", "cess_rate", "0", "999.999", places=3),
    *_amounts("ValDtls", "amount", "AssVal", "TotInvVal", required=True),
    *_amounts("ValDtls", "amount", "CgstVal", "SgstVal", "IgstVal", "CesVal", "StCesVal"),
    *_amounts("ValDtls", "amount", "Discount", "OthChrg", "TotInvValFc"),
    number("ValDtls", "RndOffAmt", "round_off", "-99.99", "99.99"),
    number("PayDtls", "CrDay", "credit_days", "0", "9999", places=0),
    *_amounts("PayDtls", "amount", "PaidAmt", "PaymtDue"),
    text("RefDtls.PrecDocDtls", "InvNo", "original", 1, 16, required=True, pattern=_NUMBER),
    text("RefDtls.PrecDocDtls", "InvDt", "original", 10, 10, required=True, pattern=_DATE),
    text("RefDtls.PrecDocDtls", "OthRefNo", "original", 1, 20),
    text("ExpDtls", "ShipBNo", "shipping_bill", 1, 20),
    text("ExpDtls", "ShipBDt", "shipping_bill", 10, 10, pattern=_DATE),
    text("ExpDtls", "Port", "port", 2, 10, pattern="[0-9a-zA-Z]+"),
    one_of("ExpDtls", "RefClm", "refund_claim", "Y", "N"),
    text("ExpDtls", "ForCur", "currency", 3, 16),
    text("ExpDtls", "CntCode", "country", 2, 2, pattern="[A-Z]{2}"),
    *_amounts("ExpDtls", "amount", "ExpDuty"),
    number("EwbDtls", "Distance", "distance", "0", "4000", required=True, places=0),
    text("EwbDtls", "TransId", "transporter", 15, 15),
    text("EwbDtls", "TransName", "transporter", 3, 100),
    one_of("EwbDtls", "TransMode", "mode", "1", "2", "3", "4"),
    text("EwbDtls", "TransDocNo", "transport_document", 1, 15),
    text("EwbDtls", "TransDocDt", "transport_document", 10, 10, pattern=_DATE),
    text("EwbDtls", "VehNo", "vehicle", 4, 20),
    one_of("EwbDtls", "VehType", "vehicle", "O", "R"),
)
"""Every key, its range and its pattern."""
