"""A small client over `handle`, for tests: one line a request."""

import itertools
from typing import Any

from finzcore.api.http import Request, Response
from finzcore.api.multipart import has_file, written
from finzcore.api.routing import BASE
from finzcore.books.text import json_text
from finzcore.engine import Engine


class Call:
    """Requests with a token: ``call("POST", "/contacts", {...})``.

    Every POST gets a fresh Idempotency-Key unless `key` gives one, or is None for none at all.
    """

    def __init__(self, engine: Engine, token: str | None) -> None:
        self.engine = engine
        self.token = token
        self._keys = itertools.count(1)

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = "",
        headers: dict[str, str] | None = None,
        context: dict[str, Any] | None = None,
    ) -> Response:
        """One request. `body` is a value to be written as JSON, or as a form if a `multipart.Sent` file is in
        it, or bytes as they are."""
        sent = dict(headers or {})
        if self.token is not None:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if method == "POST" and key is not None:
            sent.setdefault("Idempotency-Key", key or f"key-{next(self._keys)}")
        if has_file(body):
            sent["Content-Type"], body = written(body)
        raw = body if isinstance(body, bytes) else b"" if body is None else json_text(body).encode()
        return self.engine.handle(Request(method, BASE + path, headers=sent, body=raw, context=context or {}))

    def ok(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """The answer of a request that must succeed; AssertionError with the answer otherwise."""
        response = self(method, path, body, **more)
        assert response.status < 300, f"{method} {path}: {response.status} {response.body.decode()}"
        return response.json()

    def refused(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, str, str | None]:
        """Status, code and field of a request that must be refused."""
        response = self(method, path, body, **more)
        assert response.status >= 400, f"{method} {path}: {response.status} {response.body.decode()}"
        said = response.json()
        return response.status, said["code"], said.get("field")
