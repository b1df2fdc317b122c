"""WSGI and ASGI around the handler: they only move bytes.

Mount them at the root of a host, or below a prefix: `carriage.api_path` finds the API's own path in both.
"""

from collections.abc import Awaitable, Callable, Iterable
from http import HTTPStatus
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIEnvironment

from finzcore.api import admission, carriage, uploads
from finzcore.api.handler import build_handler
from finzcore.api.host import Host
from finzcore.api.http import Request
from finzcore.api.uploads import Body, Receive, let_go

_UNPREFIXED: Final = (("Content-Type", "CONTENT_TYPE"), ("Content-Length", "CONTENT_LENGTH"))
_STATUS_LINES: Final = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


def asgi(engine: Host) -> Callable[[Any, Receive, Any], Awaitable[None]]:
    """The books as an ASGI 3 application; the work is done in threads, never on the event loop.

    The threads are its own: writers that wait for each other keep neither readers waiting nor what
    the host does in the loop's threads. They end with the server's lifespan, or, where the host keeps
    that to itself, with the application. Each call makes another application with other threads.
    """
    from finzcore.api import event_loop  # asyncio is for those who use it

    return event_loop.application(build_handler(engine), admission.room(engine))


def wsgi(engine: Host) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    """The books as a WSGI application (PEP 3333)."""
    handle, room = build_handler(engine), admission.room(engine)

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = uploads.from_environ(environ, lambda: room(_from_environ(environ, b"")))
        try:
            response = handle(_from_environ(environ, body))
        finally:
            let_go(body)
        start_response(_STATUS_LINES[response.status], carriage.headers(response))
        if not carriage.is_bare(environ["REQUEST_METHOD"], response):
            return response.chunks
        let_go(response.chunks)
        return ()

    return application


def _from_environ(environ: WSGIEnvironment, body: Body) -> Request:
    headers = [(name, environ[key]) for name, key in _UNPREFIXED if environ.get(key)]
    headers += [(key[5:].replace("_", "-"), value) for key, value in environ.items() if key[:5] == "HTTP_"]
    mount = environ.get("SCRIPT_NAME", "")
    # PEP 3333 hands the decoded bytes over as latin-1; the handler decodes percent signs itself.
    whole = carriage.quoted(mount + environ.get("PATH_INFO", ""), "latin-1")
    return Request(
        environ["REQUEST_METHOD"],
        carriage.api_path(mount, whole),
        environ.get("QUERY_STRING", ""),
        headers,
        body,
        {"remote_addr": environ.get("REMOTE_ADDR")},
    )
