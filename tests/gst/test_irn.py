"""The invoice reference number (`gst.md` §12.2)."""

import datetime as dt
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.gst.irn import CASE_IGNORED_FROM, CREDIT_NOTE, DEBIT_NOTE, INVOICE, irn

GSTIN = "29AAFCC9980M1ZR"


def test_the_worked_vector_of_the_portal() -> None:
    expected = "23f498ee41441ecad30f72ba5b9907506c3df70a17b0e0dff46b76a786400662"
    assert expected == irn(GSTIN, dt.date(2020, 3, 31), INVOICE, "2019-20/KA/1")


@pytest.mark.parametrize(
    ("date", "number", "text"),
    [
        (dt.date(2025, 3, 31), "inv/1", "2024-25INVinv/1"),
        (dt.date(2025, 5, 31), "inv/1", "2025-26INVinv/1"),
        (dt.date(2025, 6, 1), "inv/1", "2025-26INVINV/1"),
        (dt.date(2026, 4, 1), "Inv-1", "2026-27INVINV-1"),
    ],
)
def test_the_year_follows_the_date_and_case_counts_until_june_2025(
    date: dt.date, number: str, text: str
) -> None:
    assert hashlib.sha256((GSTIN + text).encode()).hexdigest() == irn(GSTIN, date, INVOICE, number)


@given(
    st.dates(dt.date(2020, 10, 1), dt.date(2030, 12, 31)),
    st.text("abcXYZ019/-", min_size=1, max_size=16),
    st.sampled_from([INVOICE, CREDIT_NOTE, DEBIT_NOTE]),
)
def test_two_spellings_are_one_number_exactly_since_case_is_ignored(
    date: dt.date, number: str, kind: str
) -> None:
    same = irn(GSTIN, date, kind, number.upper()) == irn(GSTIN, date, kind, number)
    assert (date >= CASE_IGNORED_FROM or number == number.upper()) == same


def test_one_number_of_an_invoice_and_of_notes_are_three_documents() -> None:
    date = dt.date(2026, 5, 19)
    assert 3 == len({irn(GSTIN, date, kind, "1") for kind in (INVOICE, CREDIT_NOTE, DEBIT_NOTE)})
