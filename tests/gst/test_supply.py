"""One tax or two halves, and whether any (`gst.md` §3.1, §3.5, §3.6; `api.md` §4.1 item 6)."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.errors import RuleBroken
from finzcore.gst.gstin import parse
from finzcore.gst.rates import seeded
from finzcore.gst.split import heads
from finzcore.gst.states import STATES
from finzcore.gst.supply import Supply, Treatment, default_treatment, supply

T = Treatment
NUMBERS = [row.number for row in STATES]
DOMESTIC = [treatment for treatment in T if treatment not in (T.SEZ, T.OVERSEAS)]
numbers = st.sampled_from(NUMBERS)
READ_AS = {25: 26, 28: 37}


# gst.md §3.6: supplier in Maharashtra (27), 1,000.00 at 18 %.
@pytest.mark.parametrize(
    ("place", "treatment", "with_payment", "cgst", "igst"),
    [
        (27, T.REGISTERED, True, 9000, 0),
        (29, T.REGISTERED, True, 0, 18000),
        (27, T.SEZ, True, 0, 18000),
        (27, T.SEZ, False, 0, 0),
        (27, T.CONSUMER, True, 9000, 0),  # address unknown: the supplier's own place
        (96, T.OVERSEAS, False, 0, 0),
        (96, T.OVERSEAS, True, 0, 18000),
        (27, T.DEEMED_EXPORT, True, 9000, 0),
        (27, T.DEEMED_EXPORT, False, 9000, 0),  # not zero rated (section 147)
        (29, T.DEEMED_EXPORT, True, 0, 18000),
        (29, T.REGISTERED, False, 0, 18000),  # an undertaking matters for zero-rated supplies only
        (96, T.UNREGISTERED, False, 0, 0),  # §3.1 step 2 looks at the place
    ],
)
def test_worked_supplies_from_maharashtra(place, treatment, with_payment, cgst, igst):
    it = supply(27, place, treatment=treatment, with_payment=with_payment)
    tax = heads(100000, seeded("GST 18%"), it)
    assert (cgst, cgst, igst) == (tax.cgst, tax.sgst, tax.igst)


@pytest.mark.parametrize(("origin", "place"), list(itertools.product(NUMBERS, NUMBERS)))
def test_every_pair_of_places(origin, place):
    same = READ_AS.get(origin, origin) == READ_AS.get(place, place) != 96
    for treatment in DOMESTIC:
        assert same is not supply(origin, place, treatment=treatment).inter


@given(numbers, numbers, st.sampled_from(T), st.booleans(), st.booleans())
def test_inter_state_iff_the_states_differ_or_a_zone_or_a_border_is_involved(
    origin, place, treatment, is_sez, with_payment
):
    it = supply(origin, place, treatment=treatment, supplier_is_sez=is_sez, with_payment=with_payment)
    zero_rated = treatment in (T.SEZ, T.OVERSEAS) or place == 96
    differ = READ_AS.get(origin, origin) != READ_AS.get(place, place)
    assert (differ or is_sez or zero_rated) == it.inter
    assert (zero_rated and not with_payment) == (not it.taxed)


def test_within_other_territory_is_intra_state():
    assert Supply(inter=False) == supply(97, 97, treatment=T.REGISTERED)


def test_a_zone_charges_igst_even_next_door():
    assert Supply(inter=True) == supply(27, 27, treatment=T.REGISTERED, supplier_is_sez=True)


@pytest.mark.parametrize(("origin", "place"), [(0, 27), (27, 99), (39, 39)])
def test_an_unknown_place_is_refused(origin, place):
    with pytest.raises(RuleBroken):
        supply(origin, place, treatment=T.REGISTERED)


def test_an_untaxed_supply_within_a_state_cannot_exist():
    with pytest.raises(AssertionError):
        Supply(inter=False, taxed=False)


@pytest.mark.parametrize("text", ["27AAPFU0939F1ZV", "0717UNO00157UNO", "27AAPFU0939F1C1", "27PNEA12345B1D9"])
def test_whoever_has_a_number_is_taken_as_registered(text):
    assert T.REGISTERED is default_treatment(parse(text))  # api.md §4.3


def test_whoever_has_none_is_taken_as_unregistered():
    assert T.UNREGISTERED is default_treatment(None)


def test_the_words_on_the_wire():
    listed = "REGISTERED COMPOSITION UNREGISTERED CONSUMER SEZ OVERSEAS DEEMED_EXPORT"  # api.md §4.3
    assert listed.split() == [treatment.value for treatment in T]
