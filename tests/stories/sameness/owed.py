"""Chapter 12b: who owes what and since when, of both sides, as of many days, and as it was known."""

from tests.stories.sameness.cast import Cast

DAYS = ("2025-09-30", "2026-04-30", "2026-05-18", "2026-05-31", "2026-08-20", "2199-12-31")
AGEING = ("ar_aging", "ap_aging")
OUTSTANDING = ("outstanding_receivables", "outstanding_payables")
INSTANTS = ("2026-05-19T05:00:00Z", "2026-05-20T10:00:00+05:30")


def tell(cast: Cast) -> None:
    _of_all(cast)
    _of_one(cast)
    _ledgers(cast)
    _refused(cast)


def _of_all(cast: Cast) -> None:
    for name in (*AGEING, *OUTSTANDING):
        path = f"/reports/{name}"
        for firm in (cast.acme, cast.bharat):
            firm.get(path)
            firm.get(path, explain=True)
        for day in DAYS:
            cast.acme.get(path, as_of_date=day)
        for branch in ("head office", "mumbai", "zone"):
            cast.acme.get(path, branch_id=cast[branch], as_of_date="2026-05-31")
        for instant in INSTANTS:
            cast.acme.get(path, as_known_at=instant)
        cast.acme.call(f"reports.{name}", as_of_date="2026-05-31")


def _of_one(cast: Cast) -> None:
    for name, key in zip(OUTSTANDING, ("asha", "vendor mill"), strict=True):
        cast.acme.get(f"/reports/{name}", contact_id=cast[key], explain=True)
        cast.acme.get(f"/reports/{name}", contact_id=cast["both"], as_of_date="2026-05-19")


def _ledgers(cast: Cast) -> None:
    acme = cast.acme
    for key in ("vendor mill", "vendor away", "vendor both", "asha"):
        at = {"contact_id": cast[key]}
        acme.get("/reports/vendor_ledger", **at)
        acme.get("/reports/vendor_ledger", **at, from_date="2026-05-19", to_date="2026-05-31")
        acme.get("/reports/vendor_ledger", **at, branch_id=cast["mumbai"], explain=True)
        for instant in INSTANTS:
            acme.get("/reports/vendor_ledger", **at, as_known_at=instant)
            acme.get("/reports/customer_ledger", **at, as_known_at=instant)
    acme.call("reports.vendor_ledger", contact_id=cast["vendor mill"], from_date="2026-06-01")
    report = acme.get("/reports/customer_ledger", contact_id=cast["asha"], explain=True)
    cursor = report["sources"]["next"]
    while cursor is not None:
        page = acme.call("reports.sources", cursor=cursor, per_page=10)
        cursor = page.next_cursor


def _refused(cast: Cast) -> None:
    acme = cast.acme
    for name in (*AGEING, *OUTSTANDING):
        acme.refused(422, "GET", f"/reports/{name}", as_of_date="today")
        acme.refused(404, "GET", f"/reports/{name}", branch_id="br_1")
    acme.refused(404, "GET", "/reports/outstanding_payables", contact_id=cast["theirs"])
    acme.refused(400, "GET", "/reports/vendor_ledger")
    acme.refused(400, "GET", "/reports/ar_aging", as_known_at="then")
