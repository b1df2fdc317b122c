"""What a person finds out about books in a Python shell: `help`, `dir`, `repr`, and near misses."""

import datetime as dt
import inspect
import pydoc
import re
from decimal import Decimal
from operator import attrgetter
from typing import Any

import pytest

import finzcore
from finzcore import errors
from finzcore.books import registry
from finzcore.books.shapes import plan_of


def shown(thing: Any) -> str:
    """What `help` prints."""
    return pydoc.render_doc(thing, renderer=pydoc.plaintext)


def offered() -> list[str]:
    names = [declared.name.partition(".")[0] for declared in registry.resources() if declared.callable]
    return list(dict.fromkeys(names))


# ----- help, dir, repr -----


def test_help_on_an_organisation_names_every_resource_and_no_other(acme: finzcore.Org) -> None:
    told = re.search(r"Its resources are (.*?)\.\s", shown(acme), re.DOTALL)
    assert told is not None
    behind = [name.removeprefix("webhooks.") for name in registry.RESOURCES if name.startswith("webhooks.")]
    names = re.findall(r"`(\w+)`", told[1])
    assert [*offered(), *behind] == names


def test_dir_lists_each_name_once_and_no_private_one(acme: finzcore.Org) -> None:
    _ = acme.invoices  # what was asked for already is listed no second time
    names = dir(acme)
    assert sorted(set(names)) == names
    assert [] == [name for name in names if name.startswith("_")]
    assert {"transaction", "org_id", "tax_id", "name", *offered()} <= set(names)


def test_help_on_a_resource_names_its_calls(acme: finzcore.Org) -> None:
    calls = (
        "all, apply_to_bill, apply_to_invoice, create, einvoice, email, explain, get, list, pdf, update, void"
    )
    assert f"Calls: {calls}." in shown(acme.credit_notes)


def test_repr_says_what_it_is(engine: finzcore.Engine, acme: finzcore.Org, target: str) -> None:
    assert f"<Engine of {target!r}>" == repr(engine)
    assert f"<taxes of Org({acme.org_id!r}): all, get, list>" == repr(acme.taxes)


def every_call(acme: finzcore.Org) -> list[tuple[Any, Any]]:
    return [
        (of if callable(of := attrgetter(declared.name)(acme)) else getattr(of, operation.name), operation)
        for declared in registry.resources()
        for operation in declared.callable
    ]


def test_what_a_call_cannot_do_without_comes_first_and_everything_has_a_type(acme: finzcore.Org) -> None:
    for call, operation in every_call(acme):
        parameters = inspect.signature(call).parameters.values()
        assert inspect.Parameter.empty not in {one.annotation for one in parameters}
        optional = [one.default is not inspect.Parameter.empty for one in parameters]
        assert sorted(optional) == optional
        shape = operation.query or operation.body
        needed = set() if shape is None or operation.changes else set(plan_of(shape).required)
        assert needed == {one.name for one in parameters if one.default is one.empty} - {"id"}


def test_help_names_every_field_and_every_other_spelling(acme: finzcore.Org) -> None:
    for call, operation in every_call(acme):
        shape = operation.query or operation.body
        for name, spec in {} if shape is None else plan_of(shape).specs.items():
            also = f" (or {', '.join(spec.also)})" if spec.also else ""
            assert f"\n        {name}{also}: " in shown(call)


@pytest.mark.parametrize(
    "line",
    [
        "customer_id (or contact_id): str, required. One of the contacts.",
        "date (or invoice_date): date or str, required.",
        "    rate (or price): int, str or Decimal. At most 6 decimals.",
        "line_items: list, required. At most 500 entries; each takes:",
        "auto_approve: bool.",
        "tags: list. At most 20 entries.",
        "export: dict. It takes:",
    ],
)
def test_help_on_a_call_says_of_each_field_what_it_is(acme: finzcore.Org, line: str) -> None:
    assert f"\n        {line}\n" in shown(acme.invoices.create)


def test_types_are_those_that_a_call_takes(acme: finzcore.Org) -> None:
    parameters = inspect.signature(acme.payments.create).parameters
    assert dt.date | str == parameters["date"].annotation
    assert int | str | Decimal == parameters["amount"].annotation
    assert "One of CASH, " in shown(acme.payments.create)
    assert "With commas between them, of BANK, " in shown(acme.accounts.list)


# ----- names that are nearly right -----


@pytest.mark.parametrize(
    ("look_up", "wanted", "said"),
    [
        ("tax_id", "GST18", "'GST18' not found among the taxes of this org; near it: 'GST 18%'"),
        ("tax_id", "gst 18%", "near it: 'GST 18%'"),
        ("account_id", "Bank", "near it: 'Bank Account', 'Bank Charges'."),
        ("account_id", "Bnk Acount", "near it: 'Bank Account'."),
        ("account_id", "", "'' not found among the accounts of this org."),
        ("tax_id", "zzz", "'zzz' not found among the taxes of this org."),
    ],
)
def test_a_name_that_is_nearly_right_is_answered_with_those_near_it(
    acme: finzcore.Org, look_up: str, wanted: str, said: str
) -> None:
    with pytest.raises(errors.NotFound) as refused:
        getattr(acme, look_up)(wanted)
    assert said in refused.value.message
    assert "name" == refused.value.field
    assert refused.value.message.endswith(".")


@pytest.mark.parametrize("key", [{}, {"idempotency_key": "k"}], ids=["plainly", "under a key"])
def test_a_name_where_an_id_is_wanted_gets_a_note_of_how_the_id_is_got(
    acme: finzcore.Org, key: dict[str, str]
) -> None:
    for field, name, note in (
        ("tax_id", "GST 18%", "org.tax_id('GST 18%')"),
        ("account_id", "Sales", "org.account_id('Sales')"),
    ):
        with pytest.raises(errors.NotFound) as refused:
            acme.items.create(item_name="Oak chair", **{field: name}, **key)
        assert (
            f"{field.partition('_')[0].capitalize()} '{name}' not found in this org." == refused.value.message
        )
        assert [f"An id is wanted here; {note} gives that of this name."] == refused.value.__notes__
        key = key and {"idempotency_key": "k2"}


def test_what_is_no_name_either_gets_no_note(acme: finzcore.Org) -> None:
    for call in (
        lambda: acme.items.create(item_name="Oak chair", tax_id="tx_1"),
        lambda: acme.contacts.get("GST 18%"),
    ):
        with pytest.raises(errors.NotFound) as refused:
            call()
        assert [] == getattr(refused.value, "__notes__", [])


# ----- what books are opened with -----


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"clock": "2026"}, "clock: a function that returns an aware datetime, not str"),
        ({"settings": {"durability": "relaxed"}}, "settings: a finzcore.Settings, such as "),
        ({"settings": {}}, "settings: a finzcore.Settings, such as "),
        ({"ids": 5}, "ids: a function that returns a new key for an instant, not int"),
        ({"random": b"12"}, "random: a function that returns so many random bytes, not bytes"),
    ],
)
def test_books_are_not_opened_with_what_could_not_work(tmp_path: Any, choice: Any, said: str) -> None:
    with pytest.raises(TypeError) as mistake:
        finzcore.open(str(tmp_path / "acme.db"), **choice)
    assert str(mistake.value).startswith(said)
    assert [] == list(tmp_path.iterdir())
