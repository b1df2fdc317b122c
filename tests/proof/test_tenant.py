"""Every operation, given the id of something that is another organisation's: it is answered as if that id
had never been (`reliability.md` §5).

An id of another organisation does not decode here. So that the rows themselves are shown to be apart, the
other organisation's keys are tried in our spelling too: those decode, and must find nothing.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

import finzcore
from finzcore.api import Request
from finzcore.api.multipart import Sent, written
from finzcore.api.routing import BASE
from finzcore.books.entities import LOGGED
from finzcore.books.references import Id
from finzcore.books.shapes import Plan
from finzcore.books.templates import KEPT_IN
from finzcore.ids import from_uuid, unwire, uuid_text, wire
from finzcore.ports import Table
from finzcore.storage.derived import TableSql
from finzcore.testing import Call
from tests.databases import of_target
from tests.engines import ENGINES, Place, is_postgres
from tests.proof.fuzz_requests import OPERATIONS, put
from tests.proof.races import SEED
from tests.proof.races_crews import open_books
from tests.proof.rewording import FOR_ALL, reworded
from tests.proof.test_fuzz import NOUNS, bodies_of, founded, listed
from tests.trade import Trade

NEVER: Final = 2**62 + SEED
"""A key that nothing has."""

ORDERS: Final = {"sales_orders": "sales_order", "purchase_orders": "purchase_order"}
"""What is carried out line by line, with its name in answers."""

OF_ONE: Final = [pair for pair in OPERATIONS if pair[1].by_id and pair[1].needs_organisation]
"""What names one row of the organisation; companies and connections, which belong to none, have strangers of
their own in `tests/api`."""

PREFIXES: Final = {resource.name: resource.prefix for resource, _ in OPERATIONS}


def key_of(prefix: str, org: int, shown: str) -> int:
    key = unwire(prefix, org, shown) if prefix else from_uuid(org, shown)
    assert key is not None
    return key


def shown_as(prefix: str, org: int, key: int) -> str:
    return wire(prefix, org, key) if prefix else uuid_text(org, key)


@attrs.frozen
class Neighbours:
    """Two organisations in one file, of which the second is a stranger to the first."""

    target: str
    call: Call
    ours: int
    theirs: int
    ids: dict[str, list[str]]
    foreign: dict[str, list[str]]
    bodies: dict[str, dict[str, Any]]

    def strange(self, of: str, prefix: str) -> Iterator[str]:
        """Ids that must be as if they had never been: theirs, as they are and in our spelling."""
        mine = {key_of(prefix, self.ours, shown) for shown in self.ids[of]}
        theirs = [(shown, key_of(prefix, self.theirs, shown)) for shown in self.foreign[of]]
        apart = [(shown, key) for shown, key in theirs if key not in mine]
        assert apart, f"every key of the other's {of} is one of ours"
        for shown, key in apart[-2:]:
            yield shown
            yield shown_as(prefix, self.ours, key)

    def several(self) -> str:
        """What says that somebody asks who belongs to us alone, but might belong to others too."""
        engine, org_id = self.call.engine, uuid_text(0, self.ours)
        user = engine.create_user(name="Meera").user_id
        engine.add_membership(org_id, user)
        minted = engine.mint_pat(user_id=user)
        engine.set_tier(minted.token_id, "PARTNER")
        return f"Bearer {minted.token}"

    def answer(
        self, method: str, path: str, body: bytes, shown: str, query: str = "", **more: str
    ) -> tuple[Any, ...]:
        """Status, headers and body, without what names the request and the id."""
        headers = {"Authorization": f"Bearer {self.call.token}"} | more
        if method == "POST":
            headers["Idempotency-Key"] = f"tenant-{next(self.call._keys)}"
        given = self.call.engine.handle(Request(method, BASE + path, query, headers, body))
        request_id = given.header("X-Request-Id") or ""
        kept = [pair for pair in given.headers if pair[0] not in ("X-Request-Id", "X-RateLimit-Remaining")]
        text = given.body.decode().replace(shown, "<id>").replace(request_id, "<request>")
        return given.status, kept, text


@pytest.fixture(scope="module", params=ENGINES)
def neighbours(request: pytest.FixtureRequest, places: Callable[[str], Place]) -> Iterator[Neighbours]:
    with places(request.param)() as target, open_books(target, "tenant") as engine:
        _, theirs = settled(engine, "Somebody Else", more=True)
        org, trade = settled(engine, "Acme Traders")
        ids, foreign = ids_of(trade), ids_of(theirs)
        ours, others = trade.org._key, theirs.org._key
        yield Neighbours(target, trade.call, ours, others, ids, foreign, bodies_of(org, ids))


def settled(engine: finzcore.Engine, name: str, *, more: bool = False) -> tuple[finzcore.Org, Trade]:
    """An organisation, with `more` of what is numbered from one in each."""
    org, trade, _ = founded(engine, name)
    org.add_salesperson("Farah")
    if more:
        org.create_account(code="9999", name="Strange", account_type="EXPENSE")
        trade.invoice(trade.contact("Gita"), 1)
    return org, trade


def ids_of(trade: Trade) -> dict[str, list[str]]:
    """Every id that lists show, by resource; those of accounts and journals in the order of their keys."""
    ids = {name: listed(trade, name) for name in NOUNS}
    for name, noun in (("cost_centers", "cost_center_id"), ("salespersons", "salesperson_id")):
        ids[name] = [row[noun] for row in trade.call.ok("GET", f"/{name}")[name]]
    for name, noun in ORDERS.items():
        order = trade.call.ok("GET", f"/{name}/{ids[name][-1]}")[noun]
        ids[f"lines of {name}"] = [line["line_item_id"] for line in order["line_items"]]
    return ids


@pytest.mark.parametrize(
    ("resource", "operation"),
    OF_ONE,
    ids=[f"{resource.name}.{operation.name}" for resource, operation in OF_ONE],
)
def test_a_foreign_id_in_a_path_is_like_one_that_never_was(
    neighbours: Neighbours, resource: Any, operation: Any
) -> None:
    body = put(neighbours.bodies.get(f"{resource.name}.{operation.name}", {}), ("unknown",), "1")

    def answer(shown: str) -> tuple[Any, ...]:
        path = f"{resource.path}{operation.path}".replace("{id}", shown)
        return neighbours.answer(operation.method, path, body, shown)

    never = answer(shown_as(resource.prefix, neighbours.ours, NEVER))
    assert 404 == never[0]
    for shown in neighbours.strange(resource.name, resource.prefix):
        assert never == answer(shown), shown


def test_without_its_organisation_a_statement_finds_what_is_the_strangers(
    neighbours: Neighbours, tmp_path: Path
) -> None:
    target = str(tmp_path / "copy.db")
    neighbours.call.engine.backup(target)
    _, respelled, *_ = neighbours.strange("invoices", "inv_")
    with reworded(*FOR_ALL), closing(open_books(target, "leak")) as leaking:
        assert 200 == Call(leaking, neighbours.call.token)("GET", f"/invoices/{respelled}").status


def id_places(plan: Plan, at: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Id]]:
    """Where a shape names something by its id."""
    for name, spec in plan.specs.items():
        if isinstance(spec.kind, Id):
            yield (*at, name), spec.kind
        elif isinstance(spec.each, Id):
            yield (*at, name, 0), spec.each
        elif spec.one is not None:
            yield from id_places(spec.one.plan, (*at, name))
        elif hasattr(spec.each, "plan"):
            yield from id_places(spec.each.plan, (*at, name, 0))


IN_BODIES: Final = [
    (resource, operation, at, kind)
    for resource, operation in OPERATIONS
    if operation.body is not None
    for at, kind in id_places(operation.body.plan)  # type: ignore[attr-defined]
]
IN_QUERIES: Final = [
    (resource, operation, at[0], kind)
    for resource, operation in OPERATIONS
    if operation.query is not None
    for at, kind in id_places(operation.query.plan)  # type: ignore[attr-defined]
]


def _names(rows: list[Any]) -> list[str]:
    return [f"{resource.name}.{operation.name} {at}" for resource, operation, at, _ in rows]


@pytest.mark.parametrize(("resource", "operation", "at", "kind"), IN_BODIES, ids=_names(IN_BODIES))
def test_a_foreign_id_in_a_body_is_like_one_that_never_was(
    neighbours: Neighbours, resource: Any, operation: Any, at: tuple[str | int, ...], kind: Id
) -> None:
    key = neighbours.ids[resource.name][-1] if operation.by_id else ""
    path = f"{resource.path}{operation.path}".replace("{id}", key)
    in_row = resource.name == "bulk"

    def answer(shown: str) -> tuple[Any, ...]:
        body = put(neighbours.bodies[f"{resource.name}.{operation.name}"], at, f'"{shown}"')
        return neighbours.answer(operation.method, path, body, shown)

    never = answer(shown_as(kind.prefix, neighbours.ours, NEVER))
    assert (200 if in_row else 404) == never[0]
    assert '"not_found.resource"' in never[2]
    assert str(at[2 * in_row]) in never[2]
    for shown in neighbours.strange(kind.of, kind.prefix):
        assert never == answer(shown), shown


@pytest.mark.parametrize(
    ("resource", "field", "name", "of"),
    [("invoices", "line_items", "item_id", "items"), ("payments", "allocations", "invoice_id", "invoices")],
)
def test_a_foreign_id_beside_one_of_ours_is_like_one_that_never_was(
    neighbours: Neighbours, resource: str, field: str, name: str, of: str
) -> None:
    """Several rows of a table are looked up together, by another statement than one."""
    row = neighbours.bodies[f"{resource}.create"][field][0]
    body = neighbours.bodies[f"{resource}.create"] | {field: [row | {name: neighbours.ids[of][-1]}, row]}

    def answer(shown: str) -> tuple[Any, ...]:
        text = put(body, (field, 1, name), f'"{shown}"')
        return neighbours.answer("POST", f"/{resource}", text, shown)

    never = answer(shown_as(PREFIXES[of], neighbours.ours, NEVER))
    assert 404 == never[0]
    assert f"{field}[1].{name}" in never[2]
    for shown in neighbours.strange(of, PREFIXES[of]):
        assert never == answer(shown), shown


@pytest.mark.parametrize(("resource", "operation", "name", "kind"), IN_QUERIES, ids=_names(IN_QUERIES))
def test_a_foreign_id_in_a_query_is_like_one_that_never_was(
    neighbours: Neighbours, resource: Any, operation: Any, name: str, kind: Id
) -> None:
    def answer(shown: str) -> tuple[Any, ...]:
        query = f"{name}={shown}&as_of_date=2026-05-31&from_date=2026-05-01&to_date=2026-05-31"
        if resource.name == "reports" and name in ("branch_id", "cost_center_id"):
            query += f"&account_id={neighbours.ids['accounts'][0]}&contact_id={neighbours.ids['contacts'][0]}"
        path = f"{resource.path}{operation.path}"
        if operation.of_several:
            query += "&organization_ids=all"
        return neighbours.answer("GET", path, b"", shown, query, **several)

    several = {"Authorization": neighbours.several()} if operation.of_several else {}
    never = answer(shown_as(kind.prefix, neighbours.ours, NEVER))
    # Of several organisations, one that does not know the id is left out and named.
    assert (200 if operation.listing or operation.of_several else 404) == never[0]
    if operation.listing:
        assert f'"{resource.plural}":[]' in never[2]
    for shown in neighbours.strange(kind.of, kind.prefix):
        assert never == answer(shown), shown


# ----- ids whose kind another word of the request says -----


def about(resource: str, shape: Any) -> list[tuple[str, str, str]]:
    """What a body or a query may say that its `entity_id` is the id of, and the resource of that."""
    words = shape.plan.specs["entity_type"].kind.words
    return [(resource, word, LOGGED[word]) for word in words if LOGGED.get(word) in NOUNS]


PUT_BESIDE: Final = [
    row
    for resource, operation in OPERATIONS
    if operation.name == "create" and resource.name in ("comments", "attachments")
    for row in about(resource.name, operation.body)
]
LISTED_BESIDE: Final = [
    row
    for resource, operation in OPERATIONS
    if operation.listing and resource.name in ("comments", "attachments", "activity")
    for row in about(resource.name, operation.query)
]


@pytest.mark.parametrize(("resource", "word", "of"), PUT_BESIDE)
def test_nothing_is_put_beside_what_is_the_strangers(
    neighbours: Neighbours, resource: str, word: str, of: str
) -> None:
    def answer(shown: str) -> tuple[Any, ...]:
        body: dict[str, Any] = {"entity_type": word, "entity_id": shown, "body": "Whose?"}
        if resource == "comments":
            return neighbours.answer("POST", "/comments", json.dumps(body).encode(), shown)
        kind, form = written(body | {"file": Sent("note.txt", b"Whose?")})
        return neighbours.answer("POST", "/attachments", form, shown, **{"Content-Type": kind})

    never = answer(shown_as(PREFIXES[of], neighbours.ours, NEVER))
    assert 404 == never[0]
    assert '"entity_id"' in never[2]
    for shown in neighbours.strange(of, PREFIXES[of]):
        assert never == answer(shown), shown


@pytest.mark.parametrize(("resource", "word", "of"), LISTED_BESIDE)
def test_nothing_beside_what_is_the_strangers_is_listed(
    neighbours: Neighbours, resource: str, word: str, of: str
) -> None:
    for shown in neighbours.strange(of, PREFIXES[of]):
        query = f"entity_type={word}&entity_id={shown}"
        status, _, text = neighbours.answer("GET", f"/{resource}", b"", shown, query)
        assert 200 == status
        assert f'"{resource}":[]' in text


@pytest.mark.parametrize(("word", "of"), KEPT_IN.items())
def test_nothing_of_the_strangers_is_made_again_and_again(neighbours: Neighbours, word: str, of: str) -> None:
    def answer(shown: str) -> tuple[Any, ...]:
        body = neighbours.bodies["recurring.create"] | {"entity_type": word, "template_payload": None}
        return neighbours.answer(
            "POST", "/recurring", put(body, ("template_entity_id",), f'"{shown}"'), shown
        )

    never = answer(shown_as(PREFIXES[of], neighbours.ours, NEVER))
    assert 404 == never[0]
    assert '"template_entity_id"' in never[2]
    for shown in neighbours.strange(of, PREFIXES[of]):
        assert never == answer(shown), shown


@pytest.mark.parametrize(
    ("orders", "agree", "carry"),
    [("sales_orders", "confirm", "convert-to-invoice"), ("purchase_orders", "issue", "convert-to-bill")],
)
def test_no_line_of_the_strangers_is_carried_out(
    neighbours: Neighbours, orders: str, agree: str, carry: str
) -> None:
    path = f"/{orders}/{neighbours.ids[orders][-1]}"
    neighbours.call("POST", f"{path}/{agree}", {})

    def answer(shown: str) -> tuple[Any, ...]:
        parts = [{"line_item_id": shown, "quantity": 1}]
        return neighbours.answer("POST", f"{path}/{carry}", json.dumps({"line_items": parts}).encode(), shown)

    of = f"lines of {orders}"
    never = answer(shown_as("li_", neighbours.ours, NEVER))
    assert 404 == never[0]
    assert '"line_items[0].line_item_id"' in never[2]
    for shown in neighbours.strange(of, "li_"):
        assert never == answer(shown), shown


@pytest.mark.parametrize("bound", [True, False])
@pytest.mark.parametrize("where", ["X-AIBooks-Org", "x-apideck-company-id", "organization_id"])
def test_a_foreign_organisation_is_like_one_that_never_was(
    neighbours: Neighbours, bound: bool, where: str
) -> None:
    engine = neighbours.call.engine
    token = neighbours.call.token
    if not bound:
        user = engine.create_user(name="Hari")
        engine.add_membership(uuid_text(0, neighbours.ours), user.user_id)
        token = engine.mint_pat(user_id=user.user_id).token

    def answer(org: int) -> tuple[int, bytes]:
        shown = uuid_text(0, org)
        headers = {"Authorization": f"Bearer {token}"} | (
            {} if where == "organization_id" else {where: shown}
        )
        query = f"organization_id={shown}" if where == "organization_id" else ""
        given = engine.handle(Request("GET", f"{BASE}/contacts", query, headers))
        return given.status, given.body.replace((given.header("X-Request-Id") or "").encode(), b"")

    assert 200 == answer(neighbours.ours)[0]
    assert 403 == answer(NEVER)[0]
    assert answer(NEVER) == answer(neighbours.theirs)


# ----- and it would be noticed -----


def _everybodys(table: Table, text: str) -> str:
    read = table.name in ("contacts", "invoices")
    return text.replace("org_id = ?", "? IS NOT NULL") if read else text


def _gets_of_everybody(texts: TableSql, table: Table) -> None:
    _made(texts, table)
    texts.get = _everybodys(table, texts.get)


def _looks_up_everybody(texts: TableSql, count: int) -> tuple[str, int]:
    text, size = _many(texts, count)
    return _everybodys(texts.table, text), size


_made, _many = TableSql.__init__, TableSql.many


@pytest.fixture
def leaking(neighbours: Neighbours, tmp_path: Path) -> Iterator[Neighbours]:
    """The same two, opened anew: in a copy of their file, or as somebody whom no policy narrows."""
    target = neighbours.target
    if is_postgres(target):
        target = of_target(target).server.address(of_target(target).name)
    else:
        target = str(tmp_path / "copy.db")
        neighbours.call.engine.backup(target)
    with opened_anew(neighbours, target, 10**3) as opened:
        yield opened


@pytest.fixture
def narrowed(neighbours: Neighbours) -> Iterator[Neighbours]:
    """The same two, opened anew as our code opens them in a database."""
    with opened_anew(neighbours, neighbours.target, 10**6) as opened:
        yield opened


@contextmanager
def opened_anew(neighbours: Neighbours, target: str, keys: int) -> Iterator[Neighbours]:
    """The same two in books that are opened anew, with keys that had no answer yet."""
    with open_books(target, f"anew {keys}") as engine:
        call = Call(engine, neighbours.call.token)
        call._keys = count(keys)
        yield attrs.evolve(neighbours, call=call)


def _get_by_a_foreign_id(neighbours: Neighbours) -> None:
    (getting,) = (pair for pair in OPERATIONS if (pair[0].name, pair[1].name) == ("invoices", "get"))
    test_a_foreign_id_in_a_path_is_like_one_that_never_was(neighbours, *getting)


def _pay_by_a_foreign_id(neighbours: Neighbours) -> None:
    test_a_foreign_id_beside_one_of_ours_is_like_one_that_never_was(
        neighbours, "payments", "allocations", "invoice_id", "invoices"
    )


def test_a_row_that_is_got_without_its_organisation_is_noticed(
    leaking: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TableSql, "__init__", _gets_of_everybody)
    with pytest.raises(AssertionError, match=r"^inv_"):
        _get_by_a_foreign_id(leaking)


def test_rows_that_are_looked_up_without_their_organisation_are_noticed(
    leaking: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TableSql, "many", _looks_up_everybody)
    with pytest.raises(AssertionError, match=r"^inv_"):
        _pay_by_a_foreign_id(leaking)


@pytest.mark.parametrize("neighbours", ["postgres"], indirect=True)
def test_where_a_statement_forgets_its_organisation_the_policies_remember_it(
    narrowed: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TableSql, "__init__", _gets_of_everybody)
    monkeypatch.setattr(TableSql, "many", _looks_up_everybody)
    _get_by_a_foreign_id(narrowed)
    _pay_by_a_foreign_id(narrowed)
