"""Which organisation a request is about: every operation × every way to select one × every kind of token.

What must come of it is worked out here from the table of `api.md` §1.3 alone. Instead of being done, an
operation says for which organisation it would have been: so nothing changes, and each cell is about the
selection and about nothing behind it.
"""

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any, Final

import attrs
import pytest

import finzcore
from finzcore.api import Request
from finzcore.api.accounting import PATH as ACCOUNTING
from finzcore.api.openapi.operations import path_of
from finzcore.api.routing import BASE
from finzcore.books.resource import Operation
from finzcore.books.unit import Call as UnitCall
from finzcore.books.unit import Outcome
from finzcore.ids import uuid_text
from finzcore.testing import Call
from tests.engines import Place
from tests.oauth.shop import Shop
from tests.proof.fuzz_requests import OPERATIONS

PLACES: Final = ("query", "X-AIBooks-Org", "x-apideck-company-id")
"""Where an organisation may be selected."""

VALUES: Final = ("own", "other", "foreign", "of the other kind", "unknown", "malformed", "blank")
"""What may stand there: the organisation that a token of one is bound to, another of its user, one of
strangers, a sandbox for a live token and the reverse, one that never was, what is no id, and a blank."""

Selection = tuple[tuple[str, str], ...]
"""Which values stand in which places."""

ONE_BY_ONE: Final[tuple[Selection, ...]] = (
    (),
    *(((place, value),) for place in PLACES for value in VALUES),
)
TOGETHER: Final[tuple[Selection, ...]] = tuple(
    ((one, first), (other, second))
    for one, other in combinations(PLACES, 2)
    for first, second in (("own", "own"), ("own", "other"))
)
MORE: Final[tuple[Selection, ...]] = (
    *(
        ((one, first), (other, second))
        for one, other in (*combinations(PLACES, 2), *((place, place) for place in PLACES))
        for first in VALUES
        for second in VALUES
    ),
    tuple((place, "own") for place in PLACES),
    tuple(zip(PLACES, ("other", "other", "own"), strict=True)),
)
"""Every pair of values in every pair of places, and twice in one, for some operations."""


@attrs.frozen
class Kind:
    """A kind of token, and what it reaches by the table."""

    token: str
    bound: str | None
    reaches: frozenset[str]
    spelled: dict[str, str]
    """What the values are for it."""
    default: str | None = None

    def expected(self, selection: Selection, *, needed: bool) -> Any:
        """The organisation that is used, None where none is and none is needed, or the refusal."""
        said = {self.spelled[value].strip() for _, value in selection} - {""}
        if len(said) > 1:
            return 400, "validation.invalid_value"
        (named,) = said or {""}
        if self.bound is not None:
            return self.bound if named in ("", self.bound) else (403, "auth.org_mismatch")
        if named:
            return named if named in self.reaches else (403, "auth.no_membership")
        if not needed:
            return None
        if self.default is None:
            return 400, "auth.missing_organization_id"
        return self.default if self.default in self.reaches else (403, "auth.no_membership")


class World:
    """Uma's organisations, some of strangers, a token of each kind; and who is asked for what."""

    def __init__(self, target: str) -> None:
        # A minute holds far more requests here than a token may make.
        limits = finzcore.Settings(durability="relaxed", rate_limits={"DEFAULT": 10**9, "PARTNER": 10**9})
        self.engine = finzcore.open(target, settings=limits)
        self.uma = self.engine.create_user(name="Uma")
        self.kinds = self._kinds()
        self.reached: list[str] = []
        self.engine.desk.do = self._said  # type: ignore[method-assign]

    def _said(self, call: UnitCall) -> Outcome:
        self.reached.append(uuid_text(0, call.org_id))
        return Outcome(text="{}")

    def _org(self, name: str, *, member: bool = True, sandbox: bool = False) -> str:
        owner = self.uma.user_id if member else None
        org = self.engine.create_org(name=name, state="IN-KA", is_sandbox=sandbox, owner_user_id=owner)
        return org.org_id

    def _kinds(self) -> dict[str, Kind]:
        acme, bela, left = (self._org(name) for name in ("Acme", "Bela", "Left"))
        foreign, distant = self._org("Foreign", member=False), self._org("Far", member=False, sandbox=True)
        trial, second = self._org("Trial", sandbox=True), self._org("Second trial", sandbox=True)
        nothing = {"unknown": uuid_text(0, 2**62), "malformed": "acme", "blank": " "}
        live = {"own": acme, "other": bela, "foreign": foreign, "of the other kind": trial} | nothing
        test = {"own": trial, "other": second, "foreign": distant, "of the other kind": acme} | nothing
        uma, mint = self.uma.user_id, self.engine.mint_pat
        of_all = {"bound": None, "reaches": frozenset({acme, bela}), "spelled": live}
        of_acme = {"bound": acme, "reaches": frozenset({acme}), "spelled": live}
        shop = Shop(self.engine, self.engine.org(acme), self.uma, scopes=None)
        full = {"scope": "AIBooks.fullaccess.all"}
        kinds = {
            "a token of one": Kind(mint(org_id=acme, user_id=uma).token, **of_acme),
            "a token of all": Kind(mint(user_id=uma).token, **of_all),
            "one with a default": Kind(mint(user_id=uma).token, default=bela, **of_all),
            "one whose default is lost": Kind(mint(user_id=uma).token, default=left, **of_all),
            "a sandbox token of one": Kind(
                mint(org_id=trial, user_id=uma, sandbox=True).token, trial, frozenset({trial}), test
            ),
            "a sandbox token of all": Kind(
                mint(user_id=uma, sandbox=True).token, None, frozenset({trial, second}), test
            ),
            "a client of one": Kind(shop.pair(**full)["access_token"], **of_acme),
            "a client of all": Kind(shop.pair(organization_id=None, **full)["access_token"], **of_all),
        }
        other = Shop(self.engine, self.engine.org(acme), self.uma)
        token = other.pair(organization_id=None, **full)["access_token"]
        kinds["a client with a default"] = Kind(token, default=bela, **of_all)
        for kind in kinds.values():
            if kind.default is not None:
                self._choose(kind.token, kind.default)
        self.engine.remove_membership(left, uma)
        return kinds

    def _choose(self, token: str, company: str) -> None:
        call = Call(self.engine, token)
        (connection,) = call.ok("GET", "/connections")["connections"]
        call.ok("PUT", f"/connections/{connection['connection_id']}", {"default_company_id": company})

    def ask(self, kind: Kind, method: str, path: str, selection: Selection) -> tuple[int, Any, list[str]]:
        """What is answered, and for which organisations something was done."""
        self.reached.clear()
        spelled = [(place, kind.spelled[value]) for place, value in selection]
        query = "&".join(
            f"organization_id={value.replace(' ', '+')}" for where, value in spelled if where == "query"
        )
        headers = [(where, value) for where, value in spelled if where != "query"]
        headers += [("Authorization", f"Bearer {kind.token}"), ("Idempotency-Key", "key")]
        response = self.engine.handle(Request(method, path, query, headers))
        return response.status, response.json(), list(self.reached)


def check(world: World, name: str, kind: Kind, operation: Operation, path: str, cell: Selection) -> None:
    """AssertionError unless a cell is what the table says."""
    said = kind.expected(cell, needed=operation.needs_organisation)
    status, answer, reached = world.ask(kind, operation.method, path, cell)
    where = (name, operation.method, path, cell, answer)
    if isinstance(said, tuple):
        refused = status, answer.get("code"), answer.get("field")
        assert (*said, "organization_id") == refused, where
        assert [] == reached, where
    elif operation.needs_organisation:
        assert (200, [said]) == (status, reached), where
    elif operation.of_several and kind.bound is not None:
        assert (403, "auth.org_mismatch") == (status, answer["code"]), where
    elif operation.of_several:
        assert (400, "validation.required_field") == (status, answer["code"]), where
    elif path.endswith("/whoami"):
        meant = kind.default if said is None and kind.default in kind.reaches else said
        assert (200, meant) == (status, answer["token"]["org_id"]), where
    else:
        assert status in (200, 404), where


EVERY: Final = [
    (operation, BASE + re.sub(r"\{.*?\}", "x", path_of(resource, operation)))
    for resource, operation in OPERATIONS
]
DOOR: Final = (Operation("companies", "GET", ACCOUNTING, print, "READ", about_token=True), ACCOUNTING)


def classes() -> Iterator[tuple[Operation, str]]:
    """One operation of each sort. The selection knows nothing of an operation but whether it needs an
    organisation; behind it, what is asked about a token or of several goes ways of its own."""
    sorts: dict[Any, tuple[Operation, str]] = {}
    for operation, path in EVERY:
        sorts.setdefault((operation.method, operation.about_token, operation.of_several), (operation, path))
    yield from (*sorts.values(), DOOR)


@pytest.fixture(scope="module")
def in_memory() -> Iterator[World]:
    world = World(":memory:")
    yield world
    world.engine.close()


KINDS: Final = (
    "a token of one", "a token of all", "one with a default", "one whose default is lost",
    "a sandbox token of one", "a sandbox token of all", "a client of one", "a client of all",
    "a client with a default",
)  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_every_operation_by_every_selection(in_memory: World, name: str) -> None:
    kind = in_memory.kinds[name]
    for operation, path in (*EVERY, DOOR):
        for cell in (*ONE_BY_ONE, *TOGETHER):
            check(in_memory, name, kind, operation, path, cell)


def test_no_kind_of_token_and_no_operation_is_left_out(in_memory: World) -> None:
    assert set(KINDS) == in_memory.kinds.keys()
    assert len(EVERY) > 150
    assert 1 + 3 * 7 + 3 * 2 == len(ONE_BY_ONE) + len(TOGETHER)


@pytest.mark.parametrize("name", KINDS)
def test_two_selections_of_everything_in_every_two_places(in_memory: World, name: str) -> None:
    kind = in_memory.kinds[name]
    (first, path), *_ = (pair for pair in classes() if pair[0].needs_organisation)
    for cell in MORE:
        check(in_memory, name, kind, first, path, cell)


def test_the_same_where_the_books_are_in_a_database(new_place: Place) -> None:
    with new_place() as target:
        world = World(target)
        try:
            for name, kind in world.kinds.items():
                for operation, path in classes():
                    for cell in ONE_BY_ONE[:8]:
                        check(world, name, kind, operation, path, cell)
        finally:
            world.engine.close()


def test_a_selector_that_is_not_heeded_is_found(in_memory: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from finzcore.auth import selection

    monkeypatch.setattr(selection, "SELECTOR_HEADERS", ("X-AIBooks-Org",))
    (operation, path), *_ = classes()
    cell = (("x-apideck-company-id", "foreign"),)
    with pytest.raises(AssertionError, match="x-apideck-company-id"):
        check(in_memory, "a token of one", in_memory.kinds["a token of one"], operation, path, cell)
