"""Every example gives the bytes that `handle` gives, and leaves its host's own routes alone.

Two engines with the same clock, ids and chance answer the same requests in the same order: one asked
directly, one through a framework. So even the ids of the requests must agree.
"""

import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, NamedTuple
from wsgiref.validate import validator

import falcon.testing
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client as DjangoClient
from starlette.applications import Starlette
from starlette.routing import Mount

import finzcore
from examples import (
    django_app,
    falcon_app,
    fastapi_app,
    flask_app,
    starlette_app,
    uvicorn_app,
    wsgiref_app,
)
from finzcore.api import Request, Response, asgi
from finzcore.testing import CountingIds, CountingRandom, FrozenClock
from tests.serving import asgi_server, asked, wsgi_server

with warnings.catch_warnings():
    # The client of Starlette says at import which version of its own HTTP library it would rather have.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

BASE: Final = "/api/public/v1"
Ask = Callable[[str, str, bytes, Mapping[str, str]], Response]


class Books(NamedTuple):
    """Books, and what requests need to know of them."""

    engine: finzcore.Engine
    token: str
    customer: str
    tax: str


@contextmanager
def opened(target: str) -> Iterator[Books]:
    """Books that are alike whenever they are opened."""
    with finzcore.open(
        target,
        clock=FrozenClock("2026-05-19T05:00:00+00:00"),
        ids=CountingIds(),
        random=CountingRandom(),
        settings=finzcore.Settings(durability="relaxed"),
    ) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        token = engine.mint_pat(org_id=acme.org_id).token
        customer = acme.contacts.create(contact_name="आशा Stores")["contact_id"]
        yield Books(engine, token, customer, acme.tax_id("GST 18%"))


@pytest.fixture
def books(new_target: Callable[[], str]) -> Iterator[Books]:
    """The books behind the framework."""
    with opened(new_target()) as books:
        yield books


@pytest.fixture
def twin(new_target: Callable[[], str]) -> Iterator[Books]:
    """The books that are asked directly."""
    with opened(new_target()) as books:
        yield books


# ----- how each host is asked -----


@contextmanager
def flask(books: Books) -> Iterator[Ask]:
    client = flask_app.build(books.engine).test_client()

    def ask(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Response:
        answer = client.open(path, method=method, data=body, headers=dict(headers))
        return Response(answer.status_code, list(answer.headers.items()), answer.data)

    yield ask


@contextmanager
def django(books: Books) -> Iterator[Ask]:
    django_app.build(books.engine)
    client = DjangoClient()

    def ask(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Response:
        media = headers.get("Content-Type", "")
        answer = client.generic(method, path, body, media, headers=dict(headers))
        return Response(answer.status_code, list(answer.headers.items()), answer.content)

    yield ask


@contextmanager
def falcon_(books: Books) -> Iterator[Ask]:
    client = falcon.testing.TestClient(falcon_app.build(books.engine))

    def ask(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Response:
        answer = client.simulate_request(method, path, body=body, headers=dict(headers))
        return Response(answer.status_code, list(answer.headers.items()), answer.content)

    yield ask


def starlette_client(application: Any) -> Ask:
    client = TestClient(application)

    def ask(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Response:
        answer = client.request(method, path, content=body, headers=dict(headers))
        return Response(answer.status_code, list(answer.headers.items()), answer.content)

    return ask


@contextmanager
def fastapi(books: Books) -> Iterator[Ask]:
    yield starlette_client(fastapi_app.build(books.engine))


@contextmanager
def starlette(books: Books) -> Iterator[Ask]:
    yield starlette_client(starlette_app.build(books.engine))


def over(port: int) -> Ask:
    return lambda method, path, body, headers: asked(port, method, path, body, headers)


def behind_wsgiref(build: Callable[[finzcore.Engine], Any]) -> Callable[[Books], Any]:
    @contextmanager
    def behind(books: Books) -> Iterator[Ask]:
        with wsgi_server(build(books.engine)) as port:
            yield over(port)

    return behind


def behind_uvicorn(build: Callable[[finzcore.Engine], Any]) -> Callable[[Books], Any]:
    @contextmanager
    def behind(books: Books) -> Iterator[Ask]:
        with asgi_server(build(books.engine)) as port:
            yield over(port)

    return behind


def django_project(engine: finzcore.Engine) -> WSGIHandler:
    django_app.build(engine)
    return WSGIHandler()


HOSTS: Final = {
    "flask": flask,
    "flask over a socket": behind_wsgiref(flask_app.build),
    "fastapi": fastapi,
    "fastapi over a socket": behind_uvicorn(fastapi_app.build),
    "starlette": starlette,
    "starlette over a socket": behind_uvicorn(starlette_app.build),
    "django": django,
    "django over a socket": behind_wsgiref(django_project),
    "falcon": falcon_,
    "falcon over a socket": behind_wsgiref(falcon_app.build),
    "wsgiref": behind_wsgiref(lambda engine: validator(wsgiref_app.build(engine))),
    "uvicorn": behind_uvicorn(uvicorn_app.build),
}


BREAKING_OFF: Final = frozenset(host for host in HOSTS if "socket" in host) | {"wsgiref", "uvicorn"}
"""Here a server is in front, and what is too much is left on its connection, which it then closes: whether
the answer arrives before that is seen is the network's luck."""


# ----- what each is asked -----


class Asked(NamedTuple):
    """A request of the table, and the status that it must have."""

    why: str
    status: int
    method: str
    path: str
    body: Any = b""
    key: str | None = None
    signed: bool = True


def requests(books: Books) -> list[Asked]:
    invoice = {
        "customer_id": books.customer,
        "date": "2026-05-19",
        "place_of_supply": "IN-KA",
        "auto_approve": True,
        "line_items": [{"name": "लाइसेंस ₹", "rate": 12000, "tax_id": books.tax}],
    }
    other = {**invoice, "date": "2026-05-20"}
    large = b'{"contact_name": "' + b"x" * 1_100_000 + b'"}'
    return [
        Asked("who am I", 200, "GET", "/whoami"),
        Asked("an invoice", 201, "POST", "/invoices", invoice, "i-1"),
        Asked("the same again", 201, "POST", "/invoices", invoice, "i-1"),
        Asked("another under its key", 422, "POST", "/invoices", other, "i-1"),
        Asked("a list", 200, "GET", "/invoices?per_page=1"),
        Asked("one by its id", 200, "GET", f"/contacts/{books.customer}"),
        Asked("changed", 200, "PUT", f"/contacts/{books.customer}", {"notes": "धन्यवाद"}),
        Asked("nothing there", 404, "GET", "/nothing"),
        Asked("nothing by that id", 404, "DELETE", "/contacts/ct_1"),
        Asked("nobody asks", 401, "GET", "/whoami", signed=False),
        Asked("not to be patched", 405, "PATCH", "/contacts", {}),
        Asked("a head", 405, "HEAD", "/contacts"),
        Asked("no JSON", 422, "POST", "/contacts", b'{"contact_name":', "c-1"),
        Asked("no body", 400, "POST", "/contacts", b"", "c-2"),
        Asked("too much", 413, "POST", "/contacts", large, "c-3"),
        Asked("a letter in percent", 200, "GET", "/c%6Fntacts"),
        Asked("letters not in ASCII", 404, "GET", "/contacts/%E0%A4%86%20%3F"),
        Asked("a slash too many", 404, "GET", "/contacts/"),
        Asked("a parameter", 200, "GET", "/contacts?search_text=%E0%A4%86%E0%A4%B6%E0%A4%BE+Stores"),
        Asked("a parameter twice", 422, "GET", "/contacts?per_page=1&per_page=2"),
        Asked("a stray percent sign", 422, "GET", "/contacts?per_page=%zz"),
    ]


def sent(books: Books, one: Asked) -> tuple[str, str, bytes, dict[str, str]]:
    headers = {"Content-Type": "application/json"} if one.body else {}
    if one.signed:
        headers["Authorization"] = f"Bearer {books.token}"
    if one.key:
        headers["Idempotency-Key"] = one.key
    body = one.body if isinstance(one.body, bytes) else json.dumps(one.body).encode()
    return one.method, BASE + one.path, body, headers


@pytest.mark.parametrize("host", HOSTS)
def test_every_host_gives_the_bytes_of_the_handler(host: str, books: Books, twin: Books) -> None:
    with HOSTS[host](books) as ask:
        for one in requests(books):
            if one.why == "too much" and host in BREAKING_OFF:
                continue
            method, path, body, headers = sent(books, one)
            answer = ask(method, path, body, headers)
            wanted = twin.engine.handle(Request(method, path, headers=headers, body=body))
            assert (one.why, one.status) == (one.why, wanted.status)
            assert (one.why, wanted.status) == (one.why, answer.status)
            assert (one.why, b"" if method == "HEAD" else wanted.body) == (one.why, answer.body)
            assert set() == {(n.lower(), v) for n, v in wanted.headers} - {
                (n.lower(), v) for n, v in answer.headers
            }
        assert written(twin) == written(books)


def written(books: Books) -> list[Any]:
    """What the books hold in the end, but for who asked from where."""
    head = books.engine.export_head(books.engine.orgs()[0].org_id)
    return [head[name] for name in ("org_id", "entry_seq", "entry_hash", "event_seq")]


@pytest.mark.parametrize("host", HOSTS)
def test_the_routes_of_the_host_stay_its_own(host: str, books: Books) -> None:
    with HOSTS[host](books) as ask:
        health = ask("GET", "/health", b"", {})
        elsewhere = ask("GET", "/elsewhere", b"", {})
    assert (200, {"status": "ok"}) == (health.status, json.loads(health.body))
    # A host that is nothing but the API lets the API refuse the rest.
    assert (401 if host in ("wsgiref", "uvicorn") else 404) == elsewhere.status


def test_below_a_prefix_of_a_framework(books: Books) -> None:
    ask = starlette_client(Starlette(routes=[Mount("/our/books", app=asgi(books.engine))]))
    token = {"Authorization": f"Bearer {books.token}"}
    assert 200 == ask("GET", f"/our/books{BASE}/whoami", b"", token).status
    assert 404 == ask("GET", f"/our/books{BASE}/nothing", b"", token).status
    assert 404 == ask("GET", f"{BASE}/whoami", b"", token).status


def test_behind_a_proxy_that_removes_a_prefix(books: Books) -> None:
    token = {"Authorization": f"Bearer {books.token}"}
    with asgi_server(asgi(books.engine), root_path="/books") as port:
        assert 200 == asked(port, "GET", f"{BASE}/whoami", headers=token).status


ORDER: Final = {"name": "Asha", "date": "2026-05-19", "state": "IN-KA", "what": "Tea", "rate": "500"}


def test_the_books_can_be_used_in_the_views_of_the_host(books: Books) -> None:
    answer = flask_app.build(books.engine).test_client().post("/checkout", json=ORDER)
    assert (201, {"number": "INV-2627-001", "total": "590.00"}) == (answer.status_code, answer.json)
    (invoice,) = books.engine.orgs()[0].invoices.list()
    assert "PAID" == invoice["status"]


def test_what_the_books_refuse_the_view_undoes(books: Books) -> None:
    client = flask_app.build(books.engine).test_client()
    answer = client.post("/checkout", json={**ORDER, "state": "IN-XX"})
    assert (400, "validation.invalid_value") == (answer.status_code, answer.json["code"])
    # The customer was made before the invoice was refused, and is gone with it.
    assert 1 == len(books.engine.orgs()[0].contacts.list())


def test_an_async_view_sells_and_answers_with_exact_amounts(books: Books) -> None:
    client = TestClient(fastapi_app.build(books.engine))
    sale = {**ORDER, "customer_id": books.customer, "rate": "500.10"}
    sold = client.post("/sales", json=sale)
    # 500.10 and 9 % of it twice, 45.009 each: 590.12.
    assert (201, True) == (sold.status_code, '"total":590.12,' in sold.text)
    refused = client.post("/sales", json={**sale, "rate": "0.0000001"})
    assert (400, "line_items[0].rate") == (refused.status_code, refused.json()["field"])
    # The view has it as a Decimal, which the JSON of a framework turns into something else, or fails at.
    assert '"received":0.0000001,' in refused.text


def test_the_starlette_example_closes_the_books_when_it_ends(books: Books) -> None:
    with TestClient(starlette_app.build(books.engine)) as client:
        token = {"Authorization": f"Bearer {books.token}"}
        assert 200 == client.get(f"{BASE}/whoami", headers=token).status_code
    assert 503 == books.engine.handle(Request("GET", f"{BASE}/whoami", headers=token)).status
