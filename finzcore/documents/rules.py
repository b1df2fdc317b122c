"""Every rule word with its sentence: why a posting is there, and how a figure came about (`api.md` §5.2).

A posting's word is that of its document and that of its part, such as ``sale.receivable``; the words of
steps name what is computed. Whatever a posting can bear stands here, also what no document makes: entries
made by hand and opening balances.
"""

from collections.abc import Iterator
from typing import Final

_HEADS: Final = {"cgst": "CGST", "sgst": "SGST or UTGST", "igst": "IGST", "cess": "Compensation cess"}

_LEFT_OVER: Final = "What is left over where each amount is converted into rupees by itself."

_SOLD: Final = {
    "receivable": "What the customer owes.",
    "income": "The taxable value of the lines, earned on their accounts.",
    "discount": "A discount taken off after tax, which lessens what the first line earns.",
    **{
        f"output_{head}": f"{name} charged to the customer and owed to the government."
        for head, name in _HEADS.items()
    },
    "tds": "Income tax that the customer withholds and pays to the government in our name.",
    "shipping": "The shipping charge, on which there is no tax.",
    "adjustment": "The adjustment, on which there is no tax.",
    "round_off": "What makes the total a whole rupee.",
    "exchange": _LEFT_OVER,
}

_TAXED: Final = {
    **{
        f"input_{head}": f"{name} charged by the vendor, a credit against what we owe (section 16 CGST Act)."
        for head, name in _HEADS.items()
    },
    **{
        f"input_rcm_{head}": f"{name} that we assess ourselves under reverse charge, a credit like any other."
        for head, name in _HEADS.items()
    },
    **{
        f"rcm_{head}": f"{name} that we owe in the vendor's place (section 9(3) CGST Act, 5(3) IGST Act)."
        for head, name in _HEADS.items()
    },
}

_BOUGHT: Final = {
    "payable": "What we owe the vendor.",
    "purchase": "What the lines cost on their accounts, with the tax for which there is no credit.",
    "discount": "A discount taken off after tax, which lessens what the first line costs.",
    **_TAXED,
    "tds": "Income tax that we withhold and owe to the government in the vendor's name.",
    "freight": "The shipping charge, on which there is no tax.",
    "adjustment": "The adjustment, on which there is no tax.",
    "round_off": "What makes the total a whole rupee.",
    "exchange": _LEFT_OVER,
}

_SPENT: Final = {
    "paid": "What was paid at once, from this account.",
    "cost": "What the lines cost on their accounts, with the tax for which there is no credit.",
    **_TAXED,
}

_MONEY: Final = {
    "bank": "What moved on the bank or in cash, after the bank's charges.",
    "bank_charges": "What the bank keeps for itself.",
    "exchange": "What the exchange rates of this day and of that day make a difference.",
    "advance": "Money in advance, which waits apart until it is set against a document.",
}
_TDS: Final = {"tds": "Income tax that was withheld, which settles documents as money does."}
_CUSTOMER: Final = {"receivable": "What the customer owes less of, or what waits on the customer's account."}
_VENDOR: Final = {"payable": "What we owe the vendor less of, or what waits on the vendor's account."}

_SET_AGAINST: Final = {name: _MONEY[name] for name in ("advance", "exchange")}

_PAPERS: Final = {
    "sale": (_SOLD, ""),
    "debit_note": (_SOLD, "In addition: "),
    "credit_note": (_SOLD, "Taken back: "),
    "bill": (_BOUGHT, ""),
    "vendor_debit_note": (_BOUGHT, "In addition: "),
    "vendor_credit_note": (_BOUGHT, "Taken back: "),
    "expense": (_SPENT, ""),
    "receipt": (_MONEY | _TDS | _CUSTOMER, ""),
    "payment": (_MONEY | _TDS | _VENDOR, ""),
    "refund": (_MONEY | _CUSTOMER, "Given back: "),
    "vendor_refund": (_MONEY | _VENDOR, "Got back: "),
    "application": (_SET_AGAINST | _CUSTOMER | _VENDOR, "Set against a document: "),
}


def _papers() -> Iterator[tuple[str, str]]:
    for word, (parts, begin) in _PAPERS.items():
        for part, sentence in parts.items():
            yield f"{word}.{part}", begin + (_inner(sentence) if begin else sentence)


def _inner(sentence: str) -> str:
    """A sentence behind a colon; an abbreviation keeps its capitals."""
    return sentence if sentence[1].isupper() else sentence[0].lower() + sentence[1:]


POSTINGS: Final = dict(_papers()) | {
    "manual.line": "A line of an entry made by hand.",
    "manual.round_off": "The paisa by which the sides of an entry made by hand differed.",
    "opening.contact": "What was open with the contact when the books began.",
    "opening.equity": "The other side of what was open when the books began.",
}
"""Why a posting is there, by its rule."""

STEPS: Final = {
    "supply.place": "Where the supply takes place, as the document says or as follows from its parties.",
    "supply.overseas": "A supply out of India or from abroad is inter-state: section 7 of the IGST Act.",
    "supply.sez": "A supply to or by a special economic zone is inter-state: section 7(5)(b) IGST Act.",
    "supply.other_state": "The supplier is in another state than the place of supply: inter-state, section 7"
    " of the IGST Act.",
    "supply.same_state": "The supplier is in the state of the place of supply: intra-state, section 8 of the"
    " IGST Act.",
    "supply.without_payment": "Zero-rated under bond or letter of undertaking: no tax is charged, section 16"
    " of the IGST Act.",
    "line.gross": "Quantity by rate, rounded once.",
    "line.discount": "The line's own discount.",
    "line.exclusive": "The price has tax in it; without the tax the line comes to this.",
    "line.discount_share": "The line's share of the discount on the whole document, by largest remainder.",
    "line.taxable": "What tax is computed on: section 15 of the CGST Act.",
    "tax.rate": "The rate of the line's tax, CGST and SGST together or IGST.",
    "tax.none": "The line has no tax.",
    "tax.exempt": "The line is exempt: no tax.",
    "tax.nil_rated": "The line is nil-rated: no tax.",
    "tax.non_gst": "The line is outside GST: no tax.",
    "tax.reverse_charge": "The recipient owes the tax under reverse charge: it is no part of the total.",
    **{f"tax.{head}": f"{name} on the taxable value, rounded half up." for head, name in _HEADS.items()},
    **{
        f"reverse_charge.{head}": f"{name} on the taxable value, which the recipient assesses."
        for head, name in _HEADS.items()
    },
    "credit.blocked": "No credit is taken for the tax, which is part of the cost: section 17(5) CGST Act.",
    "credit.elsewhere": "CGST and SGST of a state where we are not registered give no credit and are part of"
    " the cost.",
    "total.sub_total": "The lines without tax, added up.",
    "total.discount": "The discount on the whole document.",
    "total.taxable": "The taxable values of the lines, added up.",
    **{f"total.{head}": f"{name} of the lines, added up." for head, name in _HEADS.items()},
    "total.shipping": "The shipping charge, on which there is no tax.",
    "total.adjustment": "The adjustment, on which there is no tax.",
    "total.tds": "Income tax that is withheld, on the value without GST.",
    "total.round_off": "What makes the total a whole rupee.",
    "total.total": "What the document comes to.",
    "total.exchange": "What that is in rupees, at the rate of the document.",
    "money.amount": "What moved.",
    "money.bank_charges": "What the bank keeps for itself.",
    "money.tds": "Income tax that was withheld, which settles documents as money does.",
    "money.settles": "What documents can be settled with.",
    "money.applied": "What of it settles this document; the exchange rates make the difference in rupees.",
    "money.taken": "What it gives back, and from where.",
    "money.unused": "What waits to be used.",
    "document.draft": "A draft posts nothing.",
    "document.cancelled": "It was voided: an opposite entry of the same day has taken its postings back.",
}
"""How a figure came about, by the rule of its step."""

RULES: Final = POSTINGS | STEPS
"""Every rule word with its sentence."""
