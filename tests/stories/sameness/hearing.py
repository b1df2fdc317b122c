"""Chapter 6c: who is told what, and what came of it."""

from typing import Any

from finzcore.books.webhooks.attempt import Outgoing
from tests.stories.sameness.cast import Cast
from tests.stories.sameness.scribe import Body

AT = "/webhooks/endpoints"
LOG = "/webhooks/deliveries"
URL = "https://shop.example/hooks?of=acme"


class Receiver:
    """Takes what it is told, but for orders, of which it has never heard."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, str], bytes]] = []

    def __call__(self, outgoing: Outgoing) -> tuple[int, dict[str, str]]:
        self.told.append((outgoing.url, dict(outgoing.headers), outgoing.body))
        if b"ORDER" in outgoing.body:
            return 503, {"Retry-After": "600"}
        if b"ITEM" in outgoing.body:
            raise ConnectionRefusedError
        return 204, {}


def new(**more: Any) -> Body:
    return {"url": URL, "events": ["*"]} | more


def tell(cast: Cast) -> None:
    cast.acme.get("/webhooks/events")
    endpoint = _registered(cast)
    _refused(cast, endpoint)
    _told(cast, endpoint)
    _rotated(cast, endpoint)
    _several(cast)


def _registered(cast: Cast) -> str:
    acme = cast.acme
    endpoint: str = acme.post(
        AT, new(description="दुकान", is_active=True, organization_ids=[acme.org.org_id])
    )["endpoint_id"]
    acme.post(AT, new(events=["comment.created", "INVOICE_PAID", "INVOICE_PAID"]), key="listen")
    acme.post(AT, new(events=["comment.created", "INVOICE_PAID", "INVOICE_PAID"]), key="listen")
    acme.refused(422, "POST", AT, new(), key="listen")
    (other,) = [row["endpoint_id"] for row in acme.get(AT) if row["events"] != ["*"]]
    acme.put(f"{AT}/{other}", new(description="x", is_active=False, organization_ids=None))
    acme.get(f"{AT}/{other}")
    acme.pages(AT, per_page=1)
    acme.refused(400, "POST", f"{AT}/{other}/test")
    acme.put(f"{AT}/{other}", {"is_active": True})
    acme.delete(f"{AT}/{other}")
    acme.call("webhooks.endpoints.list", per_page=1)
    acme.call("webhooks.endpoints.create", url="http://shop.example/", events=["*"])
    acme.call("webhooks.events")
    return endpoint


def _refused(cast: Cast, endpoint: str) -> None:
    acme = cast.acme
    for body in (
        {},
        new(url="https://10.0.0.1/"),
        new(url="https://shop.example:8443/"),
        new(events=[]),
        new(events=["INVOICE_LOST", 5]),
        new(organization_ids=[]),
        new(organization_ids=7),
        new(description="x" * 501),
        new(is_active="perhaps"),
    ):
        acme.refused(400, "POST", AT, body)
        if body:
            acme.refused(400, "PUT", f"{AT}/{endpoint}", body)
    for chosen in ("all", [cast.bharat.org.org_id]):
        acme.refused(403, "POST", AT, new(organization_ids=chosen))
    acme.refused(422, "GET", AT, per_page=0)
    acme.refused(400, "GET", LOG, status="LOST")
    acme.refused(404, "GET", "/webhooks")
    for method, act in (
        ("GET", ""),
        ("PUT", ""),
        ("DELETE", ""),
        ("POST", "/rotate-secret"),
        ("POST", "/test"),
    ):
        for firm, shown in ((acme, "wh_1"), (cast.bharat, endpoint)):
            firm.refused(404, method, f"{AT}/{shown}{act}", {})


def _told(cast: Cast, endpoint: str) -> None:
    """Of what is taken, put off and given up; and once more."""
    acme, engine, receiver = cast.acme, cast.scribe.engine, Receiver()
    acme.post(f"{AT}/{endpoint}/test")
    acme.post("/contacts", {"contact_name": "Told of"})
    acme.post("/items", {"item_name": "Told of"})
    receipt = {
        "flow": "INCOMING",
        "contact_id": cast["asha"],
        "date": "2026-05-19",
        "amount": 5,
        "mode": "UPI",
    }
    acme.post("/payments", receipt)
    order = {"customer_id": cast["asha"], "date": "2026-05-19", "line_items": [{"name": "Work", "rate": 5}]}
    acme.post("/sales_orders", order)
    acme.get(LOG, status="PENDING")
    for minutes in (0, 20, 40, 60, 240, 1440):
        cast.clock.move(minutes=minutes)
        cast.scribe.call("run_webhooks", lambda: engine.run_webhooks(transport=receiver))
    cast.scribe.call("told", lambda: sorted(receiver.told, key=repr))
    for query in (
        {"status": "SUCCEEDED"}, {"status": "FAILED"}, {"event_type": "ITEM_CREATED"},
        {"endpoint_id": endpoint}, {"endpoint_id": "wh_1"},
    ):  # fmt: skip
        acme.pages(LOG, per_page=2, **query)
    failed = acme.get(LOG, status="FAILED", event_type="SALES_ORDER_CREATED")[0]["delivery_id"]
    acme.get(f"{LOG}/{failed}")
    again = acme.post(f"{LOG}/{failed}/replay", None, key="again")["delivery_id"]
    acme.post(f"{LOG}/{failed}/replay", None, key="again")
    acme.call("webhooks.deliveries.get", again)
    acme.call("webhooks.deliveries.list", status="PENDING", per_page=5)
    for method, act in (("GET", ""), ("POST", "/replay")):
        for firm, shown in ((acme, "1"), (cast.bharat, failed)):
            firm.refused(404, method, f"{LOG}/{shown}{act}")


def _rotated(cast: Cast, endpoint: str) -> None:
    acme, engine, receiver = cast.acme, cast.scribe.engine, Receiver()
    acme.post(f"{AT}/{endpoint}/rotate-secret")
    acme.call("webhooks.endpoints.rotate_secret", endpoint)
    acme.post(f"{AT}/{endpoint}/test")
    cast.scribe.call("run_webhooks", lambda: engine.run_webhooks(transport=receiver))
    cast.scribe.call("told", lambda: sorted(receiver.told, key=repr))
    acme.put(f"{AT}/{endpoint}", {"events": ["BILL_PAID"]})
    acme.get("/activity", entity_type="WEBHOOK")


def _several(cast: Cast) -> None:
    """One endpoint for both firms, as long as its user is a member of both."""
    engine, acme, bharat = cast.scribe.engine, cast.acme.org, cast.bharat.org
    uma = engine.create_user(name="Uma").user_id
    for org in (acme, bharat):
        engine.add_membership(org.org_id, uma)
    hers = engine.org(acme.org_id, user_id=uma).webhooks.endpoints
    made = cast.scribe.call("all", lambda: hers.create(organization_ids="all", **new(events=["BILL_VOIDED"])))
    cast.scribe.call("scheduler", engine.run_scheduler)
    cast.scribe.call("one", lambda: hers.update(made["endpoint_id"], organization_ids=[bharat.org_id]))
    cast.acme.refused(403, "PUT", f"{AT}/{made['endpoint_id']}", {"url": "https://elsewhere.example/"})
    engine.remove_membership(acme.org_id, uma)
