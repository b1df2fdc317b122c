"""The rules that a GSTR-1 is checked by, each with a stable name (`gst.md` §10, §8.2, §16).

An ``error`` is what the portal refuses, by its offline tool; a ``warning`` it takes, and it may still be a
mistake. `field` is the portal's own, or that of the document where the portal has none.
"""

from typing import Final, Literal, NamedTuple


class Rule(NamedTuple):
    """What is wrong where a rule is broken; the message may have places for what was found."""

    severity: Literal["error", "warning"]
    field: str | None
    message: str


def _error(field: str | None, message: str) -> Rule:
    return Rule("error", field, message)


def _warning(field: str | None, message: str) -> Rule:
    return Rule("warning", field, message)


RULES: Final = {
    # Of the return.
    "gstin.missing": _error("gstin", "The branch has no GSTIN."),
    "gstin.unlikely": _warning("gstin", "{0}"),
    "period.unusual": _warning(
        "fp", "A return is for one month, or for one quarter, from its first day through its last."
    ),
    "file.too_large": _error(None, "The file is too large for the portal: {0} bytes of at most {1}."),
    "small.negative": _warning(
        "b2cs", "{0} at {1} %: more was taken back than supplied, and the row is below nothing."
    ),
    "untaxed.negative": _warning(
        "nil", "{0} ({1}): more was taken back than supplied, and the amount is below nothing."
    ),
    "hsn.negative": _warning(
        "hsn", "{0} at {1} %, {2}: more was taken back than supplied, and a figure is below nothing."
    ),
    "advances.kept": _warning("at", "{0} was kept as an advance: if it is for services, tax is due on it."),
    # Of a document.
    "number.form": _error(
        "inum", "A number is 1 to 16 letters, digits, - and /, starting with a letter or 1-9."
    ),
    "number.repeated": _error("inum", "Another {0} of this financial year has the same number."),
    "number.draft": _warning("doc_issue", "A draft holds this number, which counts as cancelled."),
    "ctin.form": _error("ctin", "{0} does not have the form of a GSTIN."),
    "ctin.unlikely": _warning("ctin", "{0}"),
    "ctin.own": _error("ctin", "The customer's GSTIN is our own."),
    "ctin.oidar": _error("ctin", "A supplier of online services from abroad is never a recipient."),
    "ctin.non_resident": _warning("ctin", "The portal may refuse a non-resident's number here."),
    "ctin.missing": _error("ctin", "A special economic zone or a deemed export needs the customer's GSTIN."),
    "place.abroad": _warning("pos", "The place of supply is abroad, and the customer is not overseas."),
    "place.at_home": _warning("pos", "The customer is overseas, and the place of supply is in India."),
    "value.too_large": _error("val", "An amount of more than 13 digits."),
    "value.negative": _error("val", "It comes to less than nothing."),
    "tax.split": _error("itm_det", "IGST is charged between states, CGST and SGST inside one."),
    "tax.unnamed": _warning("tax_id", "No tax is named here: it counts as no supply of GST."),
    "reverse_charge.mixed": _error(
        "rchrg", "Lines with and without reverse charge: the portal takes one or the other on an invoice."
    ),
    "reverse_charge.unregistered": _error(
        "rchrg", "Only a registered recipient in India can owe the tax: it is told without any."
    ),
    "reverse_charge.deemed_export": _error("rchrg", "The portal takes no reverse charge on deemed exports."),
    "rate.unknown": _error("rt", "{0} % is no rate that the portal takes."),
    "rate.ended": _warning("rt", "{0} % was no rate of GST on {1}."),
    "rate.limited": _warning("rt", "Since {0}, {1} % is for {2} only."),
    "cess.ended": _warning("csamt", "There was no compensation cess any more on {0}."),
    "hsn.missing": _error("hsn_sc", "An HSN or SAC is needed."),
    "hsn.missing_to_consumer": _warning(
        "hsn_sc", "No HSN or SAC: who has turned over more than five crore needs one here too."
    ),
    "hsn.digits": _error("hsn_sc", "{0}: an HSN or SAC has 4, 6 or 8 digits."),
    "hsn.short": _error("hsn_sc", "{0}: an HSN or SAC has at least {1} digits."),
    "hsn.short_if_large": _warning(
        "hsn_sc", "{0}: who has turned over more than five crore gives at least {1} digits."
    ),
    "unit.unknown": _warning("uqc", "{0} is no unit that the portal knows: it is told as others, OTH."),
    "note.without_original": _warning(
        "nt_num", "It names no invoice: whether it corrects a large one was told by its own value."
    ),
    "note.before_original": _warning("nt_dt", "It is dated before the invoice that it corrects."),
    "note.other_place": _warning(
        "pos", "Its place of supply is {0}, and that of the invoice that it corrects was {1}."
    ),
    "note.late": _error(
        "nt_dt", "The tax on a supply of {0} could be taken back until {1} (section 34), not now."
    ),
    "shipping_bill.halves": _error("sbnum", "A shipping bill has a number and a date, or neither."),
    "shipping_bill.form": _error("sbnum", "The number of a shipping bill has 3 to 7 digits."),
    "shipping_bill.port": _error("sbpcode", "A port code has up to 6 letters and digits."),
    "shipping_bill.missing": _warning("sbnum", "Goods were exported, and no shipping bill is named."),
    # Of what was filed before.
    "amended.gone": _warning(
        None, "It stands in a filed return and is void: it is amended to nothing."
    ),
    "amended.late": _warning(None, "It is of a period that was filed without it, and is told here."),
}  # fmt: skip
