"""What a story touched, found in its record: nothing that exists may be left out of it."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from finzcore import errors
from finzcore.administration import Administration
from finzcore.api import Request, routing
from finzcore.api.envelopes import STATUS
from finzcore.api.multipart import read_form
from finzcore.books.kinds import Choice
from finzcore.books.registry import resources
from finzcore.books.resources.attachments import NewAttachment
from finzcore.books.upload import let_go
from finzcore.errors import FinzError, NotFound, WrongMethod
from tests.stories.sameness.scribe import Exchange

Named = set[tuple[str, str]]


def operations() -> Named:
    """Every operation with an address, as (resource, operation)."""
    return {(one.name, each.name) for one in resources() for each in one.operations if each.path is not None}


def reached(record: Iterable[Exchange], *, refused: bool) -> Named:
    """The operations that were done, or refused, once their address was found."""
    return {name for name, one in _routed(record) if (one.status >= 400) == refused}


def _routed(record: Iterable[Exchange]) -> Iterator[tuple[tuple[str, str], Exchange]]:
    for one in record:
        if one.request is not None:
            try:
                route = routing.find(one.request.method, one.request.canonical_path)
            except (NotFound, WrongMethod):
                continue
            yield (route.resource.name, route.operation.name), one


def parameters() -> set[str]:
    """Every parameter and every word that one of them knows, such as ``GET invoices.list status=PAID``."""
    return {
        f"{one.name}.{each.name} {said}"
        for one in resources()
        for each in one.operations
        if each.path is not None and each.query is not None
        for said in _said_of(each.query)
    }


def asked(record: Iterable[Exchange]) -> set[str]:
    """The parameters and words of requests that were answered."""
    found = set()
    for (of, name), one in _routed(record):
        if one.status == 200 and one.request is not None:
            for parameter, value in one.request.params:
                found |= {f"{of}.{name} {said}" for said in _spelled(parameter, value)}
    return found


def fields() -> set[str]:
    """Every field of every body, of what is within it too, with every word that it knows."""
    return {
        f"{one.name}.{each.name} {said}"
        for one in resources()
        for each in one.operations
        if each.path is not None and each.body is not None
        for said in _said_of(each.body)
    }


def sent(record: Iterable[Exchange]) -> set[str]:
    """The fields and words of bodies that were sent, taken or not. A change has the fields of a new one."""
    found = set()
    for (of, name), one in _routed(record):
        if one.request is not None and one.request.method in ("POST", "PUT"):
            body = _read(one.request)
            found |= {f"{of}.{name} {said}" for said in _walked(body)}
    return found


def _read(request: Request) -> Any:
    """The body of a request, as far as it can be read."""
    assert isinstance(request.body, bytes)
    try:
        if (request.header("Content-Type") or "").startswith("multipart/"):
            form = read_form([request.body], request.header("Content-Type"), None, NewAttachment)
            let_go(form)
            return form
        return json.loads(request.body or b"{}")
    except (ValueError, FinzError):
        return None


def _said_of(shape: Any) -> Iterator[str]:
    for spelled, (name, spec) in shape.plan.names.items():
        yield spelled
        if spelled == name and isinstance(spec.kind, Choice):
            yield from (f"{spelled}={word}" for word in (*spec.kind.words, *spec.kind.also))
        for within in (spec.one, spec.each):
            if hasattr(within, "plan"):
                yield from (f"{spelled}.{said}" for said in _said_of(within))


def _spelled(name: str, value: Any) -> Iterator[str]:
    yield name
    if isinstance(value, str):
        yield f"{name}={value}"
        yield f"{name}={value.upper()}"


def _walked(body: Any) -> Iterator[str]:
    if not isinstance(body, dict):
        return
    for name, value in body.items():
        yield from _spelled(name, value)
        for within in value if isinstance(value, list) else [value]:
            yield from (f"{name}.{said}" for said in _walked(within))


def administered() -> set[str]:
    """What only Python callers may do with an organisation."""
    return {name for name in vars(Administration) if not name.startswith("_")}


def called(record: Iterable[Exchange]) -> set[str]:
    """The names of the calls of Python."""
    return {one.asked.split(" ")[0] for one in record if one.request is None}


def refusals() -> set[tuple[int, str]]:
    """Every refusal that there is, as the status and the code that the API gives it."""
    kinds = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, FinzError)]
    return {(next(STATUS[base] for base in kind.__mro__ if base in STATUS), kind.code) for kind in kinds}


def refused(record: Iterable[Exchange]) -> set[tuple[int, str]]:
    """The refusals of a story."""
    return {(one.status, json.loads(one.answer)["code"]) for one in record if one.status >= 400}
