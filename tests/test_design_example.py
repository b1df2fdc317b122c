"""The example with which the design begins, word for word."""

from decimal import Decimal
from pathlib import Path

import pytest

import finzcore
from finzcore.api import Request, Response, asgi, build_handler, wsgi


def test_the_first_example_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    engine = finzcore.open("acme.db")
    acme = engine.create_org(name="Acme Traders", state="IN-KA", gstin=None)
    acme = engine.org(acme.org_id)

    customer = acme.contacts.create(contact_name="Asha Stores", contact_type="CUSTOMER")
    invoice = acme.invoices.create(
        customer_id=customer["contact_id"], date="2026-05-19", place_of_supply="IN-KA",
        auto_approve=True, line_items=[{"name": "Licence", "rate": 12000, "tax_id": acme.tax_id("GST 18%")}],
    )  # fmt: skip
    assert invoice["total"] == Decimal("14160.00")
    acme.reports.trial_balance(as_of_date="2026-05-31")
    with acme.transaction():
        ...

    pat = engine.mint_pat(org_id=acme.org_id, scopes=["AIBooks.fullaccess.all"])
    handle = build_handler(engine)
    response = handle(
        Request("GET", "/api/public/v1/whoami", headers={"Authorization": f"Bearer {pat.token}"})
    )

    assert (200, Response) == (response.status, type(response))
    assert response.json()["token"]["token_id"] == pat.token_id
    assert response.body.startswith(b'{"code":0,')
    assert "application/json; charset=utf-8" == dict(response.headers)["Content-Type"]
    assert pat.token not in repr(pat)
    assert [] == engine.verify()
    assert callable(wsgi(engine)) and callable(asgi(engine))
    engine.close()
    assert Path("acme.db").exists()


def test_the_trial_balance_of_the_example_balances(acme: finzcore.Org) -> None:
    customer = acme.contacts.create(contact_name="Asha Stores")
    acme.invoices.create(
        customer_id=customer["contact_id"],
        date="2026-05-19",
        place_of_supply="IN-KA",
        auto_approve=True,
        line_items=[{"name": "Licence", "rate": 12000, "tax_id": acme.tax_id("GST 18%")}],
    )
    report = acme.reports.trial_balance(as_of_date="2026-05-31")
    assert Decimal("14160.00") == report["total_debit"] == report["total_credit"]
