"""Printouts by hand: an invoice of so many lines, and a receipt, as the books would say them."""

from typing import Any

Printout = dict[str, Any]

US: Printout = {
    "name": "Kaveri Traders",
    "also": "Kaveri Traders Private Limited",
    "lines": ["12 Market Road, Chickpet", "Bengaluru 560001"],
    "state": "Karnataka (29)",
    "gstin": "29AAPFU0939F1ZR",
    "pan": "",
    "email": "",
    "phone": "",
}
THEM: Printout = US | {
    "name": "श्री क्षत्रिय ज्ञान ट्रेडर्स",
    "also": "",
    "lines": ["77 Linking Road", "Mumbai 400050"],
    "state": "Maharashtra (27)",
    "gstin": "27AAPFU0939F1ZV",
    "email": "accounts@asha.example",
}


def line(no: int, **more: Any) -> Printout:
    """A line of 10 pieces at ₹1,234.56, less ₹345.60, at 18 %: ₹12,000.00 and ₹2,160.00 of tax."""
    return {
        "no": no,
        "name": f"Licence of seat {no}",
        "text": "With support by telephone" if no % 4 == 1 else "",
        "hsn": "997331",
        "quantity": 10_000_000,
        "unit": "NOS",
        "rate": 1_234_560_000,
        "discount": 34_560,
        "taxable": 1_200_000,
        "percent": 18_000_000,
        "amount": 1_416_000,
    } | more


def invoice(lines: int = 3, **more: Any) -> Printout:
    """An invoice of so many such lines to another state."""
    taxable, tax = 1_200_000 * lines, 216_000 * lines
    row = {"hsn": "997331", "percent": 18_000_000, "taxable": taxable}
    return {
        "template": "classic",
        "filename": "INV-2627-001.pdf",
        "title": "Tax Invoice",
        "copy": "Original for recipient",
        "number": "INV-2627-001",
        "number_label": "Invoice no.",
        "mark": "",
        "currency": "INR",
        "symbol": "₹",
        "issuer": US,
        "other": THEM,
        "other_label": "Bill to",
        "deliver_to": [],
        "signatory": "Kaveri Traders",
        "facts": [["Invoice date", "19 May 2026"], ["Place of supply", "Maharashtra (27)"]],
        "notes": "Thank you.",
        "scans": [{"label": "Scan to pay by UPI", "text": "upi://pay?pa=kaveri@okbank&am=1.00&cu=INR"}],
        "originals": [],
        "endorsements": [],
        "lines": [line(no) for no in range(1, lines + 1)],
        "taxed": True,
        "discounted": True,
        "inclusive": False,
        "heads": [["igst", "IGST"]],
        "sums": [{"label": "Sub-total", "amount": taxable}, {"label": "IGST", "amount": tax}],
        "total": taxable + tax,
        "after": [],
        "codes": [row | {"cgst": 0, "sgst": 0, "igst": tax, "cess": 0}],
        "rupees": [],
        "assessed": [],
        "exchange_rate": "",
        "bank": [["Bank", "HDFC Bank"], ["Account no.", "50100012345678"]],
        "einvoice": [],
        "terms": "Payment within 15 days.",
        "declaration": "All particulars are true.",
    } | more


def receipt(**more: Any) -> Printout:
    """A receipt of ₹12,960.00 that settles an invoice of ₹14,160.00, tax deducted."""
    same = ("template", "mark", "currency", "symbol", "issuer", "other", "deliver_to", "signatory", "notes")
    whole = invoice()
    return {name: whole[name] for name in same} | {
        "filename": "RCP-1.pdf",
        "title": "Receipt",
        "copy": "",
        "number": "RCP-1",
        "number_label": "Voucher no.",
        "other_label": "Received from",
        "facts": [["Date", "21 May 2026"], ["Mode", "UPI"]],
        "scans": [],
        "received": True,
        "purpose": "",
        "amount": 1_296_000,
        "tds": {"label": "TDS under section 194J", "amount": 120_000},
        "allocations": [
            {"document": "Invoice INV-1", "date": "19 May 2026", "total": 1_416_000, "amount": 1_416_000}
        ],
        "allocations_label": "Settles",
        "unused": None,
    } | more  # fmt: skip
