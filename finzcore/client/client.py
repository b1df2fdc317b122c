"""`Client`: the calls of `Org`, sent to a server or to `handle`."""

import io
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple, NoReturn, Protocol, Self
from urllib.parse import urlencode, urlsplit

from finzcore.api.http import Request, Response
from finzcore.api.multipart import Sent, written
from finzcore.api.reading import check_texts
from finzcore.api.routing import BASE
from finzcore.books import idempotency, links, upload
from finzcore.books.lookups import missing
from finzcore.books.registry import RESOURCES, resource
from finzcore.books.resource import JSON, Operation, Resource
from finzcore.books.text import json_text
from finzcore.books.upload import Upload
from finzcore.calls import Group, Operations, behind
from finzcore.client.answers import good, next_of, refusal_of, result_of, rows_of
from finzcore.client.over_http import OverHttp
from finzcore.client.patience import Heard, Patience, Transport
from finzcore.org import argument, check_names
from finzcore.ports import OutcomeUnknown

if TYPE_CHECKING:
    from types import TracebackType

AGENT: Final = "finzcore-client"
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,200}", re.ASCII)
_HEADER: Final = re.compile(r"[!-~]+", re.ASCII)
_OPENED: Final = ("attachments", "open")
"""What `Org` does by itself, and a client by the link that an attachment names."""


class Bearer(Protocol):
    """Who has the token of a client, such as a vault that renews it."""

    def token(self) -> str:
        """The token to send."""
        ...

    def renewed(self, stale: str) -> str | None:
        """Another token, after this one was refused; None when there is no other."""
        ...


class _Fixed:
    """A token that is what it is."""

    def __init__(self, token: str) -> None:
        self._token = token

    def token(self) -> str:
        return self._token

    def renewed(self, stale: str) -> None:
        return None


class _Wish(NamedTuple):
    """A request without its token."""

    method: str
    path: str
    query: Mapping[str, str]
    body: bytes
    headers: Mapping[str, str]


class RemoteOperations(Operations):
    """The operations of one resource, as a client calls them."""

    @property
    def _offered(self) -> tuple[Operation, ...]:
        declared = self._declared
        return tuple(
            one for one in declared.operations if one.path is not None or (declared.name, one.name) == _OPENED
        )

    def all(self, **filters: Any) -> Iterator[dict[str, Any]]:
        """Every row of a list: the same as `list`, which goes through all its pages."""
        rows: Iterator[dict[str, Any]] = self.list(**filters)
        return rows


class Client:
    """The API of some books, with the calls, the values and the refusals of `Org`.

    `base_url_or_handle` is the address of a server, or `handle` itself, or whatever else takes a `Request`
    and gives a `Response` (an `OverHttp` with choices of your own). `company_id` is the organisation that a
    token of several works in; `client.company(…)` is the same client for another one, and ``company_id=``
    in a call chooses for that call alone.

    Lists are iterators over all their pages. A POST gets a fresh Idempotency-Key, unless it is called with
    ``idempotency_key=``, and keeps it when it is sent again: `patience` says how often, and how long is
    waited for an exhausted limit. A refusal raises the leaf of `FinzError` that `Org` raises, with its
    `request_id`. Thread-safe; close it when done, or use it in a ``with`` statement.

    >>> import finzcore
    >>> with finzcore.open(":memory:") as engine:
    ...     acme = engine.create_org(name="Acme Traders", state="IN-KA")
    ...     client = Client(engine.handle, engine.mint_pat(org_id=acme.org_id).token)
    ...     asha = client.contacts.create(contact_name="Asha Stores")
    ...     [one["contact_name"] for one in client.contacts.list()]
    ['Asha Stores']
    """

    def __init__(
        self,
        base_url_or_handle: str | Transport,
        token: str | Bearer,
        company_id: str | None = None,
        *,
        patience: Patience | None = None,
    ) -> None:
        if isinstance(token, str) and not _HEADER.fullmatch(token):
            raise ValueError("token: not one of the books'")
        if not isinstance(base_url_or_handle, str) and not callable(base_url_or_handle):
            raise TypeError("base_url_or_handle: an address, or a function such as engine.handle")
        self._transport: Transport = (
            OverHttp(base_url_or_handle) if isinstance(base_url_or_handle, str) else base_url_or_handle
        )
        self._bearer: Bearer = _Fixed(token) if isinstance(token, str) else token
        self._patience = patience or Patience()
        self.company_id = _company(company_id)

    def __repr__(self) -> str:
        where = self._transport if isinstance(self._transport, OverHttp) else "a handle"
        return f"<Client of {where}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of connections that are open."""
        if isinstance(self._transport, OverHttp):
            self._transport.close()

    def __getattr__(self, name: str) -> Any:
        if behind(name):
            operations: RemoteOperations | Group = Group(name, lambda one: RemoteOperations(self, one))
        elif name.startswith("_") or "." in name or name not in RESOURCES:
            raise AttributeError(f"there is no resource {name!r}")
        else:
            operations = RemoteOperations(self, resource(name))
        self.__dict__[name] = operations
        return operations

    def __dir__(self) -> list[str]:
        return sorted(
            {
                *(one.partition(".")[0] for one in RESOURCES),
                *(name for name in super().__dir__() if not name.startswith("_")),
            }
        )

    def company(self, company_id: str) -> "Client":
        """The same client, working in another company."""
        return Client(self._transport, self._bearer, company_id, patience=self._patience)

    def whoami(self) -> dict[str, Any]:
        """What the token is, and what it may do (`api.md` §4.22)."""
        declared = resource("whoami")
        token: dict[str, Any] = self._call(declared, declared.operations[0], None, {})
        return token

    # ----- a call -----

    def _call(
        self, declared: Resource, operation: Operation, path_id: str | None, fields: dict[str, Any]
    ) -> Any:
        company = _company(fields.pop("company_id", None)) or self.company_id
        key = fields.pop("idempotency_key", None)
        if (declared.name, operation.name) == _OPENED:
            return self._opened(path_id, company)
        wish = self._wish(declared, operation, path_id, fields)
        if company is not None:
            wish = wish._replace(headers={**wish.headers, "X-AIBooks-Org": company})
        if wish.method == "POST":
            chosen = self._patience.random(16).hex() if key is None else idempotency.checked(key)
            wish = wish._replace(headers={**wish.headers, "Idempotency-Key": chosen})
        answer = self._answer(wish)
        if answer is None:
            return None
        if operation.listing:
            return self._walk(declared, operation, wish, good(answer))
        return result_of(declared, operation, answer)

    def _wish(
        self, declared: Resource, operation: Operation, path_id: str | None, fields: dict[str, Any]
    ) -> _Wish:
        """The request that a call means; TypeError for a name or a value that it does not take."""
        if path_id is not None and not _ID.fullmatch(path_id):
            missing(declared.label, path_id, declared.id_name)
        assert operation.path is not None
        path = f"{BASE}{declared.path}{operation.path}".replace("{id}", path_id or "")
        shape = operation.query or operation.body
        call = f"{declared.name}.{operation.name}()"
        if operation.media != JSON:
            with upload.taken(shape, fields) as taken:
                given = _arguments(call, shape, taken)
                kind, body = written(_form(given), f"{AGENT}-{self._patience.random(16).hex()}")
            return _Wish(operation.method, path, {}, body, {"Content-Type": kind})
        given = _arguments(call, shape, fields)
        if operation.query is not None:
            asked = {name: _in_query(value, name) for name, value in given.items() if value is not None}
            return _Wish(operation.method, path, asked, b"", {})
        if operation.body is None:
            return _Wish(operation.method, path, {}, b"", {})
        return _Wish(operation.method, path, {}, json_text(given).encode(), {"Content-Type": JSON})

    def _answer(self, wish: _Wish) -> Response | None:
        """The answer to a request; None where what was to be deleted is gone. FinzError for a refusal."""
        token = self._bearer.token()
        heard = self._heard(wish, token)
        if heard.answer.status == 401:
            fresh = self._bearer.renewed(token)
            if fresh is not None:
                again = self._heard(wish, fresh)
                heard = again._replace(unsure=again.unsure or heard.unsure)
        answer, status = heard.answer, heard.answer.status
        if 200 <= status < 300:
            return answer
        if heard.unsure and wish.method == "DELETE" and status == 404:
            return None
        if heard.unsure and (status == 429 or status >= 500):
            _unknown(wish, OutcomeUnknown(), refusal_of(answer))
        raise refusal_of(answer)

    def _heard(self, wish: _Wish, token: str) -> Heard:
        headers = {"Authorization": f"Bearer {token}", "User-Agent": AGENT, **wish.headers}
        query = urlencode(wish.query)
        try:
            return self._patience.hear(
                self._transport, Request(wish.method, wish.path, query, headers, wish.body)
            )
        except OutcomeUnknown as error:
            _unknown(wish, error, error.__cause__)

    def _walk(
        self, declared: Resource, operation: Operation, wish: _Wish, said: dict[str, Any]
    ) -> Iterator[dict[str, Any]]:
        """The rows of a list, page after page."""
        rows = rows_of(declared, operation, said)
        following = next_of(said)

        def walk() -> Iterator[dict[str, Any]]:
            yield from rows
            more = following
            while more:
                asked = {**wish.query, **{name: str(value) for name, value in more.items()}}
                answer = self._answer(wish._replace(query=asked))
                assert answer is not None, "a list is not deleted"
                page = good(answer)
                yield from rows_of(declared, operation, page)
                more = next_of(page)

        return walk()

    def _opened(self, path_id: str | None, company: str | None) -> BinaryIO:
        """The file of an attachment, by its link, which needs no token and gets none."""
        declared = resource("attachments")
        chosen = {} if company is None else {"company_id": company}
        found = self._call(declared, declared.operation("get"), path_id, chosen)
        link = urlsplit(found["download_url"])
        before, _, rest = link.path.rpartition(links.PATH)
        asked = Request("GET", links.PATH + rest)
        if isinstance(self._transport, OverHttp):
            with self._transport.elsewhere(link.scheme, link.netloc, before) as transport:
                answer = self._patience.hear(transport, asked).answer
        else:
            answer = self._patience.hear(self._transport, asked).answer
        if answer.status != 200:
            raise refusal_of(answer)
        return io.BytesIO(answer.body)


def _company(company_id: str | None) -> str | None:
    if company_id is not None and not _HEADER.fullmatch(company_id):
        raise ValueError("company_id: the id of an organisation")
    return company_id


def _arguments(call: str, shape: Any, fields: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: argument(value, name) for name, value in fields.items()}
    check_names(call, shape, given)
    check_texts(given)
    return given


def _form(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _sent(value) if isinstance(value, Upload) else value
        for name, value in given.items()
        if value is not None
    }


def _sent(file: Upload) -> Sent:
    return Sent(upload.label(file.filename), b"".join(file.pieces()))


def _in_query(value: Any, name: str) -> str:
    """A value as a query says it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(_in_query(one, name) for one in value)
    if isinstance(value, Mapping):
        raise TypeError(f"{name}: not an object")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _unknown(wish: _Wish, error: OutcomeUnknown, cause: BaseException | None) -> NoReturn:
    key = wish.headers.get("Idempotency-Key")
    if key is not None:
        error.add_note(f"With idempotency_key={key!r} the call can be made again and is done once.")
    raise error from cause
