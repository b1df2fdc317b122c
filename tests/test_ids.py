"""Ids on the wire: `storage.md` §3, RFC 9562 §5.8."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.ids import LARGEST, from_uuid, narrow, splitmix64, unwire, uuid_text, wide, wire

KEYS = st.integers(0, LARGEST)
ORGS = st.integers(0, LARGEST)

GOLDEN = 0x9E3779B97F4A7C15


@pytest.mark.parametrize(
    ("nth", "output"),
    # The generator's published outputs for the seed 1234567.
    [
        (0, 6457827717110365317),
        (1, 3203168211198807973),
        (2, 9817491932198370423),
        (3, 4593380528125082431),
        (4, 16408922859458223821),
    ],
)
def test_mixing_agrees_with_the_published_generator(nth, output):
    assert output == splitmix64((1234567 + nth * GOLDEN) % 2**64)


@given(ORGS, KEYS)
def test_the_bits_lie_where_the_layout_says(org, key):
    bits = f"{key:063b}"
    check = f"{splitmix64(key ^ splitmix64(org)):064b}"[:59]
    assert bits[:48] + "1000" + bits[48:60] + "10" + bits[60:] + check == f"{wide(org, key):0128b}"


@given(ORGS, KEYS)
def test_an_id_finds_its_key_again(org, key):
    assert key == narrow(org, wide(org, key))
    assert key == unwire("inv_", org, wire("inv_", org, key))
    assert key == from_uuid(org, uuid_text(org, key))


@pytest.mark.parametrize("key", [0, 1, 7, 8, 2**15, 2**62, LARGEST])
def test_the_ends_of_the_range_find_their_keys_again(key):
    assert key == narrow(LARGEST, wide(LARGEST, key))
    assert key == narrow(0, wide(0, key))


@given(ORGS, KEYS)
def test_every_id_is_a_uuid_of_version_8(org, key):
    uuid = UUID(uuid_text(org, key))
    assert (8, "specified in RFC 4122") == (uuid.version, uuid.variant)
    assert str(uuid) == uuid_text(org, key)
    assert wide(org, key) == uuid.int


@given(ORGS, ORGS, KEYS)
def test_an_id_of_one_organisation_is_nothing_in_another(org, other, key):
    if org != other:
        assert narrow(other, wide(org, key)) is None


@given(ORGS, KEYS, st.integers(0, 31), st.integers(1, 15))
def test_one_wrong_digit_is_noticed(org, key, place, change):
    assert narrow(org, wide(org, key) ^ change << 4 * place) is None


@given(ORGS, KEYS, KEYS)
def test_larger_keys_have_larger_ids(org, key, other):
    assert (key < other) == (wire("ct_", org, key) < wire("ct_", org, other))


@given(ORGS, st.integers(-(2**130), 2**130))
def test_a_number_that_decodes_is_the_id_of_what_it_decodes_to(org, number):
    key = narrow(org, number)
    assert key is None or number == wide(org, key)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-1],
        lambda text: text + "0",
        lambda text: text.upper(),
        lambda text: "bl_" + text[4:],
        lambda text: text[4:],
        lambda text: "inv_" + " " + text[5:],
        lambda text: "inv_" + "_" + text[5:],
        lambda text: "inv_0x" + text[6:],
        lambda text: "inv_" + "٠" * 32,
        lambda text: text + "\n",
        lambda text: "",
    ],
)
def test_another_spelling_of_an_id_is_not_that_id(spoil):
    assert unwire("inv_", 3, spoil(wire("inv_", 3, 123456789 << 21))) is None


def test_a_uuid_in_capitals_is_none_of_ours() -> None:
    assert None is from_uuid(0, "ABCDEF" + uuid_text(0, 77)[6:])
    assert None is from_uuid(0, uuid_text(0, 77).upper())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("-", ""),
        lambda text: "{" + text + "}",
        lambda text: "urn:uuid:" + text,
        lambda text: text.replace("-", "_"),
        lambda text: "",
    ],
)
def test_other_forms_of_a_uuid_are_not_read(spoil):
    assert from_uuid(0, spoil(uuid_text(0, 77))) is None


@pytest.mark.parametrize(("org", "key"), [(0, -1), (0, 2**63), (-1, 0), (2**63, 0)])
def test_a_key_beyond_63_bits_is_our_mistake(org, key):
    with pytest.raises(AssertionError):
        wide(org, key)
