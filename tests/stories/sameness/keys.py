"""Chapter 11: requests that come again, with a key that was used, or is at work, or is a day old."""

import threading

from finzcore.api.routing import BASE
from finzcore.books import idempotency
from finzcore.books.head import ORGS
from finzcore.ids import from_uuid
from tests.stories.sameness.cast import Cast
from tests.stories.sameness.doors import SOMEBODY
from tests.stories.sameness.sales import invoice
from tests.stories.sameness.scribe import NO_KEY


def tell(cast: Cast) -> None:
    acme, body = cast.acme, {"contact_name": "Only once"}
    acme.refused(400, "POST", "/invoices", invoice(cast), key=NO_KEY)
    for key in ("with space", "k" * 201, "क"):
        acme.refused(400, "POST", "/contacts", body, key=key)
    first = acme.send("POST", "/contacts", body, key="once")
    again = acme.send("POST", "/contacts", body, key="once")
    assert (first.body, "true") == (again.body, again.header("Idempotency-Replayed"))
    acme.send("POST", "/contacts", b'{"contact_name" : "Only once" }', key="once")
    acme.refused(422, "POST", "/contacts", body | {"phone": "1"}, key="once")
    acme.send("POST", "/items", {"item_name": "Same key, another path"}, key="once")
    cast.bharat.send("POST", "/contacts", body, key="once")
    for _ in range(2):
        acme.refused(400, "POST", "/contacts", {}, key="refused-once")
        acme.refused(404, "POST", "/contacts/ct_1/archive", key="not-there")
        acme.refused(409, "POST", "/items", {"item_name": "x", "sku": "SKU-1"}, key="taken")
    cast.clock.move(hours=24)
    acme.send("POST", "/contacts", body, key="once")
    engine = cast.scribe.engine
    for _ in range(2):
        cast.scribe.call("scheduler", engine.run_scheduler)
    acme.call("contacts.create", contact_name="Keyed", idempotency_key="python")
    acme.call("contacts.create", contact_name="Keyed", idempotency_key="python")
    acme.call("contacts.create", contact_name="Other", idempotency_key="python")


def at_work(cast: Cast) -> None:
    """The same key while a first request with it is being worked on, by another thread.

    A chapter of its own: of books in memory a second request sees nothing before the first is done.
    """
    token = from_uuid(0, cast.acme.get("/whoami")["token_id"])
    digest = idempotency.digest(f"token:{token}", "POST", f"{BASE}/contacts", "busy")
    begun, go_on = threading.Event(), threading.Event()

    def work() -> None:
        with cast.scribe.engine.store.write(cast.acme.org._key, digest) as session:
            session.get(ORGS)
            begun.set()
            go_on.wait(60)

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait(60)
    try:
        cast.acme.refused(409, "POST", "/contacts", SOMEBODY, key="busy")
    finally:
        go_on.set()
        thread.join()
    cast.acme.post("/contacts", SOMEBODY, key="busy")
