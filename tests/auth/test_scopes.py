"""Scopes: `api.md` §1.2."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.auth import scopes
from finzcore.errors import InsufficientScope, RequiredField, RuleBroken

KNOWN = st.sampled_from(sorted(scopes.KNOWN))


def test_there_are_four_actions_on_29_resources_and_one_wildcard():
    # api.md §1.2 names 19 words as seen and 10 as chosen
    assert 29 == len(set(scopes.RESOURCES)) == len(scopes.RESOURCES)
    assert 29 * 4 + 1 == len(scopes.KNOWN)


WORDS = """
contacts items taxes accounts invoices bills payments expenses estimates creditnotes journals reports
branches bankaccounts costcenters currencies attachments recurring comments
debitnotes salesorders purchaseorders webhooks activity companies connections salespersons events filings
"""


@pytest.mark.parametrize("word", WORDS.split())
def test_every_word_of_the_contract_has_its_scopes(word):
    assert f"AIBooks.{word}.READ" == scopes.scope(word, "READ")
    assert scopes.scope(word, "READ") in scopes.PRESETS["read"]


@pytest.mark.parametrize(
    ("resource", "action"), [("invoice", "READ"), ("items", "read"), ("items", "APPROVE")]
)
def test_a_scope_that_does_not_exist_is_our_mistake(resource, action):
    with pytest.raises(AssertionError):
        scopes.scope(resource, action)


@pytest.mark.parametrize(
    ("granted", "allowed"),
    [
        ({"AIBooks.fullaccess.all"}, True),
        ({"AIBooks.items.READ"}, True),
        ({"AIBooks.items.CREATE", "AIBooks.items.READ"}, True),
        (set(), False),
        ({"AIBooks.items.CREATE"}, False),
        ({"aibooks.items.read"}, False),
        ({"AIBooks.items.*"}, False),
        ({"AIBooks.*"}, False),
        ({"AIBooks.items.READ "}, False),
        ({"AIBooks.items"}, False),
        ({"AIBooks.fullaccess.READ"}, False),
    ],
)
def test_scopes_are_compared_as_whole_words(granted, allowed):
    assert allowed == scopes.allows(frozenset(granted), "AIBooks.items.READ")


@given(st.frozensets(KNOWN), KNOWN)
def test_only_what_was_granted_is_allowed(granted, required):
    assert (required in granted or "AIBooks.fullaccess.all" in granted) == scopes.allows(granted, required)


def test_the_refusal_names_the_scope():
    with pytest.raises(InsufficientScope) as refusal:
        scopes.demand(frozenset({"AIBooks.items.READ"}), "AIBooks.items.DELETE")
    assert {"required": "AIBooks.items.DELETE"} == refusal.value.details
    scopes.demand(frozenset({"AIBooks.items.READ"}), "AIBooks.items.READ")


def test_reading_is_all_that_the_read_preset_allows():
    assert {"READ"} == {name.rpartition(".")[2] for name in scopes.PRESETS["read"]}


@given(st.lists(KNOWN, min_size=1))
def test_known_scopes_are_taken_once(names):
    assert frozenset(names) == scopes.check_known(names)


@pytest.mark.parametrize("name", ["", "AIBooks.items.read", "AIBooks.fullaccess.READ", "*"])
def test_an_unknown_scope_is_refused_by_name(name):
    with pytest.raises(RuleBroken) as refusal:
        scopes.check_known(["AIBooks.items.READ", name])
    assert ("scopes", {"received": name}) == (refusal.value.field, refusal.value.details)


def test_no_scope_at_all_is_refused():
    with pytest.raises(RequiredField):
        scopes.check_known([])
