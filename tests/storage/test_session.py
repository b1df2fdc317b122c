"""The contract of a session: nine verbs, one transaction, one organisation, on every engine."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finzcore.books.idempotency import KEYS
from finzcore.ports import Condition, Conflict, Row, Session, Store
from tests.storage.conftest import READERS, SHELVES, VOLUMES

OURS, THEIRS = 7, 8


def shelf(key: int, name: str, wide: int | None = 10) -> Row:
    return {"id": key, "name": name, "wide": wide}


def volume(shelf: int, place: int, **more: Any) -> Row:
    plain = {"title": None, "cover": None, "lent": 0, "price": 100, "paid": 0}
    return {"shelf": shelf, "place": place, **plain, **more}


def answered(mark: bytes) -> Row:
    said = {"fingerprint": bytes(32), "status": 200, "body": "", "created_at": "2026-05-19T05:00:00.000000Z"}
    return {"id": mark * 32, **said}


@pytest.fixture
def filled(store: Store) -> Store:
    """The same keys in two organisations, with other names."""
    for org, mark in ((OURS, "our"), (THEIRS, "their")):
        with store.write(org) as session:
            session.insert(SHELVES, [shelf(key, f"{mark} {key}", key) for key in (1, 2, 3)])
            session.insert(VOLUMES, [volume(1, place, title=f"{mark} {place}") for place in (1, 2)])
    return store


def names(rows: list[Row]) -> list[str]:
    return [row["name"] for row in rows]


# ----- what each verb does -----


def test_get_gives_the_row_or_none(filled: Store) -> None:
    with filled.read(OURS) as session:
        assert {"id": 2, "name": "our 2", "wide": 2} == session.get(SHELVES, 2)
        assert session.get(SHELVES, 9) is None
        assert session.get(VOLUMES, 1, 2) == volume(1, 2, title="our 2")


def test_many_gives_the_rows_that_exist_by_key(filled: Store) -> None:
    with filled.read(OURS) as session:
        assert {1: "our 1", 3: "our 3"} == {
            k: r["name"] for k, r in session.many(SHELVES, [3, 1, 9, 1]).items()
        }
        assert {} == session.many(SHELVES, [])


def test_many_takes_more_keys_than_one_statement_does(store: Store) -> None:
    keys = range(1, 1202)
    with store.write(OURS) as session:
        session.insert(SHELVES, [shelf(key, str(key)) for key in keys])
        assert set(keys) == set(session.many(SHELVES, keys))


def test_find_gives_newest_first_or_oldest_first_beyond_a_key(filled: Store) -> None:
    with filled.read(OURS) as session:
        assert ["our 3", "our 2", "our 1"] == names(session.find(SHELVES))
        assert ["our 1", "our 2", "our 3"] == names(session.find(SHELVES, ascending=True))
        assert ["our 2"] == names(session.find(SHELVES, after=3, limit=1))
        assert ["our 2", "our 3"] == names(session.find(SHELVES, after=1, ascending=True))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition("wide", "=", 2), [2]),
        (Condition("wide", "<>", 2), [3, 1]),
        (Condition("wide", "<", 2), [1]),
        (Condition("wide", "<=", 2), [2, 1]),
        (Condition("wide", ">", 2), [3]),
        (Condition("wide", ">=", 2), [3, 2]),
        (Condition("wide", "in", [1, 3, 9]), [3, 1]),
        (Condition("wide", "in", []), []),
        (Condition("name", "like", "ur 2"), [2]),
        (Condition("name", "like", "%"), [5]),
        (Condition("name", "like", "_"), [5]),
        (Condition("name", "like", "\\"), [5]),
        (Condition("wide", "present"), [3, 2, 1]),
        (Condition("wide", "absent"), [5]),
    ],
)
def test_find_knows_every_condition(filled: Store, condition: Condition, expected: list[int]) -> None:
    with filled.write(OURS) as session:
        session.insert(SHELVES, [shelf(5, "100 %_\\", None)])
        assert expected == [row["id"] for row in session.find(SHELVES, [condition])]


def test_conditions_hold_together(filled: Store) -> None:
    with filled.read(OURS) as session:
        both = [Condition("wide", ">", 1), Condition("name", "<>", "our 3")]
        assert ["our 2"] == names(session.find(SHELVES, both))


def test_insert_adds_all_rows_or_none(store: Store) -> None:
    with pytest.raises(Conflict), store.write(OURS) as session, session.savepoint():
        session.insert(SHELVES, [shelf(1, "a"), shelf(2, "a")])
    with store.read(OURS) as session:
        assert [] == session.find(SHELVES)


def test_change_sets_the_columns_it_names(filled: Store) -> None:
    with filled.write(OURS) as session:
        session.change(SHELVES, (2,), {"wide": 99})
        session.change(VOLUMES, (1, 2), {"lent": 1, "cover": b"\x00"})
        assert shelf(2, "our 2", 99) == session.get(SHELVES, 2)
        assert volume(1, 2, title="our 2", lent=1, cover=b"\x00") == session.get(VOLUMES, 1, 2)
        assert session.get(VOLUMES, 1, 1) == volume(1, 1, title="our 1")


def test_remove_takes_one_row_away(filled: Store) -> None:
    with filled.write(OURS) as session:
        session.remove(SHELVES, 2)
        assert ["our 3", "our 1"] == names(session.find(SHELVES))


@pytest.mark.parametrize(
    "verb",
    [lambda s: s.change(SHELVES, (9,), {"wide": 1}), lambda s: s.remove(SHELVES, 9)],
    ids=["change", "remove"],
)
def test_a_row_that_is_changed_or_removed_must_exist(filled: Store, verb: Callable[[Session], None]) -> None:
    with pytest.raises(AssertionError, match=r"no (such )?row"), filled.write(OURS) as session:
        verb(session)


def test_ask_and_tell_run_named_statements(store: Store) -> None:
    series = {"kind": "INVOICE", "scope": "", "prefix": "INV-", "year": "2627"}
    with store.write(OURS) as session:
        assert [1, 2] == [session.ask("library.next", **series)[0]["serial"] for _ in range(2)]
        session.insert(KEYS, [answered(mark) for mark in (b"1", b"2", b"3")])
        session.tell("idempotency.forget", {"id": b"1" * 32}, {"id": b"3" * 32})
        assert [answered(b"2")] == session.find(KEYS)


def test_a_savepoint_undoes_what_is_inside_and_nothing_else(store: Store) -> None:
    with store.write(OURS) as session:
        session.insert(SHELVES, [shelf(1, "kept")])
        with pytest.raises(ZeroDivisionError), session.savepoint():
            session.insert(SHELVES, [shelf(2, "lost")])
            with session.savepoint():
                session.insert(SHELVES, [shelf(3, "lost too")])
            raise ZeroDivisionError
        session.insert(SHELVES, [shelf(4, "kept too")])
    with store.read(OURS) as session:
        assert ["kept too", "kept"] == names(session.find(SHELVES))


def test_an_exception_undoes_the_whole_unit_of_work(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write(OURS) as session:
        session.insert(SHELVES, [shelf(1, "lost")])
        raise ZeroDivisionError
    with store.read(OURS) as session:
        assert [] == session.find(SHELVES)


# ----- one organisation -----

LOOKS: dict[str, Callable[[Session], Any]] = {
    "get": lambda s: s.get(SHELVES, 1),
    "many": lambda s: s.many(SHELVES, [1, 2, 3]),
    "find": lambda s: s.find(SHELVES),
    "find where": lambda s: s.find(SHELVES, [Condition("name", "like", "their")]),
    "find in": lambda s: s.find(SHELVES, [Condition("wide", "in", [1, 2, 3])]),
    "ask": lambda s: s.ask("verify.series"),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_no_verb_shows_rows_of_another_organisation(filled: Store, look: Callable[[Session], Any]) -> None:
    with filled.write(THEIRS) as session:
        session.ask("library.next", kind="their", scope="", prefix="", year="")
    for org in (OURS, 9):
        with filled.read(org) as session:
            assert "their" not in repr(look(session))
    with filled.read(THEIRS) as session:
        assert "our" not in repr(look(session))


CHANGES: dict[str, Callable[[Session], Any]] = {
    "insert": lambda s: s.insert(SHELVES, [shelf(4, "new"), shelf(5, "newer")]),
    "change": lambda s: s.change(SHELVES, (1,), {"name": "changed"}),
    "remove": lambda s: s.remove(SHELVES, 3),
    "ask": lambda s: s.ask("library.next", kind="k", scope="", prefix="", year=""),
    "tell": lambda s: s.tell("idempotency.forget", {"id": b"x"}),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_no_verb_changes_rows_of_another_organisation(
    filled: Store, change: Callable[[Session], Any]
) -> None:
    def theirs() -> list[Any]:
        with filled.read(THEIRS) as session:
            return [session.find(SHELVES), session.find(VOLUMES), session.ask("verify.series")]

    before = theirs()
    with filled.write(OURS) as session:
        change(session)
    assert before == theirs()


@pytest.mark.parametrize("change", ["change", "remove"])
def test_a_row_of_another_organisation_does_not_exist(filled: Store, change: str) -> None:
    with filled.write(THEIRS) as session:
        session.insert(SHELVES, [shelf(6, "only theirs")])
    with pytest.raises(AssertionError, match=r"no (such )?row"), filled.write(OURS) as session:
        session.change(SHELVES, (6,), {"wide": 1}) if change == "change" else session.remove(SHELVES, 6)


def test_a_reference_to_a_row_of_another_organisation_is_refused(filled: Store) -> None:
    with filled.write(THEIRS) as session:
        session.insert(SHELVES, [shelf(6, "only theirs")])
    with pytest.raises(Conflict, match="foreign key"), filled.write(OURS) as session:
        session.insert(VOLUMES, [volume(6, 1)])


def test_callers_cannot_say_which_organisation(filled: Store) -> None:
    with filled.write(THEIRS) as session:
        session.ask("library.next", kind="their", scope="", prefix="", year="")
    with filled.read(OURS) as session, pytest.raises(AssertionError, match="which one"):
        session.ask("verify.series", o=THEIRS)
    with filled.shared() as session, pytest.raises(AssertionError, match="which one"):
        session.ask("verify.series", o=THEIRS)


def test_shared_tables_and_tables_of_an_organisation_need_their_own_session(filled: Store) -> None:
    with filled.write(OURS) as session:
        session.shared.insert(READERS, [{"id": 1, "name": "Asha"}])
        with pytest.raises(AssertionError, match="another kind of session"):
            session.get(READERS, 1)
        with pytest.raises(AssertionError, match="another kind of session"):
            session.shared.get(SHELVES, 1)
    with filled.shared() as session:
        assert {"id": 1, "name": "Asha"} == session.get(READERS, 1)
        with pytest.raises(AssertionError, match="no organisation"):
            _ = session.org_id


# ----- values and refusals -----


@pytest.mark.parametrize("value", [1.5, 1.0, True, False, float("nan"), [1], ("a",)])
@pytest.mark.parametrize("verb", ["insert", "change", "find", "ask", "tell", "get"])
def test_only_whole_numbers_text_bytes_and_nothing_are_stored(filled: Store, verb: str, value: Any) -> None:
    verbs: dict[str, Callable[[Session], Any]] = {
        "insert": lambda s: s.insert(SHELVES, [shelf(9, "x", value)]),
        "change": lambda s: s.change(SHELVES, (1,), {"wide": value}),
        "find": lambda s: s.find(SHELVES, [Condition("wide", "=", value)]),
        "ask": lambda s: s.ask("accounts.balance", account=value),
        "tell": lambda s: s.tell("idempotency.forget", {"id": value}),
        "get": lambda s: s.get(SHELVES, value),
    }
    with pytest.raises(AssertionError), filled.write(OURS) as session:
        verbs[verb](session)


@pytest.mark.parametrize(
    ("kind", "name", "work"),
    [
        ("unique", "shelves_pk", lambda s: s.insert(SHELVES, [shelf(1, "other")])),
        ("unique", "shelves_name_uq", lambda s: s.insert(SHELVES, [shelf(9, "our 1")])),
        ("unique", "shelves_name_uq", lambda s: s.change(SHELVES, (2,), {"name": "our 1"})),
        ("unique", "volumes_pk", lambda s: s.insert(VOLUMES, [volume(1, 1)])),
        ("unique", "readers_pk", lambda s: s.shared.insert(READERS, [{"id": 1, "name": "a"}] * 2)),
        ("check", "shelves_wide_ck", lambda s: s.insert(SHELVES, [shelf(9, "x", 101)])),
        ("check", "volumes_lent_ck", lambda s: s.insert(VOLUMES, [volume(1, 9, lent=2)])),
        ("check", "volumes_paid_within", lambda s: s.change(VOLUMES, (1, 1), {"paid": 101})),
        ("not null", "shelves.name", lambda s: s.change(SHELVES, (1,), {"name": None})),
        ("foreign key", None, lambda s: s.insert(VOLUMES, [volume(9, 1)])),
        ("foreign key", None, lambda s: s.remove(SHELVES, 1)),
    ],
)
def test_a_refusal_of_the_database_has_its_name(
    filled: Store, kind: str, name: str | None, work: Callable[[Session], Any]
) -> None:
    with pytest.raises(Conflict) as caught, filled.write(OURS) as session:
        work(session)
    assert kind == caught.value.kind
    assert name in (None, caught.value.name)


def test_the_unit_of_work_goes_on_after_a_refusal_in_a_savepoint(filled: Store) -> None:
    with filled.write(OURS) as session:
        with pytest.raises(Conflict), session.savepoint():
            session.insert(SHELVES, [shelf(9, "our 1")])
        session.insert(SHELVES, [shelf(9, "another")])
    with filled.read(OURS) as session:
        assert shelf(9, "another") == session.get(SHELVES, 9)


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
numbers = st.integers(-(2**63), 2**63 - 1)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(numbers, st.tuples(texts, st.none() | st.binary()), min_size=1, max_size=6))
def test_what_is_put_in_comes_out_as_it_was(store: Store, kept: dict[int, tuple[str, bytes | None]]) -> None:
    rows = [volume(1, place, title=title, cover=cover) for place, (title, cover) in kept.items()]
    with pytest.raises(ZeroDivisionError), store.write(OURS) as session:
        session.insert(SHELVES, [shelf(1, "one")])
        session.insert(VOLUMES, rows)
        assert sorted(rows, key=lambda row: row["place"]) == session.find(VOLUMES, ascending=True)
        raise ZeroDivisionError
