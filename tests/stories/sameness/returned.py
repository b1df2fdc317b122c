"""Chapter 12d: the returns of GST, of each GSTIN, filed, and what changed since."""

from tests.stories.sameness.cast import Cast

MONTHS = (("052026", "2026-05-01", "2026-05-31"), ("092025", "2025-09-01", "2025-09-30"))
RETURNS = ("/reports/gstr1", "/reports/gstr3b")
BRANCHES = ("head office", "mumbai", "zone")


def tell(cast: Cast) -> None:
    _drawn(cast)
    _filed(cast)
    _changed(cast)


def _drawn(cast: Cast) -> None:
    acme = cast.acme
    instant = cast.clock().isoformat()
    for _, since, through in MONTHS:
        for branch in BRANCHES:
            days = {"from_date": since, "to_date": through, "branch_id": cast[branch]}
            for path in RETURNS:
                report = acme.get(path, **days)
                acme.get(path, **days, format="gstn")
                acme.get(path, **days, explain=True)
                assert report == acme.get(path, **days, as_known_at=instant)
        for path in RETURNS:
            cast.bharat.get(path, from_date=since, to_date=through)
    for path in RETURNS:
        acme.call(f"reports.{path[9:]}", from_date="2026-05-01", to_date="2026-05-31", format="gstn")
        acme.refused(400, "GET", path, from_date="2026-05-01")
        acme.refused(400, "GET", path, from_date="2026-05-01", to_date="2026-04-30")


def _filed(cast: Cast) -> None:
    acme = cast.acme
    for return_type in ("GSTR1", "GSTR3B"):
        body = {"return_type": return_type, "period": "052026"}
        for branch in ("head office", "mumbai"):
            said = body | {"branch_id": cast[branch], "reference": f"AA290526{len(branch)}"}
            filing = acme.post("/filings", said)
            cast.keep(f"{return_type} {branch}", filing["filing_id"])
        acme.refused(409, "POST", "/filings", body)
        acme.refused(400, "POST", "/filings", body | {"branch_id": cast["zone"]})
        cast.bharat.refused(400, "POST", "/filings", body)
        acme.pages("/filings", return_type=return_type, per_page=1)
    acme.pages("/filings", per_page=3)
    acme.get("/filings", period="052026", gstin="27AAACW6288M1ZW")
    acme.refused(400, "GET", "/filings", cursor="x")
    acme.get(f"/filings/{cast['GSTR3B mumbai']}")
    cast.bharat.refused(404, "GET", f"/filings/{cast['GSTR3B mumbai']}")
    acme.call("filings.create", return_type="GSTR3B", period="042026", reference="From Python")
    acme.refused(400, "POST", "/filings", {"return_type": "GSTR3B", "period": "062017"})
    acme.call("filings.list", return_type="GSTR1")


def _changed(cast: Cast) -> None:
    acme = cast.acme
    line = {"name": "Forgotten", "rate": 77, "hsn_or_sac": "998314", "tax_id": cast["GST 18%"]}
    late = {"date": "2026-05-20", "place_of_supply": "IN-MH", "line_items": [line], "auto_approve": True}
    acme.post("/invoices", late | {"customer_id": cast["asha"], "branch_id": cast["mumbai"]})
    for return_type in ("GSTR1", "GSTR3B"):
        for branch in ("head office", "mumbai"):
            path = f"/filings/{cast[f'{return_type} {branch}']}/drift"
            drift = acme.get(path)
            assert len(drift["changed"]) == (branch == "mumbai")
            cast.bharat.refused(404, "GET", path)
    acme.call("filings.drift", cast["GSTR1 mumbai"])
    june = acme.get("/reports/gstr1", from_date="2026-06-01", to_date="2026-06-30", branch_id=cast["mumbai"])
    assert ["Forgotten"] == [row["description"] for row in june["hsn"] if row["hsn_or_sac"] == "998314"]
