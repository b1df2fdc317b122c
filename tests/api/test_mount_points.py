"""Where the API may be mounted: its paths begin at the root of the host, or else at the mount point."""

import string
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.api import Request, Response, adapters, asgi, wsgi
from finzcore.api.carriage import api_path
from finzcore.testing import Call
from tests.doors import environ, response_of, scope, through_asgi, through_wsgi

BASE = "/api/public/v1"
INNER = "/api-py/api/v1/organisations/x/preferences"

PATHS = [
    # At the root of the host, wherever the host has cut the path in two.
    ("", f"{BASE}/whoami", f"{BASE}/whoami"),
    ("/api", f"{BASE}/whoami", f"{BASE}/whoami"),
    (BASE, f"{BASE}/whoami", f"{BASE}/whoami"),
    ("/api-py", INNER, INNER),
    # Below a prefix.
    ("/books", f"/books{BASE}/whoami", f"{BASE}/whoami"),
    ("/books/", f"/books{BASE}/whoami", f"{BASE}/whoami"),
    ("/our/books", f"/our/books{BASE}/items/it_1", f"{BASE}/items/it_1"),
    ("/our/books", f"/our/books{INNER}", INNER),
    ("/api", f"/api{BASE}/whoami", f"{BASE}/whoami"),
    # However the prefix is spelled, and whatever comes after it.
    ("/büch er", f"/b%C3%BCch%20er{BASE}/whoami", f"{BASE}/whoami"),
    ("/büch er", f"/b%c3%bcch%20%65r{BASE}/items/a%2Fb", f"{BASE}/items/a%2Fb"),
    ("/books", f"/books{BASE}/contacts//", f"{BASE}/contacts//"),
    # A second prefix is none of ours.
    (BASE, f"{BASE}{BASE}/whoami", f"{BASE}{BASE}/whoami"),
    ("/books", f"/books/books{BASE}/whoami", f"/books{BASE}/whoami"),
    ("/books", "/books", "/books"),
    ("/books", "/books/", "/"),
]


@pytest.mark.parametrize(("mount", "whole", "expected"), PATHS)
def test_the_path_in_the_api_is_found(mount: str, whole: str, expected: str) -> None:
    assert expected == api_path(mount, whole)


segments = st.text(string.ascii_letters + "-_é ", min_size=1, max_size=5)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(segments, max_size=3), st.lists(segments, min_size=1, max_size=2))
def test_both_doors_find_it_below_any_prefix(
    engine: finzcore.Engine, monkeypatch: pytest.MonkeyPatch, prefix: list[str], rest: list[str]
) -> None:
    asked: list[Request] = []

    def handle(request: Request) -> Response:
        asked.append(request)
        return Response(200, {"Content-Type": "text/plain"}, b"answered")

    monkeypatch.setattr(adapters, "build_handler", lambda _: handle)
    mount = "".join(f"/{segment}" for segment in prefix)
    path = f"{BASE}/{'/'.join(rest)}"
    as_wsgi = path.encode().decode("latin-1")
    through_wsgi(wsgi(engine), environ("GET", as_wsgi, SCRIPT_NAME=mount.encode().decode("latin-1")))
    through_asgi(asgi(engine), scope("GET", mount + path, root_path=mount))
    assert [path, path] == [request.canonical_path for request in asked]


def test_a_key_means_the_same_at_every_mount_point(engine: finzcore.Engine, call: Call) -> None:
    sent = {"HTTP_AUTHORIZATION": f"Bearer {call.token}", "HTTP_IDEMPOTENCY_KEY": "k"}
    body = b'{"contact_name": "Asha Stores"}'
    doors = [("", f"{BASE}/contacts"), (BASE, "/contacts"), ("/books", f"{BASE}/contacts")]
    answers = [
        through_wsgi(wsgi(engine), environ("POST", path, body, SCRIPT_NAME=mount, **sent))
        for mount, path in doors
    ]
    assert [None, "true", "true"] == [answer.header("Idempotency-Replayed") for answer in answers]
    assert 1 == len({answer.body for answer in answers})


def test_a_server_that_leaves_the_prefix_out_of_the_path_is_understood(
    engine: finzcore.Engine, call: Call
) -> None:
    token = [("Authorization", f"Bearer {call.token}")]
    given: dict[str, Any] = scope("GET", f"{BASE}/whoami", token, root_path="/books")
    assert 200 == response_of(through_asgi(asgi(engine), given)).status
