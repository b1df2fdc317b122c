"""Chapter 12: every report with each of its parameters, of both firms."""

from tests.stories.sameness.cast import Cast

DAYS = (
    "2025-08-14",
    "2025-09-30",
    "2026-03-31",
    "2026-04-30",
    "2026-05-18",
    "2026-05-19",
    "2027-04-01",
    "2199-12-31",
)


def tell(cast: Cast) -> None:
    _trial_balances(cast)
    _ledgers(cast)
    _customers(cast)
    _long(cast)
    _refused(cast)
    for path in ("/accounts", "/bank_accounts"):
        cast.acme.get(path)
        cast.bharat.get(path)


def _trial_balances(cast: Cast) -> None:
    for day in DAYS:
        for firm in (cast.acme, cast.bharat):
            firm.get("/reports/trial_balance", as_of_date=day)
    for branch in ("head office", "mumbai", "zone", "closed branch"):
        cast.acme.get("/reports/trial_balance", as_of_date="2026-05-31", branch_id=cast[branch])
    for zero in (True, False):
        cast.acme.get("/reports/trial_balance", as_of_date="2026-05-19", include_zero=zero)
    cast.acme.call("reports.trial_balance", as_of_date="2026-05-31")


def _ledgers(cast: Cast) -> None:
    acme = cast.acme
    for key in ("receivable", "icici", "services", "cash"):
        at = {"account_id": cast[key]}
        acme.get("/reports/ledger", **at)
        acme.get("/reports/ledger", **at, from_date="2026-05-19", to_date="2026-05-19")
        acme.get("/reports/ledger", **at, from_date="2026-04-01", limit=3)
        acme.get("/reports/ledger", **at, to_date="2026-05-10", branch_id=cast["mumbai"])
    acme.get("/reports/ledger", account_id=acme.org.account_id("4010"), from_date="2027-04-01")
    acme.call("reports.ledger", account_id=cast["receivable"], limit=2, branch_id=cast["zone"])


def _customers(cast: Cast) -> None:
    acme = cast.acme
    for key in ("asha", "mumbai buyer", "american", "overseas", "both", "owing", "largest", "consumer"):
        acme.get("/reports/customer_ledger", contact_id=cast[key])
    for key in ("asha", "both"):
        at = {"contact_id": cast[key]}
        acme.get("/reports/customer_ledger", **at, from_date="2026-05-19", to_date="2026-05-31")
        acme.get("/reports/customer_ledger", **at, branch_id=cast["head office"], to_date="2026-05-18")
        acme.get("/reports/customer_ledger", **at, branch_id=cast["mumbai"])
    acme.call("reports.customer_ledger", contact_id=cast["asha"], from_date="2026-06-01")
    cast.bharat.get("/reports/customer_ledger", contact_id=cast["theirs"])


def _long(cast: Cast) -> None:
    acme, may = cast.acme, {"from_date": "2026-05-01", "to_date": "2026-05-31"}
    known = {"as_known_at": "2026-05-19T06:00:00Z"}
    for more in ({}, {"branch_id": cast["mumbai"]}, {"explain": True}, known):
        for name in ("day_book", "sales_register", "purchase_register"):
            acme.get(f"/reports/{name}", **may, **more)
        acme.get("/reports/ledger", account_id=cast["receivable"], **may, **more)
    acme.get("/reports/day_book", date="2026-05-19")
    acme.get("/reports/day_book", **may, cost_center_id=cast["tag 10"])
    acme.get("/reports/ledger", account_id=cast["services"], **may, cost_center_id=cast["tag 10"])
    acme.call("reports.day_book", from_date="2025-04-01", to_date="2027-03-31")
    for name in ("sales_register", "purchase_register"):
        acme.call(f"reports.{name}", from_date="2025-04-01", to_date="2027-03-31")
        cast.bharat.get(f"/reports/{name}", **may)


def _refused(cast: Cast) -> None:
    acme = cast.acme
    acme.refused(400, "GET", "/reports/trial_balance")
    acme.refused(422, "GET", "/reports/trial_balance", as_of_date="today")
    acme.refused(422, "GET", "/reports/trial_balance", as_of_date="2026-05-19", include_zero="perhaps")
    acme.refused(404, "GET", "/reports/trial_balance", as_of_date="2026-05-19", branch_id="br_1")
    acme.refused(400, "GET", "/reports/ledger")
    acme.refused(404, "GET", "/reports/ledger", account_id=cast["asha"])
    acme.refused(422, "GET", "/reports/ledger", account_id=cast["cash"], limit=0)
    acme.refused(422, "GET", "/reports/ledger", account_id=cast["cash"], limit=10001)
    acme.refused(
        400, "GET", "/reports/ledger", account_id=cast["cash"], from_date="2026-05-02", to_date="2026-05-01"
    )
    acme.refused(404, "GET", "/reports/customer_ledger", contact_id=cast["theirs"])
    acme.refused(400, "GET", "/reports/day_book", date="2026-05-19", from_date="2026-05-19")
    for name in ("sales_register", "purchase_register"):
        acme.refused(400, "GET", f"/reports/{name}", from_date="2026-05-19")
    acme.refused(404, "GET", "/reports/nothing")
