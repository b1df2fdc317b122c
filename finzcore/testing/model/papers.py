"""Documents of lines: what they come to, their numbers, their due dates, and what they do to stock."""

import datetime as dt
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

import attrs

from finzcore.testing import told
from finzcore.testing.model import ledger
from finzcore.testing.model.facts import NOTES, OFFERS, PURCHASES, SALES, Body, Paper, Posting
from finzcore.testing.model.known import Known, known
from finzcore.testing.pricing import Priced, half_up, price

PARENTS: Final = {"invoice_id": "invoice", "bill_id": "bill"}
"""The fields with which a note names what it is for."""

_TAKEN_OVER: Final = (
    "branch_id", "currency_code", "exchange_rate", "with_payment", "is_rcm", "rcm_rate", "itc_blocked_reason",
)  # fmt: skip
"""What a note takes from that where it says nothing itself."""

ZERO_RATED: Final = frozenset({"SEZ", "OVERSEAS"})
"""How those stand towards GST whom all is supplied between states, taxed or under an undertaking."""

ABROAD: Final = "OVERSEAS"
"""The place that is in no state."""

ELSEWHERE: Final = "ineligible_pos"
"""Why there is no credit for CGST and SGST of another state (`gst.md` §3.6)."""


class Papers(Known):
    """Invoices, bills and notes, and the offers and orders before them."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.papers: dict[str, Paper] = {}

    def write(self, of: str, key: str, body: Mapping[str, Any]) -> Paper:
        """A new document: an invoice or a bill is posted if it is approved at once, a note unless it is a
        draft.
        """
        kept = self.understood(of, body)
        sells = self.sells(of, kept)
        if of in NOTES:
            posted = not kept.get("draft")
        else:
            posted = kept.get("auto_approve", False)
        return self.keep(of, key, kept, sells, "POSTED" if posted and of not in OFFERS else "DRAFT")

    def understood(self, of: str, body: Mapping[str, Any]) -> Body:
        """A body as the model reads it, with what its items and its parent fill in."""
        kept = told.read(told.FORMS[of], body)
        return self._understood(kept, self.sells(of, kept))

    def keep(self, of: str, key: str, kept: Body, sells: bool, status: str) -> Paper:
        """A document of a body that is understood."""
        priced = self.priced(of, kept, sells)
        due = kept.get("due_date") or self._due(kept)
        paper = Paper(of, key, self.number(of, kept), kept, sells, priced, due, status)
        self.papers[key] = paper
        return paper

    def rewrite(self, paper: Paper, changes: Mapping[str, Any]) -> None:
        """A document with some of its fields changed."""
        read = told.read(told.FORMS[paper.of], changes, whole=False)
        paper.body |= self._understood(read, paper.sells)
        paper.priced = self.priced(paper.of, paper.body, paper.sells, paper.key)

    def sells(self, of: str, body: Body) -> bool:
        """Whether a document is about something that is sold: a note by what it is for, else by its contact,
        and where that is both, by what it says.
        """
        if of in SALES | PURCHASES:
            return of in SALES
        if "bill_id" in body or "invoice_id" in body:
            return "invoice_id" in body
        kind = known(self.contacts, body["customer_id"], "contact").get("contact_type", "CUSTOMER")
        return bool(kind == "CUSTOMER" or (kind == "BOTH" and body.get("type") != "VENDOR"))

    def _due(self, body: Body) -> str:
        contact = self.contacts[body.get("customer_id") or body["vendor_id"]]
        return (
            dt.date.fromisoformat(body["date"]) + dt.timedelta(contact.get("payment_terms", 0))
        ).isoformat()

    def _understood(self, body: Body, sells: bool) -> Body:
        """A body whose ids are all known, and whose lines say what their items fill in."""
        for field in ("customer_id", "vendor_id"):
            if field in body:
                self.contact(body[field], sells=sells)
        for field, what in PARENTS.items():
            if field in body:
                parent = known(self.papers, body[field], what)
                body = {name: parent.body[name] for name in _TAKEN_OVER if name in parent.body} | body
        if body.get("currency_code", "INR") != "INR" and "exchange_rate" not in body:
            raise ValueError("exchange_rate: the model needs it where the currency is not INR")
        if "line_items" not in body:
            return body
        return body | {"line_items": [self.filled(line, sells=sells) for line in body["line_items"]]}

    # ----- what it comes to -----

    def priced(self, of: str, body: Body, sells: bool, own: str = "") -> Priced:
        """What a body comes to, with what its parent fills in; `own` is the key of the document, if any."""
        lost, place, home = {}, self.place(body), self.home(body)
        zero_rated = self._treatment(body) in ZERO_RATED or place == ABROAD
        between = zero_rated or not told.same_state(home if sells else self._seat(body), place)
        if not sells and not between and not told.same_state(place, home):
            lost = {"itc_blocked_reason": body.get("itc_blocked_reason", ELSEWHERE)}
        percents = self.percents
        if zero_rated and not body.get("with_payment", True):
            percents = dict.fromkeys(percents, Fraction(0))
        priced = price(body | lost, percents, between_states=between, reverse=self.reverse)
        said = {"tds_amount", "tds_rate"} & body.keys() or not body.get("reverse_tds", True)
        parent = self.parent(body)
        if of == "credit_notes" and parent is not None and parent.priced.tds and not said:
            priced = attrs.evolve(priced, tds=self._tds_taken_back(parent, priced, own))
        return priced

    def _seat(self, body: Body) -> str:
        """Where a vendor supplies from."""
        vendor = body.get("vendor_id") or body.get("customer_id")
        kept = {} if vendor is None else self.contacts[vendor]
        return str(kept.get("place_of_contact") or self.home(body))

    def _treatment(self, body: Body) -> str | None:
        """How the contact of a document stands towards GST, as far as anybody said."""
        whose = body.get("vendor_id") or body.get("customer_id")
        return None if whose is None else self.contacts[whose].get("gst_treatment")

    def place(self, body: Body) -> str:
        """Where something is supplied: as it says, else as its parent was, else where its customer is, or
        where we are who buy it.
        """
        if "place_of_supply" in body:
            return str(body["place_of_supply"])
        parent = self.parent(body)
        if parent is not None:
            return self.place(parent.body)
        customer = body.get("customer_id")
        if customer is None or customer not in self.customers or body.get("type") == "VENDOR":
            return self.home(body)
        return str(self.customers[customer].get("place_of_contact") or self.home(body))

    def parent(self, body: Body) -> Paper | None:
        """What a note is for."""
        key = body.get("invoice_id") or body.get("bill_id")
        return None if key is None else self.papers[key]

    def _tds_taken_back(self, parent: Paper, note: Priced, own: str) -> int:
        """The part of a document's TDS that a credit note takes back, as much as is left of it."""
        others = [one for one in self.notes_of(parent, "credit_notes") if one.standing and one.key != own]
        whole = parent.priced
        part = half_up(Fraction(whole.tds * note.taxable, whole.taxable)) if whole.taxable else 0
        return max(0, min(part, whole.tds - sum(other.priced.tds for other in others)))

    def notes_of(self, parent: Paper, *of: str) -> list[Paper]:
        """The notes for a document that are not cancelled, of some kinds or of all."""
        return [
            one
            for one in self.papers.values()
            if one.of in (of or NOTES) and self.parent(one.body) is parent and one.status != "CANCELLED"
        ]

    def entered_twice(self, body: Body, sells: bool, own: str = "") -> bool:
        """Whether a bill is one that was posted already: of the same vendor and day, over the same amount,
        and with no reference that tells them apart.
        """
        said = body.get("reference_number")
        total = self.priced("bills", body, sells).total
        return any(
            one.standing
            and one.of == "bills"
            and one.key != own
            and (one.contact, one.date, one.priced.total) == (body["vendor_id"], body["date"], total)
            and said in (None, one.body.get("reference_number"))
            for one in self.papers.values()
        )

    # ----- what follows -----

    def stock(self, item: str) -> Fraction:
        """How much of an item is there: less what posted invoices took, and what vendors got back; and what
        bills and customers brought, where anybody counts.
        """
        if not self.items[item].get("track_inventory"):
            return Fraction(0)
        there = Fraction(0)
        for paper in self.papers.values():
            if paper.standing and paper.of != "debit_notes":
                there += _moved(paper, item)
        return there

    def postings(self) -> Iterator[Posting]:
        """Every posted document."""
        yield from super().postings()
        for paper in self.papers.values():
            if paper.standing:
                yield from self.posted(paper.body, ledger.of_paper(paper, self.accounts))


def _moved(paper: Paper, item: str) -> Fraction:
    """How much of an item a document brings, or takes."""
    there = Fraction(0)
    note = paper.of == "credit_notes"
    for line in paper.body["line_items"]:
        if line.get("item_id") == item and (not note or line.get("restock", not paper.sells)):
            there += Fraction(line["quantity"])
    return there if paper.sells == note else -there
