"""Unit quantity codes: 45 of them, and every spelling leads to one (`gst.md` §10.4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.gst.units import OTHERS, UNITS, is_service, uqc


def test_there_are_45_codes_of_three_letters() -> None:
    assert 45 == len(UNITS)
    assert [] == [code for code in UNITS if not (len(code) == 3 and code.isalpha() and code.isupper())]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("NOS", "NOS"), ("nos.", "NOS"), ("No", "NOS"), ("Each", "NOS"), ("pcs", "PCS"), ("Piece", "PCS"),
        ("KG", "KGS"), ("kgs", "KGS"), ("Kilogram", "KGS"), ("gm", "GMS"), ("Grams", "GMS"), ("MT", "MTS"),
        ("metric tonnes", "MTS"), ("ton", "TON"), ("LTR", "LTR"), ("litre", "LTR"), ("ml", "MLT"),
        ("mtr", "MTR"), ("Meters", "MTR"), ("sq ft", "SQF"), ("Sq. Mtr.", "SQM"), ("m²", "SQM"),
        ("box", "BOX"), ("Boxes", "BOX"), ("dozen", "DOZ"), ("PKT", "PAC"), ("set", "SET"), ("Pairs", "PRS"),
        ("hour", OTHERS), ("REAM", OTHERS), ("", OTHERS), (None, OTHERS),
    ],
)  # fmt: skip
def test_what_people_write_becomes_a_code(written: str | None, code: str) -> None:
    assert code == uqc(written)


@pytest.mark.parametrize("code", UNITS)
def test_a_code_means_itself_in_any_case_and_so_does_its_word(code: str) -> None:
    word, spellings = UNITS[code]
    assert {code} == {uqc(text) for text in (code, code.lower(), f" {code}. ", word, *spellings)}


@given(st.text(max_size=20))
def test_whatever_is_written_there_is_a_code(text: str) -> None:
    assert uqc(text) in UNITS


@pytest.mark.parametrize(
    ("hsn", "service"), [("998314", True), ("9401", False), ("0499", False), (None, False)]
)
def test_services_stand_in_chapter_99(hsn: str | None, service: bool) -> None:
    assert service == is_service(hsn)
