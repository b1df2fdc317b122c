"""Which organisation a request is about: the table of `api.md` §1.3."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.auth.selection import admit, chosen, needed
from finzcore.errors import MissingOrganisation, NoMembership, OrgMismatch, RuleBroken
from finzcore.ids import uuid_text, wire

ACME, OTHER = 41 << 21, 42 << 21
TO_ACME, TO_OTHER = uuid_text(0, ACME), uuid_text(0, OTHER)
NOWHERE = "00000000-0000-4000-8000-000000000000"

ORGS = st.integers(0, 2**63 - 1)


@pytest.mark.parametrize(
    ("bound", "selectors", "default", "org"),
    [
        # a single-org token
        (ACME, [], None, ACME),
        (ACME, ["", "  "], None, ACME),
        (ACME, [TO_ACME], None, ACME),
        (ACME, [TO_ACME, TO_ACME, ""], None, ACME),
        (ACME, [f" {TO_ACME} "], None, ACME),
        (ACME, [TO_ACME, TO_ACME], None, ACME),
        (ACME, [], OTHER, ACME),
        # a multi-org token
        (None, [], None, None),
        (None, [""], None, None),
        (None, [TO_ACME], None, ACME),
        (None, [TO_ACME], OTHER, ACME),
        (None, [], OTHER, OTHER),
        (None, ["", TO_ACME], None, ACME),
    ],
)
def test_a_permitted_selection_names_its_organisation(bound, selectors, default, org):
    assert org == chosen(bound, selectors, default)


@pytest.mark.parametrize(
    ("bound", "selectors", "refusal", "code"),
    [
        (ACME, [TO_OTHER], OrgMismatch, "auth.org_mismatch"),
        (ACME, [NOWHERE], OrgMismatch, "auth.org_mismatch"),
        (ACME, ["acme"], OrgMismatch, "auth.org_mismatch"),
        (ACME, [str(ACME)], OrgMismatch, "auth.org_mismatch"),
        (ACME, [wire("", 0, ACME)], OrgMismatch, "auth.org_mismatch"),
        (None, [NOWHERE], NoMembership, "auth.no_membership"),
        (None, ["acme"], NoMembership, "auth.no_membership"),
        (None, [uuid_text(1, ACME)], NoMembership, "auth.no_membership"),
        (None, [TO_ACME, TO_OTHER], RuleBroken, "validation.invalid_value"),
        (None, [TO_ACME, NOWHERE], RuleBroken, "validation.invalid_value"),
        (None, ["one", "two"], RuleBroken, "validation.invalid_value"),
        (ACME, [TO_ACME, TO_OTHER], RuleBroken, "validation.invalid_value"),
    ],
)
def test_any_other_selection_is_refused(bound, selectors, refusal, code):
    with pytest.raises(refusal) as caught:
        chosen(bound, selectors)
    assert (code, "organization_id") == (caught.value.code, caught.value.field)


@given(ORGS, st.lists(st.one_of(ORGS.map(lambda org: uuid_text(0, org)), st.text(max_size=40)), max_size=3))
def test_a_single_org_token_is_never_switched(bound, selectors):
    try:
        assert bound == chosen(bound, selectors)
    except (OrgMismatch, RuleBroken):
        assert any(text.strip() not in ("", uuid_text(0, bound)) for text in selectors)


def test_what_cannot_do_without_an_organisation_says_so():
    assert ACME == needed(ACME)
    assert 0 == needed(0)
    with pytest.raises(MissingOrganisation) as refusal:
        needed(None)
    assert "organization_id" == refusal.value.field


@pytest.mark.parametrize(
    ("is_bound", "is_member", "sandbox_token", "sandbox_org", "enters"),
    [
        (True, True, False, False, True),
        (True, False, False, False, True),
        (True, True, True, True, True),
        (False, True, False, False, True),
        (False, True, True, True, True),
        (False, False, False, False, False),
        (False, False, True, True, False),
        (False, True, True, False, False),
        (False, True, False, True, False),
        (True, True, True, False, False),
        (True, True, False, True, False),
    ],
)
def test_members_enter_and_sandboxes_stay_apart(is_bound, is_member, sandbox_token, sandbox_org, enters):
    asked = {
        "is_bound": is_bound,
        "is_member": is_member,
        "token_is_sandbox": sandbox_token,
        "org_is_sandbox": sandbox_org,
    }
    if enters:
        admit(**asked)
    else:
        with pytest.raises(NoMembership) as refusal:
            admit(**asked)
        assert "organization_id" == refusal.value.field
