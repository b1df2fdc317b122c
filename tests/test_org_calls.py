"""Calls of Python on an organisation: `design.md` §2, "Org calls"."""

import datetime as dt
import inspect
from collections.abc import Callable
from decimal import Decimal
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore import errors
from finzcore.books import registry
from finzcore.org import argument
from finzcore.testing import Call, FrozenClock
from tests.snapshot import changed, snapshot


def sale(acme: finzcore.Org, **more: Any) -> dict[str, Any]:
    customer = acme.contacts.create(contact_name="Asha Stores")["contact_id"]
    line = {"name": "Work", "rate": "99.995", "quantity": 2, "tax_id": acme.tax_id("GST 18%")}
    return {
        "customer_id": customer,
        "date": "2026-05-19",
        "place_of_supply": "IN-KA",
        "line_items": [line],
        "auto_approve": True,
        "notes": "For May",
        "custom_fields": {"lot": Decimal("5"), "share": Decimal("0.50"), "tags": ["a", 1, None, True]},
    } | more


def typed(value: Any) -> Any:
    """A value with the types of everything in it."""
    if isinstance(value, dict):
        return {name: typed(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [typed(inner) for inner in value]
    return type(value).__name__, str(value)


# ----- what goes in -----


def test_an_unknown_keyword_is_a_type_error_and_nothing_is_done(acme: finzcore.Org, target: str) -> None:
    before = snapshot(target, without=())
    for wrong in (
        lambda: acme.contacts.create(contact_name="A", colour="red"),
        lambda: acme.contacts.list(colour="red"),
        lambda: acme.contacts.get("ct_1", colour="red"),
        lambda: acme.contacts.get(),
        lambda: acme.contacts.get("ct_1", "ct_2"),
        lambda: acme.contacts.get(5),
        lambda: acme.contacts.create("ct_1", contact_name="A"),
        lambda: acme.contacts.archive("ct_1", contact_name="A"),
    ):
        with pytest.raises(TypeError):
            wrong()
    assert set() == changed(before, snapshot(target, without=()))


def test_an_alias_is_a_keyword_too(acme: finzcore.Org) -> None:
    assert "Oak" == acme.items.create(name="Oak")["item_name"]


@pytest.mark.parametrize(
    "value",
    [
        *(1.5, {"a": 1.5}, [1, 1.5], (1.5,), float("nan"), Decimal("NaN"), Decimal("Infinity")),
        *(b"12", {1, 2}, object, 1j, {1: 2}, dt.time(1)),
    ],
    ids=repr,
)
def test_a_float_and_what_no_body_could_hold_are_type_errors(acme: finzcore.Org, value: Any) -> None:
    with pytest.raises(TypeError):
        acme.items.create(item_name="Oak", rate=value)


@pytest.mark.parametrize("rate", [12, "12", Decimal("12"), Decimal("12.000000"), Decimal("1.2E+1")])
def test_amounts_go_in_as_int_text_or_decimal_and_come_out_as_decimal(acme: finzcore.Org, rate: Any) -> None:
    made = acme.items.create(item_name="Oak", rate=rate)
    assert ("Decimal", "12") == typed(made["rate"])


@pytest.mark.parametrize("rate", [Decimal("1E+1000000"), Decimal("1E-1000000"), 10**50, "1e3", True])
def test_a_number_beyond_all_measure_is_refused_by_its_field(acme: finzcore.Org, rate: Any) -> None:
    for key in ({}, {"idempotency_key": "k"}):
        with pytest.raises(errors.RuleBroken) as refused:
            acme.items.create(item_name="Oak", rate=rate, **key)
        assert "rate" == refused.value.field


@pytest.mark.parametrize(
    "date",
    [
        dt.date(2026, 5, 19),
        "2026-05-19",
        dt.datetime(2026, 5, 19, 23, 59),  # noqa: DTZ001
        dt.datetime(2026, 5, 18, 20, 0, tzinfo=dt.UTC),
        dt.datetime(2026, 5, 19, 1, 2, 3, 456, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30))),
    ],
)
def test_dates_go_in_as_dates_or_as_on_the_wire(acme: finzcore.Org, date: Any) -> None:
    assert "2026-05-19T00:00:00" == acme.invoices.create(**sale(acme, date=date))["date"]


@pytest.mark.parametrize("name", ["A\x00", "A\ud800", "x" * (64 * 1024 + 1)])
def test_text_that_no_body_could_hold_is_refused(acme: finzcore.Org, name: str) -> None:
    with pytest.raises(errors.Unreadable):
        acme.contacts.create(contact_name="A", billing_address={"city": name})


# ----- what comes out -----


def test_the_result_is_what_stands_under_the_answers_key(call: Call, acme: finzcore.Org) -> None:
    made = acme.invoices.create(**sale(acme))
    said = call.ok("GET", f"/invoices/{made['invoice_id']}")["invoice"]
    assert list(said) == list(made)
    assert acme.invoices.get(made["invoice_id"]) == made
    assert ("Decimal", "235.99") == typed(made["total"])
    assert Decimal("2") == made["line_items"][0]["quantity"]
    assert "2026-05-19T00:00:00" == made["date"]


def test_a_list_is_a_page_that_knows_the_next(acme: finzcore.Org) -> None:
    for name in "ABC":
        acme.contacts.create(contact_name=name)
    page = acme.contacts.list(per_page=2)
    assert (2, ["C", "B"]) == (len(page), [one["contact_name"] for one in page])
    assert "C" == page[0]["contact_name"]
    assert ["B"] == [one["contact_name"] for one in page[1:]]
    rest = acme.contacts.list(per_page=2, cursor=page.next_cursor)
    assert (["A"], None) == ([one["contact_name"] for one in rest], rest.next_cursor)
    assert "next_cursor=None" in repr(rest)


def test_all_goes_over_every_page(acme: finzcore.Org) -> None:
    names = [f"N{n:02}" for n in range(7)]
    for name in names:
        acme.contacts.create(contact_name=name)
    assert names[::-1] == [one["contact_name"] for one in acme.contacts.all(per_page=2)]
    assert [] == list(acme.contacts.all(status="INACTIVE"))
    assert ["HQ"] == [one["code"] for one in acme.branches.all()]
    assert 7 == len(list(acme.contacts.all()))


def test_delete_gives_none(acme: finzcore.Org) -> None:
    made = acme.contacts.create(contact_name="A")
    assert acme.contacts.delete(made["contact_id"]) is None
    with pytest.raises(errors.NotFound) as refused:
        acme.contacts.get(made["contact_id"])
    assert ("not_found.resource", "contact_id") == (refused.value.code, refused.value.field)


def test_a_refusal_carries_what_the_wire_says(call: Call, acme: finzcore.Org) -> None:
    said = call("POST", "/contacts", {"contact_type": "FRIEND"}).json()
    with pytest.raises(finzcore.FinzError) as refused:
        acme.contacts.create(contact_type="FRIEND")
    error = refused.value
    assert (said["code"], said["field"], said["details"], said["message"]) == (
        *(error.code, error.field, error.details, error.message),
    )


def test_every_public_operation_has_its_method(acme: finzcore.Org) -> None:
    for declared in registry.resources():
        if not any(operation.needs_organisation for operation in declared.operations):
            continue  # of a token, or of several organisations
        calls = attrgetter(declared.name)(acme)
        assert declared.name.partition(".")[0] in dir(acme)
        if callable(calls):  # one operation behind a second segment is a method
            (operation,) = declared.operations
            assert operation.name == calls.__name__
            continue
        for operation in declared.operations:
            if operation.path is not None:
                assert operation.name in dir(calls)
                assert operation.name == getattr(calls, operation.name).__name__
    for wrong in (lambda: acme.contracts, lambda: acme.contacts.abolish, lambda: acme.whoami.get):
        with pytest.raises(AttributeError):
            wrong()


def test_who_acts_stands_in_the_history(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    from finzcore.books.history import EVENTS
    from finzcore.ids import unwire

    user = engine.create_user(name="Ravi")
    engine.org(acme.org_id, user_id=user.user_id).contacts.create(contact_name="A")
    last = engine.look(acme._key, lambda books: books.session.find(EVENTS)[0])
    assert ("DASHBOARD", unwire("usr_", 0, user.user_id)) == (last["source"], last["user_id"])


# ----- keys -----

Making = Callable[[finzcore.Org], Callable[[str], Any]]


def invoicing(acme: finzcore.Org) -> Callable[[str], Any]:
    given = sale(acme)
    return lambda key: acme.invoices.create(**given, idempotency_key=key)


def paying(acme: finzcore.Org) -> Callable[[str], Any]:
    invoice = acme.invoices.create(**sale(acme))
    given = {
        "flow": "INCOMING",
        "contact_id": invoice["customer_id"],
        "date": dt.date(2026, 5, 19),
        "amount": Decimal("235.99"),
        "mode": "UPI",
        "allocations": [{"invoice_id": invoice["invoice_id"], "amount": "235.99"}],
    }
    return lambda key: acme.payments.create(**given, idempotency_key=key)


def crediting(acme: finzcore.Org) -> Callable[[str], Any]:
    given = sale(acme)
    return lambda key: acme.credit_notes.create(**given, idempotency_key=key)


def meeting(acme: finzcore.Org) -> Callable[[str], Any]:
    given = {
        "contact_name": "A",
        "opening_balance": "12.50",
        "billing_address": {"city": "Mysuru"},
        "contact_persons": [{"first_name": "Ravi"}],
    }
    return lambda key: acme.contacts.create(**given, idempotency_key=key)


def archiving(acme: finzcore.Org) -> Callable[[str], Any]:
    made = acme.items.create(item_name="A", rate="1.50", purchase_rate=3)["item_id"]
    return lambda key: acme.items.archive(made, idempotency_key=key)


@pytest.mark.parametrize("making", [invoicing, paying, crediting, meeting, archiving])
def test_a_repeated_call_gives_the_same_values_and_does_nothing(
    acme: finzcore.Org, target: str, making: Making
) -> None:
    make = making(acme)
    first = make("k")
    before = snapshot(target, without=())
    again = make("k")
    assert typed(first) == typed(again)
    assert set() == changed(before, snapshot(target, without=()))


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, errors.RequiredField),
        ({"contact_name": 5}, errors.RuleBroken),
        ({"contact_name": "A", "contact_persons": "none"}, errors.Unreadable),
        ({"contact_name": "A", "currency_code": "USD"}, errors.RuleBroken),
    ],
)
def test_a_repeated_refusal_is_the_same_refusal(
    acme: finzcore.Org, fields: dict[str, Any], kind: type[finzcore.FinzError]
) -> None:
    told = []
    for _ in range(2):
        with pytest.raises(kind) as refused:
            acme.contacts.create(**fields, idempotency_key="k")
        error = refused.value
        told.append((type(error), error.code, error.message, error.field, error.details))
    assert told[0] == told[1]


def test_a_key_is_judged_as_on_the_wire(acme: finzcore.Org) -> None:
    acme.contacts.create(contact_name="A", idempotency_key="k")
    with pytest.raises(errors.KeyReused):
        acme.contacts.create(contact_name="B", idempotency_key="k")
    with pytest.raises(errors.RuleBroken) as refused:
        acme.contacts.create(contact_name="B", idempotency_key="not a key")
    assert "Idempotency-Key" == refused.value.field
    assert acme.items.create(item_name="A", idempotency_key="k")["item_name"] == "A"


def test_a_key_of_python_is_not_a_key_of_the_wire(call: Call, acme: finzcore.Org) -> None:
    acme.contacts.create(contact_name="A", idempotency_key="k")
    assert 201 == call("POST", "/contacts", {"contact_name": "A"}, key="k").status
    assert 2 == len(acme.contacts.list())


def test_a_key_is_forgotten_after_a_day(acme: finzcore.Org, clock: FrozenClock) -> None:
    first = acme.contacts.create(contact_name="A", idempotency_key="k")
    clock.move(hours=24)
    assert first["contact_id"] != acme.contacts.create(contact_name="A", idempotency_key="k")["contact_id"]


def test_a_key_means_nothing_to_a_read(acme: finzcore.Org) -> None:
    for count in (1, 2):
        acme.contacts.create(contact_name=f"{count}")
        assert count == len(acme.contacts.list(idempotency_key="k"))


def test_a_key_is_honoured_by_whatever_writes(acme: finzcore.Org) -> None:
    made = acme.contacts.create(contact_name="A")["contact_id"]
    acme.contacts.update(made, payment_terms=1, idempotency_key="k")
    acme.contacts.update(made, payment_terms=2)
    again = acme.contacts.update(made, payment_terms=1, idempotency_key="k")
    assert (1, 2) == (again["payment_terms"], acme.contacts.get(made)["payment_terms"])
    with pytest.raises(errors.KeyReused):
        acme.contacts.update(made, payment_terms=3, idempotency_key="k")
    for _ in range(2):
        assert acme.contacts.delete(made, idempotency_key="gone") is None


# ----- arguments -----

SOUND = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.text(max_size=5),
        st.decimals(-(10**9), 10**9, places=6),
        st.dates(),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(SOUND)
def test_an_argument_keeps_its_value_and_a_float_is_found_wherever_it_hides(value: Any) -> None:
    assert argument(argument(value)) == argument(value)
    if isinstance(value, dt.date):
        assert value.isoformat() == argument(value)
    for hidden in ([value, 0.5], {"a": value, "b": {"c": (0.5,)}}):
        with pytest.raises(TypeError):
            argument(hidden)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.decimals(0, 10**9, places=6), st.decimals(0, 10**9, places=2))
def test_amounts_come_back_as_they_went_in(acme: finzcore.Org, rate: Decimal, limit: Decimal) -> None:
    assert rate == acme.items.create(item_name="A", rate=rate)["rate"]
    made = acme.contacts.create(contact_name="A", credit_limit=limit)["credit_limit"]
    assert ("Decimal", f"{limit:.2f}") == typed(made)


def test_a_misspelt_name_inside_a_line_is_a_mistake_of_the_program(acme: finzcore.Org) -> None:
    customer = acme.contacts.create(contact_name="Asha")["contact_id"]
    line = {"name": "Licence", "rate": 100, "qty": 3}
    with pytest.raises(TypeError, match=r"'line_items\[0\]\.qty'; it takes item_id, name"):
        acme.invoices.create(
            customer_id=customer, date="2026-05-19", place_of_supply="IN-KA", line_items=[line]
        )
    assert [] == list(acme.invoices.all())


def test_a_float_is_refused_by_the_place_where_it_stands(acme: finzcore.Org) -> None:
    with pytest.raises(TypeError, match=r"^line_items\[0\]\.rate: .* never float"):
        acme.invoices.create(line_items=[{"rate": 0.5}])


def test_help_names_what_a_call_takes(acme: finzcore.Org) -> None:
    parameters = inspect.signature(acme.invoices.create).parameters
    assert {"customer_id", "line_items", "due_date", "idempotency_key"} <= set(parameters)
    assert inspect.Parameter.empty is parameters["customer_id"].default
    assert ["id"] == list(inspect.signature(acme.invoices.approve).parameters)[:1]


def test_what_needs_a_token_is_not_offered(acme: finzcore.Org) -> None:
    assert "whoami" not in dir(acme)
    with pytest.raises(AttributeError, match="whoami"):
        _ = acme.whoami
    assert "all" not in dir(acme.reports)
    assert "Acme Traders" == acme.name
