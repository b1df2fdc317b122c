"""Chapter 1: two organisations are founded, with their people, branches, charts, taxes and currencies."""

import datetime as dt
from decimal import Decimal

from tests.stories.sameness.cast import Cast

PLACES = ("IN-KA", "IN-MH", "IN-TN", "IN-DL")
LOOK_UPS = ("/branches", "/accounts", "/taxes", "/currencies", "/cost_centers", "/salespersons")


def tell(cast: Cast) -> None:
    _branches(cast)
    _chart(cast)
    _taxes(cast)
    _currencies(cast)
    _words(cast)
    _preferences(cast)
    for firm in (cast.acme, cast.bharat):
        for path in LOOK_UPS:
            firm.get(path)
        firm.get("/whoami")


def _branches(cast: Cast) -> None:
    acme = cast.acme
    mumbai = acme.call(
        "create_branch", code="MUM", name="Mumbai", state="IN-MH", gstin="27AAACW6288M1ZW", city="Mumbai",
        address="1 Fort Road\nKala Ghoda", pin="400001", legal_name="Acme Traders LLP",
        invoice_prefix="MUM/", bill_prefix="MB/",
    )  # fmt: skip
    zone = acme.call("create_branch", code="SEZ", name="शून्य कर क्षेत्र", state="IN-GJ", is_sez=True)
    closed = acme.call("create_branch", code="OLD", name="Old godown", state="IN-KA")
    acme.call("set_branch_active", closed["branch_id"], False)
    acme.call("update_branch", zone["branch_id"], address="अहमदाबाद", city="Ahmedabad", pin="380001")
    acme.call("update_branch", zone["branch_id"], legal_name="Acme Traders (SEZ)", pin="000000")
    acme.call("create_branch", code="MUM", name="Twice", state="IN-MH")
    acme.call("create_branch", code="NOWHERE", name="No state", state="IN-XX")
    twin = acme.call("create_branch", code="PFX", name="Same prefix", state="IN-MH", invoice_prefix="MUM/")
    cast.bharat.call("create_branch", code="MUM", name="Another's Mumbai", state="IN-MH")
    cast.keep("mumbai", mumbai["branch_id"])
    cast.keep("zone", zone["branch_id"])
    cast.keep("twin branch", twin["branch_id"])
    cast.keep("closed branch", closed["branch_id"])
    for only in (True, False):
        acme.get("/branches", active_only=only)
    cast.keep("head office", acme.get("/branches")[0]["branch_id"])
    for key in ("head office", "mumbai", "closed branch"):
        acme.get(f"/branches/{cast[key]}")
    cast.bharat.refused(404, "GET", f"/branches/{mumbai['branch_id']}")
    acme.refused(404, "GET", "/branches/br_nothing")


def _chart(cast: Cast) -> None:
    acme = cast.acme
    bank = acme.call(
        "create_account", code="1021", name="ICICI Current", account_type="BANK", bank_name="ICICI",
        account_number="000123456789", ifsc="ICIC0000001", upi_id="acme@icici", description="For the shop",
    )  # fmt: skip
    # Codes in an order that a locale would turn round: capitals come before small letters.
    for code in ("a100", "Z100", "Ä100", "Z-1", "Z.1", "100"):
        acme.call("create_account", code=code, name=f"Own {code}", account_type="EXPENSE")
    sundry = acme.call("create_account", code="4099", name="Sundry", account_type="INCOME", parent_id=None)
    acme.call("create_account", code="4099", name="Twice", account_type="INCOME")
    acme.call(
        "create_account", code="4098", name="Below", account_type="INCOME", parent_id=sundry["account_id"]
    )
    asleep = acme.call("create_account", code="6999", name="Not in use", account_type="EXPENSE")
    acme.call("set_account_active", asleep["account_id"], False)
    acme.call("update_account", bank["account_id"], bank_name="ICICI Bank", upi_id="acme.traders@icici")
    acme.call("update_account", asleep["account_id"], bank_name="ICICI Bank")
    acme.call("set_account_active", acme.org.account_id("1040"), False)
    acme.call("account_id", "no such account")
    cast.keep("icici", bank["account_id"])
    cast.keep("sundry", sundry["account_id"])
    cast.keep("cash", acme.org.account_id("1010"))
    cast.keep("receivable", acme.org.account_id("1040"))
    cast.keep("services", acme.org.account_id("4020"))
    acme.pages("/accounts", per_page=7)
    for kinds in ("INCOME", "bank,CASH", "EXPENSE,INCOME,SALES", "STOCK"):
        acme.get("/accounts", account_type=kinds, per_page=200)
    acme.refused(400, "GET", "/accounts", account_type="BANK,MATTRESS")
    for key in ("icici", "sundry", "cash", "receivable"):
        acme.get(f"/accounts/{cast[key]}")
    acme.refused(404, "GET", "/accounts/acc_00000000000080008ebeba9381d7e87d")
    for only in (True, False):
        for cash in (True, False):
            acme.get("/bank_accounts", active_only=only, include_cash=cash)


def _taxes(cast: Cast) -> None:
    acme = cast.acme
    cars = acme.call(
        "create_tax", name="Cars, large", shape="INTRA_STATE", cgst=14, sgst=14, igst=28, cess=20
    )
    acme.call(
        "create_tax", name="Gold", shape="INTER_STATE", cgst="1.5", sgst="1.5", igst=3,
        valid_from=dt.date(2017, 7, 1), valid_to="2030-03-31",
    )  # fmt: skip
    acme.call("create_tax", name="Uneven", shape="INTRA_STATE", cgst=9, sgst=8, igst=17)
    cast.keep("cars", cars["tax_id"])
    for name in ("GST 18%", "GST 5%", "GST 12%", "RCM 5%", "Exempt", "Nil Rated", "Non-GST"):
        cast.keep(name, acme.org.tax_id(name))
    acme.call("tax_id", "GST 19%")
    acme.pages("/taxes", per_page=4)
    acme.get(f"/taxes/{cast['GST 18%']}")
    cast.bharat.refused(404, "GET", f"/taxes/{cast['GST 18%']}")
    cast.keep("their GST 18%", cast.bharat.org.tax_id("GST 18%"))


def _currencies(cast: Cast) -> None:
    acme = cast.acme
    for code in ("USD", "EUR", "JPY", "USD"):
        acme.call("enable_currency", code)
    for code in ("USD", "JPY"):
        acme.call("create_account", code=f"1022-{code}", name=code, account_type="BANK", currency_code=code)
    cast.keep("dollar account", acme.org.account_id("1022-USD"))
    cast.bharat.call("enable_currency", "USD")
    days = ("2026-05-01", "2026-04-01", "2026-05-19", "2026-05-19", "2026-06-30")
    for day, rate in zip(days, ("83.25", "82.99999999", "84", "84.12345678", "86.5"), strict=True):
        acme.call("add_exchange_rate", from_currency="USD", rate=rate, rate_date=day)
    acme.call(
        "add_exchange_rate", from_currency="EUR", rate=Decimal("91.1"), rate_date=dt.date(2026, 5, 1),
        to_currency="INR", source="RBI",
    )  # fmt: skip
    acme.call("add_exchange_rate", from_currency="EUR", rate=0, rate_date="2026-05-02")
    acme.get("/exchange_rates")
    acme.get("/exchange_rates", from_currency="usd", to_currency="INR", limit=2)
    acme.get("/exchange_rates", to_currency="EUR")
    acme.get("/exchange_rates", from_currency="EUR", limit=5000)
    acme.refused(422, "GET", "/exchange_rates", limit=0)
    cast.bharat.get("/exchange_rates")


def _words(cast: Cast) -> None:
    acme = cast.acme
    # Lists in the order of a text: by code point, capitals first, whatever the machine's language is.
    for name in ("zebra", "Zebra", "Ärger", "apple", "Éclair", "केंद्र", "_low", "10", "9"):
        made = acme.call("add_cost_center", name)
        cast.keep(f"tag {name}", made["cost_center_id"])
    acme.call("add_cost_center", "zebra")
    acme.call("add_cost_center", "")
    for name, email in (("Meena", "meena@acme.example"), ("आशा", None), ('O\'Brien \\ "Sons"', None)):
        made = acme.call("add_salesperson", name, email=email)
        cast.keep(f"salesperson {name}", made["salesperson_id"])
    cast.keep("their salesperson", cast.bharat.call("add_salesperson", "Ravi")["salesperson_id"])


def _preferences(cast: Cast) -> None:
    acme = cast.acme
    acme.call("set_preferences", roundInvoiceTotals=False, exportsUnderLut=False)
    acme.call("set_preferences", roundingMethod="sideways")
    acme.call("set_preferences", noSuch=True)
    acme.scribe.call("name", lambda: acme.org.name)
    acme.scribe.call("preferences", lambda: acme.org.preferences)
    acme.scribe.call("profile", lambda: acme.org.profile)
    acme.scribe.call("locked_through", lambda: acme.org.locked_through)
