"""The form of an e-way bill as a table: the main JSON of the portal (`gst.md` §13)."""

from typing import Final

from finzcore.gst.forms import Field, number, one_of, text

ITEMS: Final = "itemList"
MOST_ITEMS: Final = 250

_GSTIN: Final = "([0-9]{2}[0-9A-Z]{13}|URP)"
_DATE: Final = "(0[1-9]|[12][0-9]|3[01])/(0[1-9]|1[0-2])/20[0-9]{2}"


def _party(side: str, who: str) -> tuple[Field, ...]:
    """Where goods come from, or where they go."""
    return (
        text("", f"{side}Gstin", f"{who}_gstin", 3, 15, required=True, pattern=_GSTIN),
        text("", f"{side}TrdName", f"{who}_name", 1, 100, required=True),
        text("", f"{side}Addr1", f"{who}_address", 1, 120, required=True),
        text("", f"{side}Addr2", f"{who}_address", 1, 120),
        text("", f"{side}Place", f"{who}_town", 1, 50, required=True),
        number("", f"{side}Pincode", f"{who}_pin", "100000", "999999", required=True, places=0),
        number("", f"{side}StateCode", f"{who}_state", "1", "99", required=True, places=0),
        number("", f"act{side.capitalize()}StateCode", f"{who}_state", "1", "99", required=True, places=0),
    )


FORM: Final[tuple[Field, ...]] = (
    one_of("", "supplyType", "supply", "O", "I", required=True),
    number("", "subSupplyType", "supply", "1", "12", required=True, places=0),
    one_of("", "docType", "document", "INV", "BIL", "BOE", "CHL", "OTH", required=True),
    text("", "docNo", "number", 1, 16, required=True, pattern="[a-zA-Z0-9/-]+"),
    text("", "docDate", "date", 10, 10, required=True, pattern=_DATE),
    number("", "transactionType", "transaction", "1", "4", required=True, places=0),
    *_party("from", "seller"),
    *_party("to", "buyer"),
    *(
        number("", key, "amount", required=True)
        for key in ("totalValue", "cgstValue", "sgstValue", "igstValue", "cessValue", "cessNonAdvolValue")
    ),
    number("", "otherValue", "amount", "-999999999999.99"),
    number("", "totInvValue", "amount", required=True),
    one_of("", "transMode", "mode", 1, 2, 3, 4),
    number("", "transDistance", "distance", "0", "4000", required=True, places=0),
    text("", "transporterId", "transporter", 15, 15, pattern="[0-9A-Z]{15}"),
    text("", "transporterName", "transporter", 1, 100),
    text("", "transDocNo", "transport_document", 1, 15, pattern="[a-zA-Z0-9/-]+"),
    text("", "transDocDate", "transport_document", 10, 10, pattern=_DATE),
    text("", "vehicleNo", "vehicle", 4, 20, pattern="[A-Z0-9]+"),
    one_of("", "vehicleType", "vehicle", "R", "O"),
    text("", "mainHsnCode", "hsn", 4, 8, pattern="[0-9]{4,8}"),
    number(ITEMS, "itemNo", "line", "1", str(MOST_ITEMS), required=True, places=0),
    text(ITEMS, "productDesc", "name", 1, 100),
    text(ITEMS, "hsnCode", "hsn", 4, 8, required=True, pattern="[0-9]{4,8}"),
    number(ITEMS, "quantity", "quantity", "0", "9999999999.999", places=3),
    text(ITEMS, "qtyUnit", "unit", 3, 3, pattern="[A-Z]+"),
    number(ITEMS, "taxableAmount", "amount", required=True),
    *(
        number(ITEMS, key, "rate", "0", "999.999", required=True, places=3)
        for key in ("cgstRate", "sgstRate", "igstRate", "cessRate")
    ),
    number(ITEMS, "cessNonAdvol", "amount"),
)
"""Every key, its range and its pattern."""
