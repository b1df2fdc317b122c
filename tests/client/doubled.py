"""The story of `tests.stories.sameness`, told to two books at once: each request of it becomes a call, of
`Org` on the one and of a `Client` on the other, and both must come to the same.

A request that no call means, such as one with a broken body, goes to both as it is.
"""

import io
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum
from itertools import islice
from typing import Any

import finzcore
from finzcore.api import Request, Response
from finzcore.api.multipart import Sent, has_file
from finzcore.api.routing import BASE, Route, find
from finzcore.books.resource import JSON, Operation
from finzcore.client import Client
from finzcore.client.patience import Transport
from finzcore.errors import NotFound, OverAllocated, RuleBroken, Unreadable, WrongMethod
from finzcore.org import Org, Page
from finzcore.testing import CountingIds, CountingRandom, FrozenClock
from tests.stories.sameness.cast import Cast
from tests.stories.sameness.filed import Shelf
from tests.stories.sameness.scribe import FRESH, Firm, Scribe
from tests.stories.sameness.story import Chapters
from tests.stories.twins import Twin

SETTINGS = finzcore.Settings(durability="relaxed", rate_limits={"DEFAULT": 10**6, "PARTNER": 10**6})
OF_THE_ACTOR = ("activity",)
"""Resources that tell who acted, and how: never the same for `Org` and for a token."""

UNDECLARED = ("einvoice", "eway_bill", "explain")
"""Operations whose answers hold numbers of which no declaration says that they are Decimals."""


class Chance(CountingRandom):
    """Chance that is the same for both, however many requests get an id."""

    def __call__(self, n: int) -> bytes:
        return bytes(n) if n == 6 else super().__call__(n)


class Recorder:
    """Takes requests on, and remembers the answers."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.heard: list[Response] = []

    def __call__(self, request: Request) -> Response:
        answer = self._transport(request)
        self.heard.append(answer)
        return answer


class Named(io.BytesIO):
    """A file with a name."""

    def __init__(self, sent: Sent) -> None:
        super().__init__(sent.bytes)
        self.name = sent.filename


class Doubled(Firm):
    """A firm whose requests are calls on both books."""

    def __init__(self, cast: "Pair", org: Twin, token: str) -> None:
        super().__init__(cast.scribe, org, token)  # type: ignore[arg-type]
        self.cast = cast
        mine, other = org._pair
        self.alone = Firm(Scribe(other._engine, cast.clock), other, token)
        (admin,) = {one["user_id"] for one in mine._engine.tokens(org_id=mine.org_id)}
        self.mine: Org = mine._engine.org(mine.org_id, user_id=admin)
        self.transport = Recorder(cast.transport)
        self.client = Client(self.transport, token)

    def call(self, name: str, /, *ids: str, **given: Any) -> Any:
        return None if name.startswith(OF_THE_ACTOR) else super().call(name, *ids, **given)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        /,
        *,
        key: str | None = FRESH,
        headers: Mapping[str, str] | None = None,
        context: Mapping[str, Any] | None = None,
        **query: Any,
    ) -> Response:
        def raw() -> Response:
            return super(Doubled, self).send(
                method, path, body, key=key, headers=headers, context=context, **query
            )

        request = Request(method, BASE + path)
        try:
            route = find(method, request.canonical_path)
            said = dict(request.params)
        except (NotFound, WrongMethod, Unreadable):
            return raw()
        if route.resource.name in OF_THE_ACTOR:
            return self.alone.send(method, path, **query)
        told = (body is None or isinstance(body, dict)) and route.operation.needs_organisation
        odd = route.operation.media != JSON and not has_file(body)
        if headers or context or odd or not told or key is None:
            return raw()
        fields = {name: Named(one) if isinstance(one, Sent) else one for name, one in (body or {}).items()}
        fields |= {**said, **query}
        if key:
            fields["idempotency_key"] = key
        return self._both(route, fields) or raw()

    def _both(self, route: Route, fields: dict[str, Any]) -> Response | None:
        """The answer that the client got; None where neither of the two takes such a call."""
        ids = () if route.path_id is None else (route.path_id,)
        outcomes = []
        for who in (self.mine, self.client):
            self.transport.heard.clear()
            for one in fields.values():
                if isinstance(one, Named):
                    one.seek(0)
            outcomes.append(outcome(who, route, ids, fields))
        expected, found = outcomes
        name = f"{route.resource.name}.{route.operation.name} {ids} {fields}"
        if isinstance(expected, TypeError) or not self.transport.heard:
            assert type(expected) is type(found), name
            return None
        if route.operation.query is not None:  # a query is text, whatever it was
            for one in outcomes:
                getattr(one, "details", {}).pop("received", None)
        if route.operation.name in UNDECLARED:
            expected, found = whole(expected), whole(found)
        check_same(name, expected, found)
        self.cast.calls.add((route.resource.name, route.operation.name))
        return self.transport.heard[0]


class Pair(Cast):
    """Two firms, in two books each."""

    def __init__(self, one: finzcore.Engine, other: finzcore.Engine, clock: FrozenClock, transport: Any):
        self.transport = transport
        self.calls: set[tuple[str, str]] = set()
        super().__init__(Twin(one, other), clock)  # type: ignore[arg-type]

    def told(self, chapters: Chapters) -> None:
        """Tell some of the story."""
        for chapter in chapters:
            chapter(self)
            self.clock.move(minutes=2)

    def _firm(self, org: Any) -> Doubled:
        token = self.scribe.engine.mint_pat(org_id=org.org_id, label="The shop")
        return Doubled(self, org, token.token)


def outcome(who: Any, route: Route, ids: tuple[str, ...], fields: dict[str, Any]) -> Any:
    """What a call comes to: a value, or what it raises."""
    operations = getattr(who, route.resource.name)
    try:
        found = getattr(operations, route.operation.name)(*ids, **fields)
        return shown_rows(found, route.operation)
    except (finzcore.FinzError, TypeError, AttributeError) as error:
        return error


def shown_rows(found: Any, operation: Operation) -> Any:
    """The rows of a list: of `Org` its page, of a client no more than that is long."""
    return found if isinstance(found, Page) or not isinstance(found, Iterator) else Walked(found)


class Walked:
    """Rows that a client goes through."""

    def __init__(self, rows: Iterator[Any]) -> None:
        self.rows = rows


def whole(value: Any) -> Any:
    """A value with every whole Decimal as the int that JSON says."""
    if isinstance(value, dict):
        return {name: whole(one) for name, one in value.items()}
    if isinstance(value, list):
        return [whole(one) for one in value]
    return int(value) if isinstance(value, Decimal) and value.as_tuple().exponent == 0 else value


def differing(expected: Any, found: Any, at: str = "") -> Iterator[str]:
    """Where two values differ, also in their types and in the order of names."""
    if isinstance(expected, dict) and isinstance(found, dict) and list(expected) == list(found):
        for name, one in expected.items():
            yield from differing(one, found[name], f"{at}.{name}")
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for place, pair in enumerate(zip(expected, found, strict=True)):
            yield from differing(*pair, f"{at}[{place}]")
    elif isinstance(expected, Enum):  # a word of ours, which is its text
        yield from differing(expected.value, found, at)
    elif repr(expected) != repr(found):
        yield f"{at}: {expected!r}, and {found!r}"


def check_same(name: str, expected: Any, found: Any) -> None:
    """Two outcomes that must be one."""
    if isinstance(expected, Page):
        rows = list(islice(found.rows, len(expected)))
        assert repr(list(expected)) == repr(rows), name
        if expected.next_cursor is None:
            assert next(found.rows, None) is None, name
        return
    if not isinstance(expected, Exception):
        found_out = list(differing(expected, found))
        assert [] == found_out, f"{name}: {found_out[:3]}"
        return
    kind = RuleBroken if type(expected) is OverAllocated else type(expected)
    assert isinstance(found, finzcore.FinzError), f"{name}: {expected!r}, and {found!r}"
    assert (kind, expected.code, expected.field, expected.message, repr(expected.details)) == (
        type(found), found.code, found.field, found.message, repr(found.details),
    ), name  # fmt: skip


def opened(target: str, clock: FrozenClock) -> finzcore.Engine:
    engine = finzcore.open(
        target, clock=clock, ids=CountingIds(), random=Chance(), settings=SETTINGS, blobs=Shelf()
    )
    handle = engine.handle
    vars(engine)["handle"] = lambda request: without_limits(handle(request))
    scheduled = engine.run_scheduler
    # It lets go of the keys of POSTs, too, and `Org` is called without any.
    vars(engine)["run_scheduler"] = lambda now=None: min(1, scheduled(now))
    return engine


def without_limits(answer: Response) -> Response:
    """An answer that does not say how many requests there were; `Org` makes none."""
    headers = [(name, value) for name, value in answer.headers if not name.startswith("X-RateLimit")]
    return Response(answer.status, headers, answer.body)
