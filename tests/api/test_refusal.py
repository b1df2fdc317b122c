"""Answers for views of one's own: `refusal` is the handler's own answer, and `dumps` keeps amounts."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import finzcore
from finzcore import errors
from finzcore.api import Request, dumps, refusal
from finzcore.testing import Call

Refusing = Callable[[finzcore.Org], Any]

CALLS: Final[list[tuple[str, dict[str, Any], Refusing]]] = [
    ("contacts", {}, lambda acme: acme.contacts.create()),
    (
        "contacts",
        {"contact_name": "A", "credit_limit": "0.001"},
        lambda acme: acme.contacts.create(contact_name="A", credit_limit="0.001"),
    ),
    (
        "items",
        {"item_name": "A", "tax_id": "tx_1"},
        lambda acme: acme.items.create(item_name="A", tax_id="tx_1"),
    ),
]


@pytest.mark.parametrize(("path", "body", "refusing"), CALLS)
def test_the_answer_is_the_very_answer_of_the_handler(
    call: Call, acme: finzcore.Org, path: str, body: dict[str, Any], refusing: Refusing
) -> None:
    said = call("POST", f"/{path}", body)
    with pytest.raises(finzcore.FinzError) as refused:
        refusing(acme)
    answer = refusal(refused.value, said.header("X-Request-Id"))
    assert (said.status, said.body) == (answer.status, answer.body)
    own = [pair for pair in said.headers if not pair[0].startswith("X-RateLimit")]
    assert own == list(answer.headers)


@pytest.mark.parametrize(
    ("error", "status", "header"),
    [
        (errors.Unavailable(), 503, ("Retry-After", "1")),
        (errors.KeyInProgress(), 409, ("Retry-After", "1")),
        (errors.MissingToken(), 401, ("WWW-Authenticate", "Bearer")),
        (errors.RateLimited(details={"retry_after": 17}), 429, ("Retry-After", "17")),
        (errors.WrongMethod(details={"allowed": ["GET", "POST"]}), 405, ("Allow", "GET, POST")),
    ],
)
def test_a_refusal_has_the_headers_of_its_kind(error: finzcore.FinzError, status: int, header: Any) -> None:
    answer = refusal(error)
    assert (status, True) == (answer.status, header in answer.headers)
    assert answer.header("X-Request-Id") is None
    assert "request_id" not in answer.json()


def test_a_decimal_that_was_refused_is_written_as_it_came(acme: finzcore.Org) -> None:
    with pytest.raises(errors.RuleBroken) as refused:
        acme.contacts.create(contact_name="A", credit_limit=Decimal("0.001"))
    assert b'"received":0.001,' in refusal(refused.value).body


# ----- dumps -----


def test_what_a_call_gives_is_written_as_the_api_writes_it(call: Call, acme: finzcore.Org) -> None:
    made = acme.contacts.create(contact_name="आशा", credit_limit="50000.10")
    said = call("GET", f"/contacts/{made['contact_id']}").body.decode()
    assert f'"contact":{dumps(made)}}}' in said
    assert '"credit_limit":50000.10,' in dumps(acme.contacts.list())


JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(-(10**9), 10**9, places=3),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_what_is_written_reads_as_what_it_was(value: Any) -> None:
    assert value == json.loads(dumps(value), parse_float=Decimal)


@pytest.mark.parametrize("value", [Decimal("NaN"), object, {1: 2}, {"a": b"1"}, [{1, 2}], b"1"], ids=repr)
def test_what_json_does_not_know_is_a_type_error(value: Any) -> None:
    with pytest.raises(TypeError):
        dumps(value)


def test_a_float_that_is_no_number_is_not_written() -> None:
    with pytest.raises(ValueError, match="JSON"):
        dumps([float("nan")])


def test_the_handler_still_counts_what_it_refuses(call: Call, engine: finzcore.Engine) -> None:
    spent = call("POST", "/contacts", {})
    assert {"X-RateLimit-Limit", "X-RateLimit-Remaining"} <= {name for name, _ in spent.headers}
    assert 401 == engine.handle(Request("GET", "/api/public/v1/whoami")).status
