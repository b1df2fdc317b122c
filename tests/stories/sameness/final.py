"""Chapter 12e: the final accounts with each of their parameters, explained and as they were known; several
firms in one answer."""

from typing import Any

from tests.stories.sameness.cast import Cast
from tests.stories.sameness.scribe import Firm

MAY = {"from_date": "2026-05-01", "to_date": "2026-05-31"}
YEAR = {"from_date": "2025-04-01", "to_date": "2026-05-19"}
AT = {"as_of_date": "2026-05-31"}
ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("trial_balance", AT),
    ("profit_and_loss", {"to_date": "2026-05-31"}),
    ("profit_and_loss", MAY),
    ("profit_and_loss", YEAR),
    ("balance_sheet", AT),
    ("balance_sheet", {"as_of_date": "2026-03-31"}),
    ("cash_flow", MAY),
    ("cash_flow", YEAR),
)
WORDS = ("previous_period", "PREVIOUS_YEAR", "PREVIOUS_PERIOD", "previous_year")
KNOWN = ("2026-05-19T05:00:00Z", "2026-05-19T11:00:00+05:30", "2199-12-31T00:00:00Z")


def tell(cast: Cast) -> None:
    for name, asked in ASKED:
        path = f"/reports/{name}"
        for firm in (cast.acme, cast.bharat):
            firm.get(path, **asked)
        for branch in ("head office", "mumbai"):
            cast.acme.get(path, **asked, branch_id=cast[branch])
        for instant in KNOWN:
            cast.acme.get(path, **asked, as_known_at=instant)
        for word in () if name == "trial_balance" else WORDS:
            cast.acme.get(path, **asked, compare=word)
        cast.acme.call(f"reports.{name}", **asked)
        cast.acme.refused(404, "GET", path, **asked, branch_id="br_1")
        cast.acme.refused(400, "GET", path, **asked, as_known_at="yesterday")
    _traced(cast.acme)
    for tag in ("tag Zebra", "tag केंद्र"):
        cast.acme.get("/reports/profit_and_loss", **YEAR, cost_center_id=cast[tag])
    _several(cast)


def _traced(firm: Firm) -> None:
    """What the figures are made of, and the rest of it page after page."""
    for name, asked in ASKED:
        report = firm.get(f"/reports/{name}", **asked, explain=True)
        firm.get(f"/reports/{name}", **asked, explain=False)
        cursor = report["sources"]["next"]
        for size in (7, 200):
            if cursor is not None:
                firm.get("/reports/sources", cursor=cursor, per_page=size)
    firm.refused(400, "GET", "/reports/sources", cursor="x")


def _several(cast: Cast) -> None:
    """A token of both firms, and one of one."""
    engine = cast.scribe.engine
    lila = engine.create_user(name="Lila").user_id
    for firm in (cast.acme, cast.bharat):
        engine.add_membership(firm.org.org_id, lila)
    minted = engine.mint_pat(user_id=lila, label="Both")
    engine.set_tier(minted.token_id, "PARTNER")
    many = Firm(cast.scribe, cast.acme.org, minted.token)
    both = f"{cast.bharat.org.org_id},{cast.acme.org.org_id}"
    reports: tuple[tuple[str, dict[str, Any]], ...] = (
        *ASKED[:2], ASKED[4], ASKED[6], ("ar_aging", AT), ("ap_aging", AT)
    )  # fmt: skip
    for name, asked in reports:
        path = f"/consolidated/reports/{name}"
        for ids in ("all", both, f"{cast.acme.org.org_id},nobody"):
            many.get(path, organization_ids=ids, **asked)
        many.get(path, organization_ids="all", **asked, branch_id=cast["mumbai"])
        many.get(path, organization_ids="all", **asked, explain=True, as_known_at=KNOWN[0])
        for word in WORDS if name in ("profit_and_loss", "balance_sheet", "cash_flow") else ():
            many.get(path, organization_ids="all", **asked, compare=word)
        many.refused(400, "GET", path, **asked)
        cast.acme.refused(403, "GET", path, organization_ids="all", **asked)
        ids_ = [cast.acme.org.org_id, cast.bharat.org.org_id]
        cast.scribe.call(
            f"consolidated {name}",
            lambda name=name, asked=asked, ids_=ids_: engine.consolidated(name, ids_, **asked),
        )
    path = "/consolidated/reports/trial_balance"
    many.get(path, organization_ids="all", **AT, include_zero=True)
    path = "/consolidated/reports/profit_and_loss"
    many.get(path, organization_ids="all", **MAY, cost_center_id=cast["tag Zebra"])
