"""GSTIN: forms, check character, levels of checking (`gst.md` §1)."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.errors import RuleBroken
from finzcore.gst.gstin import Form, Gstin, check_character, form_of, pan_of, parse

ALPHABET = string.digits + string.ascii_uppercase

first_fourteen = st.builds(
    lambda state, pan, entity: f"{state:02}{pan}{entity}Z",
    st.sampled_from([1, 7, 26, 27, 29, 37, 38, 97]),
    st.from_regex(r"[A-Z]{3}[ABCFGHJLPT][A-Z](?!0000)[0-9]{4}[A-Z]", fullmatch=True).filter(str.isascii),
    st.sampled_from(ALPHABET[1:]),
)


def luhn_mod_36(first: str) -> str:
    """The same check counted from the right, weights 2, 1, 2, 1 (`gst.md` §1.3), as an oracle."""
    total = 0
    for place, character in enumerate(reversed(first)):
        product = int(character, 36) * (1 if place % 2 else 2)
        total += product if product < 36 else product - 35
    return next(c for value, c in enumerate(ALPHABET) if (total + value) % 36 == 0)


FORMS = [
    ("27AAPFU0939F1ZV", Form.REGULAR, 27, "AAPFU0939F"),  # gst.md §1.3
    ("29AAFCC9980M1ZR", Form.REGULAR, 29, "AAFCC9980M"),  # gst.md §12.2
    ("33AAACN1234F1Z4", Form.REGULAR, 33, "AAACN1234F"),  # api.md §4.3
    ("97AAPFU0939F1Z1", Form.REGULAR, 97, "AAPFU0939F"),
    ("27AAPFU0939FA5V", Form.REGULAR, 27, "AAPFU0939F"),  # 14th is Z by default, not always
    ("27AAPFU0939F1C1", Form.TCS, 27, "AAPFU0939F"),
    ("27AAPFU0939F1D1", Form.TDS, 27, "AAPFU0939F"),
    ("27PNEA12345B1D9", Form.TDS, 27, None),  # built on a TAN
    ("27PNEA12345B1Z9", Form.GOVERNMENT, 27, None),
    ("0717UNO00157UNO", Form.UIN, 7, None),
    ("0717USA00022ON7", Form.UIN, 7, None),
    ("2717FRA00011NR2", Form.NON_RESIDENT, 27, None),
    ("9917FRA00011NR2", Form.NON_RESIDENT, None, None),
    ("9917SGP29001OST", Form.OIDAR, None, None),
]


@pytest.mark.parametrize(("text", "form", "state", "pan"), FORMS)
def test_every_form_is_told_by_its_shape(text, form, state, pan):
    gstin = parse(text)
    assert (text, form, state, pan) == (gstin.text, gstin.form, gstin.state, gstin.pan)
    assert (form, pan) == (form_of(text), pan_of(text))


def test_the_table_knows_every_form():
    assert set(Form) == {form for _, form, _, _ in FORMS}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("27AAPFU0939F1Z", "this has 14"),
        ("27AAPFU0939F1ZVV", "this has 16"),
        ("", "this has 0"),
        ("27AAPFU 939F1ZV", "no spaces"),
        ("27AAPFU0939F 1ZV", "no spaces"),
        ("27AAPFU0939F0ZV", "does not have the form"),  # the entity number is never 0
        ("27AAPFUO939F1ZV", "letter O"),
        ("27AAPFU0939F1KV", "does not have the form"),  # 14th beyond J
        ("2७AAPFU0939F1ZV", "does not have the form"),  # a digit, but not one of ours
        ("27ıAPFU0939F1ZV", "does not have the form"),  # would be I in upper case
        ("88AAAAAAAAAAAAA", "TRANSIN"),
        ("88AAPFU0939F1ZV", "88 is none"),
        ("00AAPFU0939F1ZV", "00 is none"),
        ("39AAPFU0939F1ZV", "39 is none"),
        ("96AAPFU0939F1ZV", "96 is none"),  # a place of supply only (§2)
        ("99AAPFU0939F1ZV", "99 is none"),  # OIDAR and non-residents only (§2)
        ("9917UNO00157UNO", "99 is none"),
    ],
)
def test_the_usual_errors_are_named(text, says):
    with pytest.raises(RuleBroken, match=says) as refusal:
        parse(text)
    assert refusal.value.field is None
    assert {"received": text} == refusal.value.details


def test_a_number_is_trimmed_and_upper_cased():
    assert Gstin(text="27AAPFU0939F1ZV") == parse("\t27aapfu0939f1zv \n", checksum=True)


def test_a_wrong_number_cannot_be_constructed():
    with pytest.raises(RuleBroken):
        Gstin(text="27aapfu0939f1zv")


@pytest.mark.parametrize(("prefix", "state"), [("25", 26), ("28", 37)])
def test_states_that_fell_away_are_read_as_their_successor(prefix, state):
    gstin = parse(prefix + "AAPFU0939F1ZV")
    assert (prefix, state) == (gstin.text[:2], gstin.state)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("27AAPXU0939F1Z", "holder"),
        ("27AAPFU0000F1Z", "serial"),
    ],
)
def test_the_pan_is_looked_at_only_when_asked(text, says):
    number = text + luhn_mod_36(text)
    assert number == parse(number).text
    with pytest.raises(RuleBroken, match=says):
        parse(number, checksum=True)


def test_a_wrong_check_character_passes_unless_asked():
    text = "27AAPFU0939F1ZW"  # the worked number of gst.md §1.3 ends in V
    assert text == parse(text).text
    with pytest.raises(RuleBroken, match="last character"):
        parse(text, checksum=True)


def test_the_worked_check_character():
    assert check_character("27AAPFU0939F1Z") == "V"  # gst.md §1.3
    assert check_character("29AAFCC9980M1Z") == "R"  # gst.md §12.2


@pytest.mark.parametrize("first14", ["27AAPFU0939F1", "27AAPFU0939F1ZV", "27aapfu0939f1z", "27AAPFU0939F1-"])
def test_a_check_character_needs_fourteen_good_ones(first14):
    with pytest.raises(RuleBroken):
        check_character(first14)


@given(first_fourteen)
def test_a_number_with_its_check_character_is_accepted(first):
    number = first + luhn_mod_36(first)
    gstin = parse(number.lower(), checksum=True)
    assert (number, first[2:12]) == (gstin.text, gstin.pan)


@given(st.text(ALPHABET, min_size=14, max_size=14))
def test_both_ways_of_counting_agree(first):
    assert luhn_mod_36(first) == check_character(first)


@given(st.text(ALPHABET, min_size=14, max_size=14), st.integers(0, 13), st.sampled_from(ALPHABET))
def test_one_mistyped_character_is_always_noticed(first, place, other):
    mistyped = first[:place] + other + first[place + 1 :]
    assert (mistyped == first) == (check_character(mistyped) == check_character(first))


@given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        assert len(parse(text).text) == 15
    except RuleBroken as refusal:
        assert refusal.message


@pytest.mark.parametrize("text", ["0717UNO00157UNO", "27AAPFU0939F1C", "27PNEA12345B1D", "9917SGP29001OS"])
def test_one_check_character_serves_every_form(text):
    number = text[:14] + luhn_mod_36(text[:14])
    assert number == parse(number, checksum=True).text
