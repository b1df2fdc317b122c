"""The headers that go in and come out (`api.md` §1.3, §1.10, §1.12, §1.13), as OpenAPI says them."""

from typing import Any, Final

from finzcore.auth.selection import SELECTOR, SELECTOR_HEADERS
from finzcore.books.idempotency import KEY_FORM
from finzcore.books.references import UUID
from finzcore.books.resource import Operation

Object = dict[str, Any]


def _header(about: str, schema: Object, *, always: bool = True) -> Object:
    return {"description": about, "schema": schema} | ({"required": True} if always else {})


_SECONDS: Final = {"type": "integer", "minimum": 1}

_METERED: Final = {
    "RateLimitLimit": _header("Requests that the token has in a minute.", {"type": "integer", "minimum": 1}),
    "RateLimitRemaining": _header("Requests that are left of them.", {"type": "integer", "minimum": 0}),
    "RateLimitReset": _header("The second, in Unix time, at which the minute ends.", {"type": "integer"}),
}

HEADERS: Final = {
    "RequestId": _header(
        "The id of this request, which the activity log names too, and so does the body of a refusal; but a "
        "replayed refusal names the first request with its key.",
        {"type": "string", "pattern": "^req_[0-9a-f]{12}$"},
    ),
    **_METERED,
    **{f"{name}IfKnown": {**header, "required": False} for name, header in _METERED.items()},
    "IdempotencyReplayed": _header(
        "There when this is the answer that the key had the first time.",
        {"type": "string", "enum": ["true"]},
        always=False,
    ),
    "RetryAfter": _header("Seconds to wait before the request is sent again.", _SECONDS),
    "RetryAfterIfAtWork": _header(
        "There with `idempotency.in_progress`: seconds to wait.", _SECONDS, always=False
    ),
    "Disposition": _header("Whether to show or to save the document, and its name.", {"type": "string"}),
    "Caching": _header("How long the document may be shown again without asking.", {"type": "string"}),
    "Render": _header(
        "Whether the document was drawn for this request, or before.",
        {"type": "string", "enum": ["fresh", "cached"]},
    ),
    "Version": _header("The version of what the document is about.", {"type": "integer", "minimum": 1}),
    "Authenticate": _header("How to authenticate.", {"type": "string", "enum": ["Bearer"]}),
    "Allow": _header("The methods that the path has.", {"type": "string"}),
}

NAMES: Final = {
    "RequestId": "X-Request-Id",
    "RateLimitLimit": "X-RateLimit-Limit",
    "RateLimitRemaining": "X-RateLimit-Remaining",
    "RateLimitReset": "X-RateLimit-Reset",
    "IdempotencyReplayed": "Idempotency-Replayed",
    "RetryAfter": "Retry-After",
    "RetryAfterIfAtWork": "Retry-After",
    "Disposition": "Content-Disposition",
    "Caching": "Cache-Control",
    "Render": "X-AIBooks-Render",
    "Version": "X-AIBooks-Version",
    "Authenticate": "WWW-Authenticate",
    "Allow": "Allow",
}
"""The names on the wire."""

_EARLY: Final = frozenset({413, 429, 500, 503})
"""The statuses of answers that may be given before the token is recognised, or after."""
_KEPT: Final = frozenset({200, 201, 400, 404, 409, 422})
"""The statuses of answers that are kept under a key."""


def answered(status: int, operation: Operation | None) -> Object:
    """The headers of an answer. Before the token is recognised nothing is metered."""
    names = ["RequestId"]
    if status != 401:
        names += [f"{name}IfKnown" if status in _EARLY else name for name in _METERED]
    if operation is not None and operation.method == "POST" and status in _KEPT:
        names.append("IdempotencyReplayed")
    if operation is not None and operation.drawn and status == operation.status:
        names += ["Disposition", "Caching", "Render", "Version"]
    names += {
        401: ["Authenticate"], 405: ["Allow"], 409: ["RetryAfterIfAtWork"], 429: ["RetryAfter"],
        503: ["RetryAfter"],
    }.get(status, [])  # fmt: skip
    return {NAMES[name.removesuffix("IfKnown")]: {"$ref": f"#/components/headers/{name}"} for name in names}


_ORG: Final = {"type": "string", "pattern": f"^{UUID}$"}
_SELECTS: Final = "The organisation, for a token of several; a token of one may only name its own."


def _selector(name: str, where: str) -> Object:
    # A blank header counts as none; of a query parameter OpenAPI has its own word for that.
    blank = {"allowEmptyValue": True} if where == "query" else {}
    schema = _ORG if where == "query" else {"type": "string", "pattern": f"^(?:{UUID})?$"}
    return {"name": name, "in": where, "description": _SELECTS, **blank, "schema": schema}


def _key(*, required: bool) -> Object:
    form = KEY_FORM if required else f"(?:{KEY_FORM})?"
    about = "A word of the client's choice: the same request with the same key is done once, for a day."
    schema = {"type": "string", "pattern": f"^{form}$"}
    must = {"required": True} if required else {}
    return {"name": "Idempotency-Key", "in": "header", "description": about, **must, "schema": schema}


PARAMETERS: Final[dict[str, Object]] = {
    "Organisation": _selector(SELECTOR, "query"),
    "OrganisationHeader": _selector(SELECTOR_HEADERS[0], "header"),
    "CompanyHeader": _selector(SELECTOR_HEADERS[1], "header"),
    "KeyRequired": _key(required=True),
    "KeyOptional": _key(required=False),
}


def asked(operation: Operation) -> list[Object]:
    """The parameters of an operation that are not its own."""
    names = ["Organisation", "OrganisationHeader", "CompanyHeader"]
    if operation.method == "POST":
        names.append("KeyRequired" if operation.key == "required" else "KeyOptional")
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]
