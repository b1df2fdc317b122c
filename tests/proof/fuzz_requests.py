"""Malformed requests, over every operation that is declared: made from its shape, or by a seeded chance."""

import base64
import io
import json
import random
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, Final

import attrs

from finzcore.api import Request
from finzcore.api.routing import BASE
from finzcore.books.references import Id
from finzcore.books.registry import resources
from finzcore.books.resource import JSON, Operation, Resource
from finzcore.books.shapes import Plan, Spec
from tests.proof.fuzz import Shot
from tests.proof.fuzz_values import (
    AUTHORIZATIONS,
    BROKEN_BODIES,
    ENTRIES_WRONG,
    HEADERS,
    KEYS_WRONG,
    LISTS_WRONG,
    METHODS,
    OBJECTS_WRONG,
    PATHS,
    QUERY_VALUES,
    SCRAPS,
    TYPES_WRONG,
    edges_of,
    wrong_for,
)

Found = tuple[tuple[str | int, ...], str, list[str]]
"""Where in a body, what the field is called in answers, and JSON texts that are wrong there."""


@attrs.define
class Target:
    """The books that are shot at: a token, ids of everything by resource, and bodies that are good."""

    token: str
    ids: dict[str, list[str]]
    strangers: list[str]
    """Ids of another organisation."""
    bodies: dict[str, dict[str, Any]]
    cursors: list[str]
    chance: random.Random
    drawn: int = 0

    def request(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *more: tuple[str, str],
        query: str = "",
        key: bool = True,
    ) -> Request:
        """A request with the token and, on a POST, a key nobody has used."""
        self.drawn += 1
        headers = [("Authorization", f"Bearer {self.token}"), *more]
        if method == "POST" and key:
            headers.append(("Idempotency-Key", f"shot-{self.drawn}"))
        return Request(method, BASE + path, query, headers, body)

    def path_of(self, resource: Resource, operation: Operation, shown: str | None = None) -> str:
        """The path of an operation, with an id that is there or the one given."""
        assert operation.path is not None
        known = self.ids.get(resource.name) or ["none"]
        return f"{resource.path}{operation.path}".replace("{id}", shown or self.chance.choice(known))


OPERATIONS: Final = tuple(
    (resource, operation)
    for resource in resources()
    for operation in resource.operations
    if operation.path is not None
)
_WITH_BODY: Final = tuple(pair for pair in OPERATIONS if pair[1].body is not None and pair[1].media == JSON)
_WITH_QUERY: Final = tuple(pair for pair in OPERATIONS if pair[1].query is not None)


# ----- every field of every shape -----


def wrong_places(plan: Plan, at: tuple[str | int, ...] = (), shown: str = "") -> Iterator[Found]:
    """Every field of a shape and of the shapes in it, with what it cannot be."""
    for name, spec in plan.specs.items():
        yield from _wrong_in(spec, (*at, name), shown + name)


def _wrong_in(spec: Spec, at: tuple[str | int, ...], shown: str) -> Iterator[Found]:
    if spec.kind is not None:
        yield at, shown, wrong_for(spec.kind)
    elif spec.one is not None:
        yield at, shown, list(OBJECTS_WRONG)
        yield from wrong_places(spec.one.plan, at, f"{shown}.")
    else:
        # Where one entry may stand alone, a text is one, and wrong as that.
        lists = [text for text in LISTS_WRONG if not (spec.alone and text.startswith('"'))]
        yield at, shown, [*lists, json.dumps([{}] * (spec.most + 1))]
        if spec.apart:
            return  # What is wrong with an entry refuses that entry alone, as it would by itself.
        first = f"{shown}[0]"
        if hasattr(spec.each, "plan"):
            yield at, first, list(ENTRIES_WRONG)
            yield from wrong_places(spec.each.plan, (*at, 0), f"{first}.")
        else:
            yield at, first, [f"[{text}]" for text in wrong_for(spec.each)]


def put(body: dict[str, Any], at: tuple[str | int, ...], text: str) -> bytes:
    """A body with a JSON text where it is wrong; what leads there is made where it is missing."""
    made = json.loads(json.dumps(body))
    inner: Any = made
    for step, following in pairwise(at):
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(step, int):
            inner += [{}] * (step + 1 - len(inner))
        elif not inner.get(step):
            inner[step] = empty
        inner = inner[step]
    if isinstance(at[-1], int):
        inner += [None] * (at[-1] + 1 - len(inner))
    inner[at[-1]] = "\N{PILCROW SIGN}"
    return json.dumps(made, ensure_ascii=False).replace('"\N{PILCROW SIGN}"', text).encode()


def fields(target: Target) -> Iterator[Shot]:
    """Every field of every body, wrong in every way that its kind knows."""
    for resource, operation in _WITH_BODY:
        shape: Any = operation.body
        body = target.bodies[f"{resource.name}.{operation.name}"]
        for at, shown, texts in wrong_places(shape.plan):
            for text in texts:
                path = target.path_of(resource, operation)
                key = operation.key == "required"
                request = target.request(operation.method, path, put(body, at, text), key=key)
                yield Shot(f"field {shown} of {resource.name}.{operation.name}", request, field=shown)


def queries(target: Target) -> Iterator[Shot]:
    """Every parameter of every query, given what parameters should not be given."""
    for resource, operation in _WITH_QUERY:
        shape: Any = operation.query
        path = target.path_of(resource, operation)
        for name in shape.plan.names:
            for value in QUERY_VALUES:
                yield Shot("query", target.request("GET", path, query=f"{name}={value}"))
            twice = target.request("GET", path, query=f"{name}=1&{name}=1")
            yield Shot("parameter twice", twice, field=name, status=422)
        if "cursor" in shape.plan.names:
            asked = {"entity_type": "INVOICE", "entity_id": target.ids["invoices"][-1]}
            about = "".join(f"{name}={asked[name]}&" for name in shape.plan.required if name != "cursor")
            for cursor in forged(target.cursors):
                request = target.request("GET", path, query=f"{about}cursor={cursor}")
                yield Shot("forged cursor", request, field="cursor", status=400)


def forged(cursors: list[str]) -> Iterator[str]:
    """Cursors that nobody has signed, or that somebody else has."""
    for cursor in cursors:
        said = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        for change in (
            {"id": -1}, {"id": 2**70}, {"id": [1]}, {"id": True}, {"id": None}, {"v": 2}, {"v": "1"},
            {"q": ""},
            {"s": ""}, {"s": "é"}, {"s": 5}, {"created_at": 5}, {"created_at": "\0"}, {"id": "x" * 200},
        ):  # fmt: skip
            text = json.dumps(said | change)
            yield base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        yield cursor[:-4]
        yield cursor[::-1]
        yield cursor.swapcase()
    for text in ("[]", "5", "null", "{}", '"x"', "[" * 300, "NaN", '{"id":1e999}', "\xff"):
        yield base64.urlsafe_b64encode(text.encode("latin-1")).decode().rstrip("=")
    yield from ("x", "%C3%A9", "a=b", "====", "x" * 501)


def paths(target: Target) -> Iterator[Shot]:
    """Every method on every path, and paths that are none."""
    for resource, operation in OPERATIONS:
        path = target.path_of(resource, operation)
        for method in METHODS:
            yield Shot("method", target.request(method, path))
        for spoilt in PATHS:
            yield Shot("path", target.request(operation.method, spoilt.replace("*", path), key=False))


def heads(target: Target) -> Iterator[Shot]:
    """Headers that are wrong, on every operation."""
    for resource, operation in OPERATIONS:
        path, method = BASE + target.path_of(resource, operation), operation.method
        body = json.dumps(target.bodies.get(f"{resource.name}.{operation.name}", {})).encode()
        for values in AUTHORIZATIONS:
            headers = [("Authorization", value.replace("*", target.token)) for value in values]
            yield Shot("token", Request(method, path, "", headers, body), status=401)
        if method == "POST":
            for values in KEYS_WRONG:
                keyed = [
                    ("Authorization", f"Bearer {target.token}"),
                    *(("Idempotency-Key", v) for v in values),
                ]
                yield Shot("key", Request(method, path, "", keyed, body), "Idempotency-Key", 400)
        for name, value in HEADERS:
            if body != b"{}":
                continue
            yield Shot(
                "header", target.request(method, path.removeprefix(BASE), body, (name, value), key=False)
            )
        if operation.body is not None:
            for name, value in TYPES_WRONG:
                if operation.media != JSON and value.startswith(operation.media):
                    continue
                typed = target.request(method, path.removeprefix(BASE), body, (name, value))
                yield Shot("media", typed, status=415)


def syntax(target: Target) -> Iterator[Shot]:
    """Bodies that are no JSON object, on every operation that reads one."""
    for number, (resource, operation) in enumerate(_WITH_BODY):
        for index, broken in enumerate(BROKEN_BODIES):
            if len(broken) < 5_000 or index % len(_WITH_BODY) == number:
                request = target.request(operation.method, target.path_of(resource, operation), broken)
                yield Shot("syntax", request, status=422)


# ----- by chance -----


def _scrap(target: Target, depth: int = 0) -> Any:
    """Any value: a scrap, an id of somebody, or a small nest of them."""
    chance = target.chance
    kind = chance.random()
    if kind < 0.2:
        return chance.choice(chance.choice([*target.ids.values(), target.strangers]))
    if kind < 0.3 and depth < 3:
        return [_scrap(target, depth + 1) for _ in range(chance.randrange(4))]
    if kind < 0.4 and depth < 3:
        return {str(_scrap(target, 9)): _scrap(target, depth + 1) for _ in range(chance.randrange(4))}
    return chance.choice(SCRAPS)


def chaos(target: Target) -> Shot:
    """A good body with some of its fields replaced by anything."""
    chance = target.chance
    resource, operation = chance.choice(_WITH_BODY)
    known = f"{resource.name}.{operation.name}"
    body = dict(target.bodies[known])
    shape: Any = operation.body
    names = list(shape.plan.names)
    for _ in range(chance.randint(1, 4)):
        name = chance.choice(names)
        body[name] = _scrap(target)
        nested = getattr(shape.plan.names[name][1].each, "plan", None)
        if nested is not None and chance.random() < 0.8:
            body[name] = [
                (target.bodies[known].get(name) or [{}])[0]
                | {chance.choice(list(nested.names)): _scrap(target) for _ in "ab"}
            ]
    return Shot("chaos", target.request(operation.method, target.path_of(resource, operation), _text(body)))


def edged(target: Target) -> Shot:
    """A good body with some fields at the edge of what they can take."""
    chance = target.chance
    resource, operation = chance.choice(_WITH_BODY)
    shape: Any = operation.body
    body = _edged(target, shape.plan, target.bodies[f"{resource.name}.{operation.name}"])
    return Shot("edged", target.request(operation.method, target.path_of(resource, operation), _text(body)))


def _edged(target: Target, plan: Plan, body: dict[str, Any]) -> dict[str, Any]:
    made, chance = dict(body), target.chance
    for name in chance.sample(list(plan.specs), min(len(plan.specs), chance.randint(0, 3))):
        spec = plan.specs[name]
        if isinstance(spec.kind, Id):
            made[name] = chance.choice([None, *target.ids.get(spec.kind.of, ())])
        elif spec.kind is not None:
            made[name] = chance.choice(edges_of(name, spec.kind))
        elif spec.one is not None:
            made[name] = _edged(target, spec.one.plan, {})
    for name, spec in plan.specs.items():
        if spec.each is not None and made.get(name) and hasattr(spec.each, "plan"):
            made[name] = [_edged(target, spec.each.plan, one) for one in made[name] * chance.randint(1, 3)]
    return made


def _text(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=True).encode()


def torn(target: Target) -> Shot:
    """A good body, some bytes of which are others, gone or twice."""
    chance = target.chance
    resource, operation = chance.choice(_WITH_BODY)
    text = bytearray(_text(target.bodies[f"{resource.name}.{operation.name}"]))
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(text))
        match chance.randrange(3):
            case 0:
                text[place] = chance.randrange(256)
            case 1:
                del text[place:]
            case _:
                text[place:place] = text[place : place + chance.randrange(9)]
        text = text or bytearray(b"[")
    return Shot("torn", target.request(operation.method, target.path_of(resource, operation), bytes(text)))


def asked(target: Target) -> Shot:
    """A list or a report with parameters that were drawn from a hat."""
    chance = target.chance
    resource, operation = chance.choice(_WITH_QUERY)
    shape: Any = operation.query
    names = [*shape.plan.names, "organization_id", "page", "sort", ""]
    pairs = [f"{chance.choice(names)}={chance.choice(QUERY_VALUES)}" for _ in range(chance.randint(1, 4))]
    return Shot("asked", target.request("GET", target.path_of(resource, operation), query="&".join(pairs)))


def strayed(target: Target) -> Shot:
    """An operation on an id of something else, of somebody else, or of nobody."""
    chance = target.chance
    resource, operation = chance.choice([pair for pair in OPERATIONS if pair[1].by_id])
    others = [
        *target.strangers,
        *(one for name, ids in target.ids.items() if name != resource.name for one in ids),
    ]
    shown = chance.choice(others)
    shown = chance.choice(
        [shown, shown.upper(), shown[:-1], shown + "0", shown.replace("0", "%30"), shown + "%20"]
    )
    body = _text(target.bodies.get(f"{resource.name}.{operation.name}", {}))
    request = target.request(operation.method, target.path_of(resource, operation, shown), body)
    return Shot("strayed", request, status=None if "." in shown else 404)


def lied(target: Target) -> Shot:
    """A body from a file, with a length that is none of its own."""
    chance = target.chance
    resource, operation = chance.choice(_WITH_BODY)
    body = _text(target.bodies[f"{resource.name}.{operation.name}"] | {"notes": 5, "mode": 5, "status": 5})
    length = chance.choice(["-1", "0", "1", "x", "²", "1048577", "9" * 30, "", "1e3", " 5 ", "+5", "٣"])
    request = target.request(
        operation.method, target.path_of(resource, operation), b"", ("Content-Length", length)
    )
    return Shot("length", attrs.evolve(request, body=io.BytesIO(body)))


WHOLE: Final = (fields, queries, paths, heads, syntax)
"""What is gone through from end to end."""

DRAWN: Final[tuple[Callable[[Target], Shot], ...]] = (
    edged,
    edged,
    edged,
    chaos,
    chaos,
    torn,
    asked,
    strayed,
    lied,
)
"""What is drawn by chance, as long as there is room."""
