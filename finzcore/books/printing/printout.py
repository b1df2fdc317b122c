"""The printout: all that stands on the paper of a document, put together. Nothing here reads a clock."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, TypeVar

from finzcore.books.books import Books
from finzcore.books.papers.lines import lines_of
from finzcore.books.printing import figures, parties, remarks, settled
from finzcore.books.printing.forms import FORMS, MARKS, Form, facts_of
from finzcore.books.printing.paper import Pair, Paper, Printout, Sum, Voucher, as_printout
from finzcore.documents.exchange import ONE
from finzcore.money import plain
from finzcore.ports import Row

Made = TypeVar("Made", Paper, Voucher)

_KNOWN: Final = frozenset({"₹", "$", "€", "£"})
_UNSAFE: Final = frozenset('/\\:*?"<>|')


def printout_of(books: Books, of: str, row: Row) -> Printout:
    """What is printed of a row of a resource's table, JSON-ready; `finzcore.render.draw` draws it.

    `of` is the name of the resource; KeyError for one that has no form. Source: `api.md` §4.16,
    `gst.md` §8.
    """
    return as_printout((_voucher if of == "payments" else _paper)(books, FORMS[of], row))


def file_name(number: str) -> str:
    """A document's number as the name of a file: what a file system would trip over becomes a hyphen.

    >>> file_name("INV/26-27/001")
    'INV-26-27-001.pdf'
    """
    safe = "".join("-" if sign in _UNSAFE or not sign.isprintable() else sign for sign in number)
    return f"{safe.strip('. ') or 'document'}.pdf"


def _begun(
    kind: type[Made], books: Books, form: Form, row: Row, contact: Row, branch: Row
) -> Callable[..., Made]:
    """A paper or a voucher with what every document has; the rest is its own."""
    code = row["currency_code"]
    symbol = next(
        each["symbol"] for each in books.masters.rows["currencies"].values() if each["currency_code"] == code
    )
    ours, theirs = parties.us(books, branch), parties.them(row, contact)
    issuer, other = (ours, theirs) if form.ours(row) else (theirs, ours)
    return partial(
        kind,
        template=books.masters.preferences["pdfTemplate"],
        filename=file_name(row["number"]),
        number=row["number"],
        number_label=form.number,
        mark=MARKS.get(row["status"], ""),
        currency=code,
        symbol=symbol if symbol in _KNOWN else f"{code}\N{NO-BREAK SPACE}",
        issuer=issuer,
        other=other,
        signatory=ours.name if form.ours(row) else "",
        deliver_to=parties.delivery(contact) if form.lawful and form.sale(row) else (),
    )


# ----- documents with lines -----


def _paper(books: Books, form: Form, row: Row) -> Paper:
    lines = lines_of(books, [row])[row["id"]]
    branch = books.masters.rows["branches"][row["branch_id"]]
    contact = parties.contact_of(books, row)
    names = figures.head_names(branch["state"])
    charged = figures.reverse_charged(books, lines)
    taxed = bool(row["tax_total"]) or (charged and form.sale(row))
    title, copy = _title(books, form, row, lines, branch, taxed=taxed)
    einvoice = remarks.registered(row["custom_fields"])
    account = remarks.bank_of(books) if form.due and form.sale(row) else None
    return _begun(Paper, books, form, row, contact, branch)(
        title=title,
        copy=copy,
        other_label=form.other if form.ours(row) else "To",
        facts=(*facts_of(form, row), *_law_facts(form, row, charged=charged)),
        originals=settled.originals(books, row),
        endorsements=_endorsements(form, row, charged=charged),
        lines=figures.printed_lines(lines),
        taxed=taxed,
        discounted=any(line["discount"] for line in lines),
        inclusive=bool(row["is_inclusive_tax"]),
        heads=tuple((head, name) for head, name in names if row[f"{head}_total"]),
        sums=figures.sums(row, names),
        total=row["total"],
        after=figures.after_total(row),
        codes=figures.by_code(lines) if row["tax_total"] else (),
        rupees=figures.rupee_sums(row, names),
        assessed=figures.assessed(row, lines, names),
        exchange_rate="" if row["exchange_rate"] == ONE else plain(row["exchange_rate"], 8),
        bank=() if account is None else remarks.bank_details(account),
        einvoice=remarks.portal_facts(einvoice),
        scans=remarks.codes(_upi(books, row, account), einvoice),
        notes=row["notes"] or "",
        terms=row["terms"] or "",
        declaration=remarks.DECLARATION if form.lawful and form.ours(row) else "",
    )


def _title(
    books: Books, form: Form, row: Row, lines: Sequence[Row], branch: Row, *, taxed: bool
) -> tuple[str, str]:
    """The title, and whose copy it is. Rule 49 calls an invoice a bill of supply where nothing on it is
    taxable; of who is not registered it is just an invoice."""
    title = form.title(row)
    if title != "Tax Invoice":
        return title, ""
    if branch["gstin"] and not taxed and figures.only_exempt(books, lines):
        title = "Bill of Supply"
    elif not (branch["gstin"] or taxed):
        return "Invoice", ""
    return title, "Original for recipient"


def _law_facts(form: Form, row: Row, *, charged: bool) -> list[Pair]:
    """The place of supply, whether the recipient owes the tax, where exported goods leave the country."""
    facts = [("Place of supply", parties.place_text(row["place_of_supply"]))]
    if form.lawful or charged:
        facts.append(("Reverse charge", "Yes" if charged else "No"))
    return facts + remarks.export_facts(row["export"])


def _endorsements(form: Form, row: Row, *, charged: bool) -> tuple[str, ...]:
    if not form.lawful:
        return ()
    zero_rated = remarks.endorsement(row, row[f"{parties.word_of(row)}_treatment"]) if form.sale(row) else ""
    return tuple(filter(None, (zero_rated, remarks.REVERSE_CHARGE if charged else "")))


def _upi(books: Books, row: Row, account: Row | None) -> str:
    """The link to pay what is due, where it can be paid like that."""
    if (
        account is None
        or account["upi_id"] is None
        or row["currency_code"] != "INR"
        or row["status"] in MARKS
    ):
        return ""
    due = row["total"] - row["payment_made"] - row["credits_applied"]
    name = books.masters.org["name"]
    return remarks.upi_link(account["upi_id"], name, due, row["number"]) if due > 0 else ""


# ----- money -----


def _voucher(books: Books, form: Form, row: Row) -> Voucher:
    branch = books.masters.rows["branches"][row["branch_id"]]
    received = row["flow"] == "INCOMING"
    into = books.masters.rows["accounts"][row["bank_account"]]["name"]
    paid = (("Mode", _mode(row["mode"])), ("Into" if received else "From", into))
    unused = row["settles"] - row["applied"] - row["refunded"]
    advance, back = row["payment_type"] == "ADVANCE", row["payment_type"] == "REFUND"
    return _begun(Voucher, books, form, row, parties.contact_of(books, row), branch)(
        title=form.title(row),
        other_label="Received from" if received else "Paid to",
        facts=(*facts_of(form, row), *paid),
        received=received,
        purpose=_PURPOSES.get(row["payment_type"], ""),
        amount=row["amount"],
        tds=Sum(figures.tds_label(row["tds_section"]), row["tds_amount"]) if row["tds_amount"] else None,
        allocations=(settled.refunded if back else settled.allocations)(books, row),
        allocations_label="Refunds" if back else "Settles",
        unused=Sum("Kept as advance" if advance else "On account", unused) if unused else None,
        notes=row["description"] or "",
    )


_PURPOSES: Final = {"ADVANCE": "in advance", "REFUND": "as a refund"}


def _mode(kept: str) -> str:
    """How money moved, in words.

    >>> _mode("BANK_TRANSFER"), _mode("UPI")
    ('Bank transfer', 'UPI')
    """
    return kept if kept == "UPI" else kept.replace("_", " ").capitalize()
