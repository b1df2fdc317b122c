"""A shop's first sale, from the customer's name to the money in the bank, on one page."""

from decimal import Decimal

import finzcore
from finzcore.testing import FrozenClock


def test_the_first_sale_of_acme_traders(engine: finzcore.Engine, clock: FrozenClock) -> None:
    # Acme Traders of Bengaluru opens its books and finds its first customer, who pays within 30 days.
    acme = engine.create_org(name="Acme Traders", state="IN-KA")
    asha = acme.contacts.create(contact_name="Asha Stores", payment_terms=30)

    # It sells her a licence for ₹12,000, and GST at 18 % comes on top: nine to the centre, nine to Karnataka.
    draft = acme.invoices.create(
        customer_id=asha["contact_id"],
        date="2026-05-19",
        place_of_supply="IN-KA",
        line_items=[{"name": "Licence", "rate": 12000, "tax_id": acme.tax_id("GST 18%")}],
    )
    assert ("INV-2627-001", "DRAFT") == (draft["invoice_number"], draft["status"])
    assert [1080, 1080, 14160] == [draft["cgst_total"], draft["sgst_total"], draft["total"]]
    assert standing(acme) == {}

    # The draft means nothing to the books until it is approved; then it does.
    invoice = acme.invoices.approve(draft["invoice_id"])
    assert ("SENT", "2026-06-18T00:00:00") == (invoice["status"], invoice["due_date"])
    assert standing(acme) == {
        "Accounts Receivable": 14160,
        "Output CGST": -1080,
        "Output SGST": -1080,
        "Sales": -12000,
    }

    # A month goes by.
    clock.set("2026-06-19T05:00:00+00:00")
    assert "OVERDUE" == acme.invoices.get(invoice["invoice_id"])["status"]

    # She pays, less the tax that the law lets her withhold.
    acme.payments.create(
        flow="INCOMING",
        contact_id=asha["contact_id"],
        date="2026-06-19",
        amount=12960,
        tds_amount=1200,
        mode="BANK_TRANSFER",
        bank_account_id=acme.account_id("1020"),
        allocations=[{"invoice_id": invoice["invoice_id"], "amount": 14160}],
    )
    paid = acme.invoices.get(invoice["invoice_id"])
    assert ("PAID", 0) == (paid["status"], paid["balance"])
    assert standing(acme) == {
        "Bank Account": 12960,
        "TDS Receivable": 1200,
        "Output CGST": -1080,
        "Output SGST": -1080,
        "Sales": -12000,
    }
    assert [] == engine.verify()


def standing(org: finzcore.Org) -> dict[str, Decimal]:
    """What stands on each account that does not stand at nothing, debits positive."""
    rows = org.reports.trial_balance(as_of_date="2026-06-30")["accounts"]
    net = {row["name"]: row["debit"] - row["credit"] for row in rows}
    return {name: amount for name, amount in net.items() if amount}
