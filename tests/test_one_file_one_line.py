"""A new plain master costs one file and one line in the registry: here are both, and what comes of them."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import finzcore
from finzcore.books import registry
from finzcore.testing import Call, CountingIds, CountingRandom, FrozenClock
from tests.engines import ENGINES

THE_FILE = '''
"""Shelves: where items lie."""

from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.pages import Listing, draw
from finzcore.books.records import Records, record_table
from finzcore.books.resource import Page, Resource, browse, change, create, delete, fetch
from finzcore.books.shapes import flag, mention, number, row_of, shape, text
from finzcore.ports import Condition, Index, Row


@shape
class NewShelf:
    """A shelf as it is created."""

    name: str = text(40, required=True, also=("shelf_name",))
    width: int = number(least=0, default=0)
    item_id: int | None = mention("it_", "items", "Item")
    is_cold: int = flag(default=False)


SHELVES: Final = record_table(
    "shelves", NewShelf, indexes=(Index(name="shelves_name_uq", columns=("name",), unique=True),)
)

VIEW: Final = views.View(
    views.ident("shelf_id", "sh_", "id"),
    views.text("name"),
    views.number("width"),
    views.ident("item_id", "it_"),
    views.flag("is_cold"),
    *views.CREATED,
)

RECORDS: Final = Records(table=SHELVES, entity="SHELF", prefix="sh_", ref="name", view=VIEW)


@shape
class ShelfList(Listing):
    """Which shelves are wanted."""

    is_cold: int | None = flag()


def listing(books: Books, query: ShelfList) -> Page:
    """Shelves, newest first."""
    where = [] if query.is_cold is None else [Condition("is_cold", "=", query.is_cold)]
    return draw(books, SHELVES, query, where)


def add(books: Books, body: NewShelf) -> Row:
    """A new shelf."""
    return RECORDS.add(books, row_of(body))


def amend(books: Books, row: Row, changes: dict[str, Any]) -> Row:
    """Some fields of a shelf."""
    return RECORDS.amend(books, row, changes)


RESOURCE: Final = Resource(
    name="shelves", noun="shelf", prefix="sh_", table=SHELVES, view=VIEW, scope="items",
    operations=(
        browse(listing, ShelfList), fetch(), create(add, NewShelf), change(amend, NewShelf),
        delete(RECORDS.remove),
    ),
)
'''

THE_LINE = "shelves"


def registered(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Change the line everywhere: a module that has read the tuple by its name holds it for itself."""
    for name, holder in list(sys.modules.items()):
        if name.startswith("finzcore.") and vars(holder).get("RESOURCES") is before:
            holder.RESOURCES = after  # type: ignore[attr-defined]


@pytest.fixture
def shelves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The file among the resources, and its line in the registry."""
    name = f"finzcore.books.resources.{THE_LINE}"
    path = tmp_path / "shelves.py"
    path.write_text(THE_FILE)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    known = registry.RESOURCES
    longer = (*known, THE_LINE)
    registered(known, longer)
    yield module
    registered(longer, known)
    registry.resource.cache_clear()


@pytest.fixture(params=ENGINES)
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place without any table: those that other tests share have not this one's."""
    if request.param == "sqlite":
        return str(tmp_path / "shelves.db")
    bare: str = request.getfixturevalue("bare_database")
    return bare


@pytest.fixture
def engine(shelves: ModuleType, target: str, clock: FrozenClock) -> Iterator[finzcore.Engine]:
    settings = finzcore.Settings(durability="relaxed")
    with finzcore.open(
        target, clock=clock, ids=CountingIds(), random=CountingRandom(), settings=settings
    ) as books:
        yield books


def test_its_five_operations_answer_over_the_wire(call: Call, acme: finzcore.Org) -> None:
    item = acme.items.create(item_name="Ghee")["item_id"]
    answer = call("POST", "/shelves", {"shelf_name": "Top", "width": "1.25", "item_id": item})
    assert 201 == answer.status
    said = answer.json()
    assert "The shelf has been created." == said["message"]
    shelf = said["shelf"]
    key = shelf["shelf_id"]
    assert key.startswith("sh_")
    assert {
        "shelf_id": key,
        "name": "Top",
        "width": 1.25,
        "item_id": item,
        "is_cold": False,
        "created_time": "2026-05-19T05:00:00",
        "last_modified_time": "2026-05-19T05:00:00",
    } == shelf | {"width": float(shelf["width"])}
    assert shelf == call.ok("GET", f"/shelves/{key}")["shelf"]
    assert [shelf] == call.ok("GET", "/shelves?is_cold=false")["shelves"]
    assert [] == call.ok("GET", "/shelves?is_cold=true")["shelves"]
    changed = call.ok("PUT", f"/shelves/{key}", {"is_cold": True, "item_id": None})["shelf"]
    assert (True, None, "Top") == (changed["is_cold"], changed["item_id"], changed["name"])
    assert {"code": 0, "message": "The shelf has been deleted."} == call.ok("DELETE", f"/shelves/{key}")
    assert (404, "not_found.resource", "shelf_id") == call.refused("GET", f"/shelves/{key}")


def test_its_rules_come_from_its_declaration(call: Call, engine: finzcore.Engine, acme: finzcore.Org) -> None:
    said = call("POST", "/shelves", {"width": -1, "is_cold": "yes"}).json()
    assert [
        ("validation.required_field", "name"),
        ("validation.invalid_value", "width"),
        ("validation.invalid_value", "is_cold"),
    ] == [(fault["code"], fault["field"]) for fault in said["details"]["errors"]]
    unknown = {"name": "Top", "item_id": "it_" + "0" * 32}
    assert (404, "not_found.resource", "item_id") == call.refused("POST", "/shelves", unknown)
    contradiction = {"name": "Top", "shelf_name": "Low"}
    assert (400, "validation.invalid_value", "name") == call.refused("POST", "/shelves", contradiction)
    call.ok("POST", "/shelves", {"name": "Top"})
    assert (409, "conflict.duplicate", "name") == call.refused("POST", "/shelves", {"name": "Top"})
    assert (405, "validation.invalid_value", None) == call.refused("PUT", "/shelves", {})
    reader = Call(engine, engine.mint_pat(org_id=acme.org_id, scopes=["AIBooks.items.READ"]).token)
    assert 200 == reader("GET", "/shelves").status
    assert (403, "auth.insufficient_scope", None) == reader.refused("POST", "/shelves", {"name": "Low"})


def test_its_items_cannot_be_taken_away(call: Call, acme: finzcore.Org) -> None:
    item = acme.items.create(item_name="Ghee")["item_id"]
    shelf = acme.shelves.create(name="Top", item_id=item)
    assert (400, "validation.invalid_value", None) == call.refused("DELETE", f"/items/{item}")
    acme.shelves.update(shelf["shelf_id"], item_id=None)
    assert 200 == call("DELETE", f"/items/{item}").status


def test_python_callers_have_it_too(acme: finzcore.Org) -> None:
    keys = [acme.shelves.create(name=f"Shelf {number}")["shelf_id"] for number in range(5)]
    assert keys[::-1] == [row["shelf_id"] for row in acme.shelves.all(per_page=2)]
    assert "shelves" in dir(acme)
    acme.shelves.delete(keys[0])
    with pytest.raises(finzcore.FinzError):
        acme.shelves.get(keys[0])
    with pytest.raises(TypeError):
        acme.shelves.create(name="Low", colour="red")


def test_keys_organisations_and_history_hold_for_it(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    first, again = (call("POST", "/shelves", {"name": "Top"}, key="once") for _ in range(2))
    assert first.body == again.body
    assert 1 == len(acme.shelves.list())
    other = engine.create_org(name="Bharat Mills", state="IN-MH")
    assert [] == list(other.shelves.list())
    assert "Top" == other.shelves.create(name="Top")["name"]
    from finzcore.books.history import EVENTS

    with engine.store.read(acme._key) as session:
        assert "SHELF_CREATED" == session.find(EVENTS)[0]["action"]


def test_the_file_is_short() -> None:
    assert len(THE_FILE.splitlines()) < 80
