"""Chapter 10: who may come in, and with what: tokens, scopes, selectors, sizes, and impatience."""

import datetime as dt
from typing import Any

from finzcore.api import Request
from finzcore.api.routing import BASE
from finzcore.auth.scopes import PRESETS
from tests.stories.sameness.cast import Cast
from tests.stories.sameness.sales import invoice
from tests.stories.sameness.scribe import Firm

SOMEBODY = {"contact_name": "Somebody"}


def tell(cast: Cast) -> None:
    for visit in (
        _tokens,
        _several,
        _companies,
        _integrator,
        _sandbox,
        _scopes,
        _paths,
        _bodies,
        _preferences,
        _impatience,
    ):
        cast.clock.move(minutes=1)
        visit(cast)


def _minted(cast: Cast, of: Firm, label: str, **more: Any) -> tuple[Firm, str]:
    """Somebody new at a firm, in the better tier, and the id of the token."""
    engine = cast.scribe.engine
    minted = cast.scribe.call(f"mint {label}", lambda: engine.mint_pat(label=label, **more))
    engine.set_tier(minted.token_id, "PARTNER")
    return Firm(cast.scribe, of.org, minted.token), minted.token_id


def _tokens(cast: Cast) -> None:
    engine, at = cast.scribe.engine, "/contacts"
    soon = cast.clock() + dt.timedelta(seconds=5)
    org_id = cast.acme.org.org_id
    guest, _ = _minted(cast, cast.acme, "For a moment", org_id=org_id, expires_at=soon)
    guest.get("/whoami")
    cast.clock.move(seconds=5)
    guest.refused(401, "GET", "/whoami")
    former, token_id = _minted(cast, cast.acme, "Former clerk", org_id=org_id)
    former.get(at)
    for _ in range(2):
        cast.scribe.call("revoke", lambda: engine.revoke_token(token_id))
    former.refused(401, "GET", at)
    for header in (
        "Bearer ",
        "Basic abc",
        "Bearer aibk_pat_" + "a" * 40,
        f"Bearer  {cast.acme.token}",
        "bearer \u00e9",
    ):
        cast.acme.refused(401, "GET", at, headers={"Authorization": header})
    cast.acme.get(at, headers={"Authorization": f"BEARER {cast.acme.token}"})
    cast.scribe.send(Request("GET", f"{BASE}{at}"))
    twice = [("Authorization", f"Bearer {cast.acme.token}")] * 2
    cast.scribe.send(Request("GET", f"{BASE}{at}", headers=twice))
    cast.scribe.call("revoke", lambda: engine.revoke_token("no such token"))
    cast.scribe.call("tier", lambda: engine.set_tier(token_id, "GOLD"))
    cast.scribe.call("mint", lambda: engine.mint_pat(org_id=org_id, scopes=["AIBooks.moon.READ"]))
    cast.scribe.call("mint", lambda: engine.mint_pat(org_id=org_id, scopes=[]))
    cast.scribe.call("mint", lambda: engine.mint_pat())
    cast.scribe.call("tokens", lambda: engine.tokens(org_id=org_id))


def _several(cast: Cast) -> None:
    """A token for several organisations, which says each time which one it means."""
    engine, acme, bharat = cast.scribe.engine, cast.acme.org, cast.bharat.org
    meera = engine.create_user(name="मीरा", email="meera@example.in").user_id
    for org, role in ((acme, "MEMBER"), (bharat, "ADMIN")):
        cast.scribe.call(
            "member", lambda org=org, role=role: engine.add_membership(org.org_id, meera, role=role)
        )
    many, _ = _minted(cast, cast.acme, "Accountant", user_id=meera)
    many.get("/whoami")
    many.refused(400, "GET", "/branches")
    for org in (acme, bharat):
        many.get("/branches", organization_id=org.org_id)
        many.get("/whoami", headers={"X-AIBooks-Org": org.org_id})
        many.post("/contacts", SOMEBODY, headers={"x-apideck-company-id": org.org_id})
    many.get("/branches", organization_id=acme.org_id, headers={"X-AIBooks-Org": acme.org_id})
    many.refused(
        400, "GET", "/branches", organization_id=acme.org_id, headers={"X-AIBooks-Org": bharat.org_id}
    )
    for nobody in ("00000000-0000-8000-8000-000000000000", "acme", cast["asha"]):
        many.refused(403, "GET", "/branches", organization_id=nobody)
    cast.acme.refused(403, "GET", "/branches", organization_id=bharat.org_id)
    cast.acme.get("/branches", organization_id=acme.org_id)
    cast.scribe.call("member", lambda: engine.add_membership(acme.org_id, meera, role="OWNER"))
    cast.scribe.call("member", lambda: engine.add_membership(acme.org_id, "usr_nobody"))
    bound, _ = _minted(cast, cast.acme, "Meera alone", org_id=acme.org_id, user_id=meera)
    bound.get("/branches")
    for _ in range(2):
        cast.scribe.call("no member", lambda: engine.remove_membership(acme.org_id, meera))
    bound.refused(401, "GET", "/branches")
    many.refused(403, "GET", "/branches", organization_id=acme.org_id)
    many.get("/branches", organization_id=bharat.org_id)
    cast.scribe.call("mint", lambda: engine.mint_pat(org_id=acme.org_id, user_id=meera))
    cast.scribe.call("tokens", lambda: engine.tokens(user_id=meera))
    cast.keep("meera", meera)


def _companies(cast: Cast) -> None:
    """What a token reaches, what its connection has chosen, and what has happened where it works."""
    engine, bharat = cast.scribe.engine, cast.bharat.org
    many, _ = _minted(cast, cast.bharat, "Integrator", user_id=cast["meera"])
    for name in ("companies", "organizations"):
        many.get(f"/{name}", service_id="finzbooks")
        many.get(f"/{name}", service_id="exact-online")
        many.refused(400, "GET", f"/{name}", service_id="quickbooks")
        many.get(f"/{name}/{bharat.org_id}")
        many.refused(404, "GET", f"/{name}/{cast.acme.org.org_id}")
    mine = many.get("/connections")[0]["connection_id"]
    cast.acme.refused(404, "GET", f"/connections/{mine}")
    many.refused(403, "GET", "/connections", headers={"X-AIBooks-Org": cast.acme.org.org_id})
    many.refused(400, "GET", "/events")
    many.put(f"/connections/{mine}", {"settings": {"organization_id": bharat.org_id}})
    many.get("/events", after=0, limit=3)
    many.put(f"/connections/{mine}", {"default_company_id": None})
    many.refused(403, "PUT", f"/connections/{mine}", {"default_company_id": cast.acme.org.org_id})
    many.get(f"/connections/{mine}")
    cast.acme.get("/events", after=3, limit=1000)
    cast.acme.refused(422, "GET", "/events", after="x")
    door = Request("GET", "/accounting/companies", headers={"Authorization": f"Bearer {many.token}"})
    cast.scribe.send(door)
    cast.scribe.call("orgs", engine.orgs)


def _integrator(cast: Cast) -> None:
    """Who keeps the tokens of others, and asks their books by them."""
    vault, scribe = cast.scribe.engine.vault, cast.scribe
    for consumer, token in (("42", cast.acme.token), ("43", cast.bharat.token), ("43", cast.acme.token)):
        scribe.call("put", lambda consumer=consumer, token=token: vault.put(consumer, {"token": token}))
    scribe.call("refused", lambda: vault.put("44", {"tokens": cast.acme.token}))
    scribe.call("whoami", lambda: vault.client("43").whoami())
    scribe.call("nobody", lambda: vault.client("44").whoami())
    scribe.call("reseal", vault.reseal)
    scribe.call("remove", lambda: vault.remove(vault.connections("43")[0]["connection_id"]))
    scribe.call("connections", vault.connections)


def _sandbox(cast: Cast) -> None:
    engine, scribe = cast.scribe.engine, cast.scribe
    sandbox = engine.create_org(name="Sandbox", state="IN-KA", is_sandbox=True, owner_user_id=cast["meera"])
    scribe.call("mint", lambda: engine.mint_pat(org_id=sandbox.org_id))
    tester, _ = _minted(cast, cast.acme, "Tester", org_id=sandbox.org_id, sandbox=True)
    tester.get("/whoami")
    tester.post("/contacts", SOMEBODY)
    everywhere, _ = _minted(cast, cast.acme, "Everywhere", user_id=cast["meera"], sandbox=True)
    everywhere.get("/contacts", organization_id=sandbox.org_id)
    everywhere.refused(403, "GET", "/contacts", organization_id=cast.bharat.org.org_id)
    scribe.call("found", lambda: engine.create_org(name="", state="IN-KA"))
    scribe.call("found", lambda: engine.create_org(name="No state", state="OVERSEAS"))
    scribe.call("found", lambda: engine.create_org(name="No GSTIN", state="IN-KA", gstin="29"))
    scribe.call("org", lambda: engine.org("00000000-0000-8000-8000-000000000000"))
    scribe.call("orgs", engine.orgs)


def _scopes(cast: Cast) -> None:
    org_id = cast.acme.org.org_id
    reader, _ = _minted(cast, cast.acme, "Reader", org_id=org_id, scopes=sorted(PRESETS["read"]))
    for path in ("/contacts", "/invoices", "/reports/trial_balance?as_of_date=2026-05-19"):
        reader.get(path)
    for method, path in (
        ("POST", "/contacts"),
        ("PUT", f"/items/{cast['item chair']}"),
        ("DELETE", "/contacts/ct_1"),
    ):
        reader.refused(403, method, path, {})
    maker, _ = _minted(cast, cast.acme, "Maker", org_id=org_id, scopes=["AIBooks.invoices.CREATE"])
    maker.refused(403, "GET", "/invoices")
    maker.post("/invoices", invoice(cast, "both"))


def _paths(cast: Cast) -> None:
    acme = cast.acme
    for path in (
        "/",
        "/nothing",
        "/contacts/",
        "//contacts",
        "/contacts/../items",
        "/contacts/%2e%2e",
        "/quotations",
    ):
        acme.refused(404, "GET", path)
    acme.refused(404, "GET", f"/contacts/{cast['asha']}/nothing")
    for method, path in (
        ("POST", "/whoami"),
        ("PATCH", "/contacts"),
        ("PUT", "/journals"),
        ("DELETE", "/invoices"),
    ):
        acme.refused(405, method, path)
    for query in ("search=a&search=b", "search=%ff", "per_page=%00", "search=%zz"):
        acme.refused(422, "GET", f"/contacts?{query}")
    acme.get("/contacts?nothing=1&&search=+asha%20stores+&")
    acme.get(f"/contacts/{cast['asha'].replace('_', '%5F')}")
    cast.scribe.send(Request("GET", "/elsewhere", headers=acme.headers))
    acme.refused(413, "GET", f"/contacts?search={'x' * 17000}")


def _bodies(cast: Cast) -> None:
    acme = cast.acme
    for body in (b"{", b"[]", b'"text"', b"\xff", b'{"a": NaN}', b'{"a": 1, "a": 2}', b"[" * 200):
        acme.refused(422, "POST", "/contacts", body)
    acme.refused(413, "POST", "/contacts", b" " * (2**20 + 1))
    for headers in (
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Encoding": "gzip"},
    ):
        acme.refused(415, "POST", "/contacts", SOMEBODY, headers=headers)
    acme.post("/contacts", SOMEBODY, headers={"Content-Type": "application/JSON; charset=UTF-8"})


def _preferences(cast: Cast) -> None:
    """The one door for an administrator whom the host has signed in."""
    engine, bharat = cast.scribe.engine, cast.bharat.org

    def merge(body: bytes, org_id: str, method: str = "PUT", **context: Any) -> None:
        path = f"/api-py/api/v1/organisations/{org_id}/preferences"
        cast.scribe.send(Request(method, path, body=body, context=context))

    member = engine.create_user(name="Member").user_id
    engine.add_membership(bharat.org_id, member)
    chosen = b'{"preferences": {"pdfTemplate": "tally", "validateGstinChecksum": true}}'
    for user in (cast["meera"], member, "usr_nobody"):
        merge(chosen, bharat.org_id, session_user_id=user)
    merge(chosen, bharat.org_id)
    merge(chosen, cast.acme.org.org_id, session_user_id=cast["meera"])
    merge(chosen, bharat.org_id, "GET", session_user_id=cast["meera"])
    for body in (b"{}", b'{"preferences": 5}', b'{"preferences": {"pdfTemplate": "gold"}}'):
        merge(body, bharat.org_id, session_user_id=cast["meera"])
    cast.bharat.refused(400, "POST", "/contacts", {"contact_name": "x", "gst_no": "27AAPFU0939F1ZX"})


def _impatience(cast: Cast) -> None:
    engine = cast.scribe.engine
    minted = engine.mint_pat(org_id=cast.acme.org.org_id, label="Hasty")
    hasty = Firm(cast.scribe, cast.acme.org, minted.token)
    limit = engine.settings.rate_limits["DEFAULT"]
    for _ in range(limit):
        hasty.get("/whoami")
    hasty.refused(429, "GET", "/whoami")
    hasty.refused(429, "POST", "/contacts", SOMEBODY)
    cast.clock.move(seconds=60)
    hasty.get("/whoami")
    nobody = Firm(cast.scribe, cast.acme.org, "aibk_pat_" + "n" * 40)
    statuses = [
        nobody.send("GET", "/whoami", context={"remote_addr": "203.0.113.9"}).status for _ in range(32)
    ]
    assert [401] * 30 + [429] * 2 == statuses
