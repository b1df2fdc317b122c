"""The public API v1 as one pure function: a request goes in, a response comes out.

Read in this order:

    http            Request and Response, two frozen values
    reading         strict JSON, read exactly
    authenticate    which token, which organisation, how often
    routing         which operation a method and a path mean
    envelopes       answers and refusals as JSON, and their status
    host            what the handler needs of an engine
    handler         the pipeline, one line a step
    several         what is asked of several organisations at once
    accounting      the companies of a token, as other makers' clients read them
    preferences     the one door that no token opens
    oauth           clients are let in by users: four addresses at the root of the host
    multipart       forms with files
    files           the bytes behind a signed link
    drawings        documents as answers, with their headers
    uploads         bodies as they come in, in memory or in a file
    admission       how much of them, and from whom
    carriage        what WSGI and ASGI have in common
    adapters        WSGI and ASGI: they only move bytes
    event_loop      ASGI at work: what may take its time is done in threads
    openapi         all of it described: an OpenAPI document, and the pages of the reference
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from finzcore.api.adapters import asgi, wsgi
    from finzcore.api.envelopes import dumps, status_of
    from finzcore.api.handler import build_handler, refusal
    from finzcore.api.http import Request, Response
else:
    from finzcore.on_demand import names as _names

    __getattr__, __dir__ = _names(
        __name__,
        {
            "Request": "finzcore.api.http",
            "Response": "finzcore.api.http",
            "asgi": "finzcore.api.adapters",
            "build_handler": "finzcore.api.handler",
            "dumps": "finzcore.api.envelopes",
            "refusal": "finzcore.api.handler",
            "status_of": "finzcore.api.envelopes",
            "wsgi": "finzcore.api.adapters",
        },
    )

__all__ = ["Request", "Response", "asgi", "build_handler", "dumps", "refusal", "status_of", "wsgi"]
