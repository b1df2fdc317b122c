"""The portal's file of GSTR-1 against files that were written by hand from `gst.md` §10."""

import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from finzcore.gst.gstr1_json import LARGEST_FILE, at_most, filename, payload, size_of, tell
from finzcore.gst.gstr1_tables import About, gstr1
from finzcore.gst.outward import Document, Original
from finzcore.gst.rates import Shape
from finzcore.gst.serials import NATURES, Range, grouped, ranges
from finzcore.gst.supply import Treatment
from finzcore.ledger.source import Source
from tests.gst.month import OURS, THEIRS, part, sale

GOLDEN = Path(__file__).parent / "golden"
THEIR_SEZ = "27AAACN1234A1Z5"
FIVE, QUARTER = 5_000_000, 250_000


def told(number: str, date: str, document: Document, **changes: Any) -> Document:
    """A document with a number and a day."""
    return attrs.evolve(document, number=number, date=date, **changes)


def november() -> list[Document]:
    """A month in which every table has something to tell."""
    registered = {"gstin": THEIRS, "treatment": Treatment.REGISTERED}
    sez = {"gstin": THEIR_SEZ, "treatment": Treatment.SEZ, "inter": True}
    abroad = {"treatment": Treatment.OVERSEAS, "place": 96}
    shipped = {
        "port_code": "INNSA1", "shipping_bill_number": "1234567", "shipping_bill_date": "2026-11-16",
        "country_code": "AE",
    }  # fmt: skip
    chairs = part(1000, igst=180)
    freight = part(10000, 250, shape=Shape.RCM, rate=FIVE, hsn="996511")
    rice = part(8000, shape=Shape.EXEMPT, rate=0, hsn="1006", unit="kg")._replace(quantity=2_500_000)
    credit, debit = {"source": Source.CREDIT_NOTE}, {"source": Source.DEBIT_NOTE}
    return [
        told("A1", "2026-11-05", sale(part(10000, igst=1800), part(2000, igst=100, rate=FIVE), place=29,
             **registered)),
        told("A2", "2026-11-06", sale(freight, **registered), value=10000_00),
        told("A3", "2026-11-07", sale(chairs, **sez)),
        told("A4", "2026-11-08", sale(part(500), with_payment=False, **sez)),
        told("A5", "2026-11-09", sale(part(0, rate=QUARTER)._replace(taxable=1007_48, cgst=126, sgst=126),
             gstin=THEIR_SEZ, treatment=Treatment.DEEMED_EXPORT)),
        told("A6", "2026-11-10", sale(part(100000, igst=18000), place=24)),
        told("A7", "2026-11-10", sale(part(100000, igst=28000, cess=3500, rate=28_000_000, hsn="8703"),
             place=24)),
        told("A8", "2026-11-11", sale(part(0)._replace(taxable=84745_76, igst=15254_24), place=24)),
        told("A9", "2026-11-12", sale(part(5000, 450))),
        told("A10", "2026-11-13", sale(rice, part(40, shape=None, rate=0, hsn=None))),
        told("A11", "2026-11-13", sale(rice._replace(taxable=100_00, shape=Shape.NIL_RATED), place=29,
             **registered)),
        told("A12", "2026-11-14", sale(part(50000), with_payment=False, export=shipped, **abroad)),
        told("A13", "2026-11-14", sale(chairs, **abroad)),
        told("C1", "2026-11-20", sale(part(1000, 90), **credit)),
        told("C2", "2026-11-21", sale(chairs, place=29, **credit, **registered)),
        told("C3", "2026-11-23", sale(chairs, place=24, **credit,
             original=Original(1, "A6", "2026-11-10", 118000_00))),
        told("C4", "2026-11-24", sale(part(700), with_payment=False, **credit, **abroad)),
        told("C5", "2026-11-25", sale(part(200, 5, rate=FIVE), **credit)),
        told("D1", "2026-11-22", sale(part(200, igst=36), place=29, **debit, **registered)),
    ]  # fmt: skip


def july() -> list[Document]:
    """A month before the limit of large invoices fell and Table 12 came apart."""
    free = {"rate": 0}
    return [
        told("A1", "2024-07-01", sale(part(1000, igst=180), place=29, gstin=THEIRS,
             treatment=Treatment.REGISTERED)),
        told("A2", "2024-07-31", sale(part(250000, **free), place=24)),
        told("A3", "2024-07-31", sale(part(250001, **free), place=24)),
    ]  # fmt: skip


def file_of(since: str, through: str, documents: Sequence[Document], *void: str) -> str:
    made = gstr1(About(gstin=OURS, since=since, through=through), documents, tell)
    rows = made.hsn.rows
    texts = {row: "Chairs" for row in rows if row.registered and row.hsn == "9401"}
    issued: list[Range] = []
    for source in (Source.INVOICE, Source.DEBIT_NOTE, Source.CREDIT_NOTE):
        numbers = [*made.numbers.get(source, ()), *(void if source is Source.INVOICE else ())]
        if numbers:
            issued += ranges(NATURES[source], grouped(numbers), void)
    return payload(made, rows, texts, issued)


def as_pairs(text: str) -> Any:
    """JSON with its keys in their order and its numbers exact."""
    return json.loads(text, object_pairs_hook=list, parse_float=Decimal)


@pytest.mark.parametrize(
    ("period", "since", "through", "documents", "void"),
    [
        ("112026", "2026-11-01", "2026-11-30", november(), ("A14",)),
        ("072024", "2024-07-01", "2024-07-31", july(), ()),
    ],
)
def test_a_month_is_the_file_that_was_written_by_hand(
    period: str, since: str, through: str, documents: list[Document], void: tuple[str, ...]
) -> None:
    expected = (GOLDEN / f"gstr1-{period}.json").read_text("utf-8")
    assert as_pairs(expected) == as_pairs(file_of(since, through, documents, *void))


def test_an_empty_month_has_nothing_but_its_head() -> None:
    expected = f'{{"gstin":"{OURS}","fp":"112026","version":"GST3.2.4","hash":"hash"}}'
    assert expected == file_of("2026-11-01", "2026-11-30", [])


@pytest.mark.parametrize(
    ("since", "key", "limit"),
    [("2024-07-01", "data", 2_50_000), ("2024-08-01", "data", 1_00_000), ("2025-04-01", "data", 1_00_000),
     ("2025-05-01", "hsn_b2c", 1_00_000)],
)  # fmt: skip
def test_what_changed_with_time_is_told_as_the_period_wants_it(since: str, key: str, limit: int) -> None:
    documents = [
        told(number, since, sale(part(amount, rate=0), place=24))
        for number, amount in (("A1", limit), ("A2", limit + 1))
    ]
    said = json.loads(file_of(since, f"{since[:7]}-28", documents))
    assert ([key], ["A2"], limit) == (
        list(said["hsn"]), [one["inum"] for one in said["b2cl"][0]["inv"]], said["b2cs"][0]["txval"],
    )  # fmt: skip


def test_a_customer_whose_gstin_nobody_knows_has_an_envelope_without_one() -> None:
    document = told("A1", "2026-11-05", sale(part(100, igst=18), treatment=Treatment.SEZ, inter=True))
    assert ["inv"] == list(json.loads(file_of("2026-11-01", "2026-11-30", [document]))["b2b"][0])


def test_text_that_somebody_wrote_cannot_break_the_file() -> None:
    said = {"port_code": 'IN"1', "shipping_bill_number": "1\\2", "shipping_bill_date": "2026-11-06"}
    document = told("A1", "2026-11-05", sale(part(100), treatment=Treatment.OVERSEAS, place=96, export=said))
    (invoice,) = json.loads(file_of("2026-11-01", "2026-11-30", [document]))["exp"][0]["inv"]
    assert ('IN"1', "1\\2", "06-11-2026") == (invoice["sbpcode"], invoice["sbnum"], invoice["sbdt"])


def test_the_name_of_the_file_is_that_of_its_day_and_its_gstin() -> None:
    assert "returns_152027_R1__offline.json" == filename(None, dt.date(2027, 5, 1))


def test_no_file_is_larger_than_it_can_be_for_its_documents() -> None:
    documents = november()
    text = file_of("2026-11-01", "2026-11-30", documents, "A14")
    assert size_of(text) == len(json.dumps(text))
    assert size_of(text) <= at_most(len(documents), len(documents) + 1, 9) < LARGEST_FILE
