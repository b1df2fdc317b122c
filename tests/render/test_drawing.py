"""PDFs read back: what is on them, on which page, and that the same printout is the same document."""

import subprocess
import sys
import threading
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finzcore.errors import NotInstalled, RuleBroken
from finzcore.render import TEMPLATES, draw
from finzcore.render.kept import Drawings
from tests.render.pages import pages_of, reader, text_of
from tests.render.printouts import THEM, US, invoice, line, receipt

every_template = pytest.mark.parametrize("template", TEMPLATES)

ON_AN_INVOICE: Final = (
    "Kaveri Traders", "Kaveri Traders Private Limited", "29AAPFU0939F1ZR", "27AAPFU0939F1ZV",
    "INV-2627-001", "19 May 2026", "Maharashtra (27)", "श्री क्षत्रिय ज्ञान ट्रेडर्स", "997331",
    "Licence of seat 1", "With support by telephone", "10 NOS", "1,234.56", "345.60", "12,000.00",
    "14,160.00", "36,000.00", "6,480.00", "₹42,480.00", "18%",
    "Rupees Forty Two Thousand Four Hundred Eighty Only", "HDFC Bank", "50100012345678",
    "Scan to pay by UPI", "Thank you.", "Payment within 15 days.", "All particulars are true.",
    "Authorised signatory", "Page 1 of 1",
)  # fmt: skip


@every_template
def test_all_that_an_invoice_says_can_be_read_back(template: str) -> None:
    text = text_of(draw(invoice(), template)).replace("\n", " ")
    assert [] == [said for said in ON_AN_INVOICE if said not in text]
    assert "original for recipient" in text.lower()
    assert "tax invoice" in text.lower()


@every_template
def test_a_receipt_says_what_was_received_and_what_it_settles(template: str) -> None:
    text = text_of(draw(receipt(purpose="in advance"), template)).replace("\n", " ")
    wanted = (
        "Received with thanks from", "in advance, the sum of", "₹12,960.00", "RCP-1", "Invoice INV-1", "UPI",
        "Rupees Twelve Thousand Nine Hundred Sixty Only", "TDS under section 194J", "1,200.00", "14,160.00",
    )  # fmt: skip
    assert [] == [said for said in wanted if said not in text]


@every_template
def test_a_refund_says_what_it_gives_back(template: str) -> None:
    back = [{"document": "Credit Note CN-1", "date": "19 May 2026", "total": 11_800, "amount": 5_000}]
    text = text_of(draw(receipt(received=False, allocations=back, allocations_label="Refunds"), template))
    assert [] == [said for said in ("Refunds", "Credit Note CN-1", "118.00", "50.00") if said not in text]
    assert "Settles" not in text


@every_template
def test_the_tax_that_the_recipient_owes_is_said(template: str) -> None:
    owed = [{"label": "CGST", "amount": 9_07}, {"label": "SGST", "amount": 9_08}]
    text = text_of(draw(invoice(assessed=owed), template)).replace("\n", " ")
    assert "payable by the recipient under reverse charge" in text.lower()
    assert all(said in text for said in ("₹9.07", "₹9.08"))
    assert "reverse charge" not in text_of(draw(invoice(), template)).lower()


@every_template
@pytest.mark.parametrize("mark", ["DRAFT", "CANCELLED"])
def test_what_is_no_valid_document_is_marked_on_every_page(template: str, mark: str) -> None:
    pages = pages_of(draw(invoice(80, mark=mark), template))
    assert len(pages) > 1
    assert all(mark in page for page in pages)
    assert mark not in text_of(draw(invoice(), template))


@every_template
def test_every_page_of_a_long_invoice_has_the_head_of_the_lines(template: str) -> None:
    pages = pages_of(draw(invoice(500), template))
    assert len(pages) > 8
    assert all("HSN/SAC" in page for page in pages if "Licence of seat" in page)
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1))
    together = " ".join(" ".join(pages).split())
    assert all(
        together.count(f"Licence of seat {number} ") == 1 for number in range(2, 501) if number % 4 != 1
    )


@every_template
def test_a_long_text_goes_on_over_pages(template: str) -> None:
    text = "\n".join(f"Part {number} of the work" for number in range(180))
    pages = pages_of(draw(invoice(1) | {"lines": [line(1, text=text)]}, template))
    assert len(pages) >= 2
    assert "Part 0 of the work" in pages[0]
    assert any("Part 179 of the work" in page for page in pages[1:])


@every_template
def test_a_bill_of_supply_has_no_word_of_rates_or_tax(template: str) -> None:
    plain = {"taxed": False, "heads": [], "codes": [], "sums": [{"label": "Sub-total", "amount": 100}]}
    pdf = draw(invoice(title="Bill of Supply", facts=[["Invoice date", "19 May 2026"]]) | plain, template)
    text = text_of(pdf)
    assert "bill of supply" in text.lower()
    assert not any(word in text for word in ("GST ", "IGST", "CGST", "Taxable", "18%"))


@every_template
def test_what_rule_53_and_exports_want_is_there(template: str) -> None:
    more: dict[str, Any] = {
        "originals": [{"label": "Original invoice", "number": "INV-7", "date": "1 Apr 2026"}],
        "endorsements": ["Supply meant for export on payment of integrated tax"],
        "currency": "USD",
        "symbol": "$",
        "exchange_rate": "83.25",
        "rupees": [{"label": "IGST", "amount": 53_946_000}],
        "deliver_to": ["Godown 4", "Bhiwandi"],
        "after": [{"label": "Paid", "amount": -100_000}, {"label": "Balance due", "amount": 4_148_000}],
        "einvoice": [["IRN", "23f498ee41441ecad30f72ba5b9907506c3df70a17b0e0dff46b76a786400662"]],
    }
    text = text_of(draw(invoice() | more, template)).replace("\n", " ")
    wanted = (
        "INV-7, 1 Apr 2026", "Supply meant for export on payment of integrated tax", "$42,480.00",
        "US Dollars Forty Two Thousand Four Hundred Eighty Only", "1 USD = ₹83.25", "₹5,39,460.00",
        "Godown 4", "Balance due", "41,480.00", "-1,000.00",
    )  # fmt: skip
    assert [] == [said for said in wanted if said not in text]
    assert "86400662" in text.replace(" ", "")


def test_each_template_looks_different() -> None:
    assert len(TEMPLATES) == len({draw(invoice(), template) for template in TEMPLATES})


def test_the_printout_names_its_template() -> None:
    assert draw(invoice(template="tally"), "tally") == draw(invoice(template="tally"))


@every_template
def test_the_same_printout_is_the_same_document_in_every_process(template: str) -> None:
    here = draw(invoice(), template)
    code = (
        "import sys; from tests.render.printouts import invoice; from finzcore.render import draw; "
        f"sys.stdout.buffer.write(draw(invoice(), {template!r}))"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60).stdout
    assert here == there == draw(invoice(), template)


def test_a_document_knows_no_time_and_fetches_nothing() -> None:
    document = reader(draw(invoice()))
    assert not {"/CreationDate", "/ModDate"} & set(document.metadata or {})
    raw = draw(invoice())
    assert not any(word in raw for word in (b"/URI", b"/JavaScript", b"/Launch", b"/GoToR"))


def test_there_are_no_other_templates() -> None:
    with pytest.raises(RuleBroken, match="classic, modern, boxed, tally"):
        draw(invoice(), "../../etc/passwd")


def test_without_what_sets_the_type_the_refusal_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(NotInstalled, match=r"pip install 'finzcore\[pdf\]'"):
        draw(invoice())


HOSTILE: Final = {
    "a word of 400 letters": "a" * 400,
    "right to left by force": "\u202eevil\u202c",
    "right to left by nature": "אבג دكان متجر",
    "pictures": "🧾🙏🏽👨\u200d👩\u200d👧\u200d👦",
    "controls": "\x00\x07\x1b[31m",
    "markup": '#import "x"; $x$ *b* _i_ `r` @a <l>',
    "a file": '#read("/etc/passwd")',
    "escapes": "\\u{1F600} // comment /* */",
    "one letter of 240 signs": "क" + "्ष" * 120,
    "accents apart": "e\u0301" * 200,
    "nothing to see": "\ufeff\u200b\u200d",
    "beyond the first plane": "𝕏" * 80,
    "other scripts": "漢字かな交じり文",
    "many lines": "\n" * 50,
    "ligatures": "ﷺ" * 30,
}


@every_template
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_whatever_somebody_writes_is_set_as_text(template: str, text: str) -> None:
    more = {
        "issuer": US | {"name": text, "lines": [text]},
        "other": THEM | {"name": text, "lines": [text]},
        "number": text[:100],
        "facts": [[text[:40], text]],
        "lines": [line(1, name=text[:200], text=text, unit=text[:20])],
        "notes": text,
        "terms": text,
    }
    assert 1 <= len(pages_of(draw(invoice(1) | more, template))) <= 4


def test_markup_is_read_back_as_it_was_written() -> None:
    said = '#import "x"; $x$ *b* _i_ `r` @a <l> \\ // no'
    assert said in text_of(draw(invoice(1, notes=said), "classic"))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.sampled_from(TEMPLATES))
def test_no_text_stops_a_document(text: str, template: str) -> None:
    pdf = draw(invoice(1, notes=text, title=text) | {"other": THEM | {"name": text}}, template)
    assert pdf.startswith(b"%PDF-")


def test_a_code_too_large_to_be_read_is_left_out() -> None:
    fits = [{"label": "e-invoice", "text": "x" * 1_200}]
    text = text_of(draw(invoice(scans=fits)))
    assert "e-invoice" in text
    assert "e-invoice" not in text_of(draw(invoice(scans=[fits[0] | {"text": "x" * 5_000}])))


# ----- what is kept -----


def test_what_was_drawn_is_drawn_once() -> None:
    kept = Drawings()
    first, second = kept.of(1, 1, invoice(), "classic"), kept.of(1, 1, invoice(), "classic")
    assert (True, False) == (first.fresh, second.fresh)
    assert first.body == second.body == draw(invoice(), "classic")


@pytest.mark.parametrize(
    ("org", "version", "printout", "template"),
    [
        (2, 1, invoice(), "classic"),
        (1, 2, invoice(), "classic"),
        (1, 1, invoice(notes="Other."), "classic"),
        (1, 1, invoice(), "tally"),
    ],
)
def test_anything_else_is_drawn_anew(org: int, version: int, printout: Any, template: str) -> None:
    kept = Drawings()
    kept.of(1, 1, invoice(), "classic")
    assert kept.of(org, version, printout, template).fresh


def test_no_more_is_kept_than_allowed() -> None:
    size = len(draw(invoice(), "tally"))
    kept = Drawings(most_bytes=2 * size + size // 2)
    for version in (1, 2, 3):
        kept.of(1, version, invoice(), "tally")
    assert 2 == len(kept)
    assert kept.of(1, 1, invoice(), "tally").fresh
    assert not kept.of(1, 3, invoice(), "tally").fresh
    nothing = Drawings(most_bytes=size - 1)
    nothing.of(1, 1, invoice(), "tally")
    assert 0 == len(nothing)


def test_threads_share_what_is_kept() -> None:
    kept, found = Drawings(), []
    threads = [
        threading.Thread(target=lambda: found.append(kept.of(1, 1, invoice(20), "modern"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 8 == len(found)
    assert 1 == len({drawing.body for drawing in found}) == len(kept)
