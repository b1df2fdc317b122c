"""Both sides are compared, the copy is verified, and the nets hold: whatever does not agree is not kept."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from finzcore import moves
from finzcore.books import moving
from finzcore.errors import BooksUnusable
from finzcore.ports import Table, Values
from tests.engines import is_postgres
from tests.moves.conftest import ACME, BELA, opened, orgs
from tests.snapshot import snapshot
from tests.tampering import laid_open


def nothing_is_at(goal: str) -> bool:
    """That no organisation and no person is there, and beside a file that is not, nothing either."""
    if not is_postgres(goal):
        return [] == list(Path(goal).parent.iterdir())
    return [] == [name for name, rows in snapshot(goal, without=()).items() if rows]


TAMPERED = {
    "a total": ("UPDATE totals SET debit = debit + 1", r"does not verify: totals\.differ"),
    "a hash": (
        "UPDATE events SET hash = prev.hash FROM events AS prev "
        "WHERE prev.org_id = events.org_id AND prev.seq = 1 AND events.seq = 3",
        r"does not verify: chain\.broken",
    ),
    "a head": ("UPDATE heads SET entry_seq = entry_seq - 1", r"does not verify: head\.differs"),
    "a price": ("UPDATE invoices SET total = total + 1", "does not verify: "),
    "an amount": ("UPDATE postings SET amount = amount + 1 WHERE line = 1", r"rule: entry\.unbalanced"),
    "a line that is gone": ("DELETE FROM postings WHERE line = 2", r"rule: entry\.unbalanced"),
    "an entry that is gone": ("DELETE FROM entries WHERE seq = 2", "foreign key: "),
    "a contact that is gone": ("DELETE FROM contacts", "foreign key: "),
}


@pytest.mark.parametrize("source", ["sqlite"], indirect=True)
@pytest.mark.parametrize("what", TAMPERED)
def test_books_that_somebody_has_tampered_with_are_not_moved(source: str, goal: str, what: str) -> None:
    text, said = TAMPERED[what]
    with laid_open(source) as bare:
        bare.execute(text)
    with pytest.raises(BooksUnusable, match=said) as refused:
        moves.move(source, goal)
    assert 1 == len(str(refused.value).splitlines())
    assert nothing_is_at(goal)


def test_unverified_even_tampered_figures_arrive_as_they_are(source: str, goal: str) -> None:
    with laid_open(source) as bare:
        bare.execute("UPDATE totals SET debit = debit + 1")
    moves.move(source, goal, verified=False)
    assert snapshot(source, without=()) == snapshot(goal, without=())


# ----- a target that does not keep what it is given -----


class Lossy:
    """A target where one row of one table is not what was added; all else is the real one."""

    def __init__(self, real: Any, table: str, spoil: Any) -> None:
        self._real, self._table, self._spoil = real, table, spoil

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def add(self, table: Table, org_id: int | None, rows: Sequence[Values]) -> None:
        if table.name == self._table:
            rows = self._spoil([column.name for column in table.columns], list(rows))
        self._real.add(table, org_id, rows)


def lost(_names: list[str], rows: list[Values]) -> list[Values]:
    return rows[:-1]


def another(column: str, value: Any) -> Any:
    def changed(names: list[str], rows: list[Values]) -> list[Values]:
        place = names.index(column)
        last = rows[-1]
        return [*rows[:-1], (*last[:place], value, *last[place + 1 :])]

    return changed


def swapped(names: list[str], rows: list[Values]) -> list[Values]:
    """Two accounts of one entry, exchanged: it still balances."""
    place = names.index("account")
    first, second = rows[0], rows[1]
    return [
        (*first[:place], second[place], *first[place + 1 :]),
        (*second[:place], first[place], *second[place + 1 :]),
        *rows[2:],
    ]


@pytest.mark.parametrize("source", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("table", "spoil", "said"),
    [
        ("tokens", lost, "tokens of the people: 4 rows, .* in the source, 3 rows"),
        ("users", another("name", "Somebody"), "users of the people: 4 rows, .* 4 rows"),
        ("events", lost, "events of organisation"),
        (
            "heads",
            another("entry_seq", 1),
            "the entry chain of organisation .* in the source, 1 [0-9a-f]{64} in the copy",
        ),
        ("heads", another("event_hash", bytes(32)), "the event chain of organisation .* 0{64}"),
        ("postings", swapped, "account [0-9]+ of organisation .* debit .* credit"),
        ("contacts", another("legal_name", "x"), "contacts of organisation"),
        ("keys", lost, "keys of organisation"),
    ],
)
def test_one_row_that_differs_is_found(source: str, goal: str, table: str, spoil: Any, said: str) -> None:
    with (
        pytest.raises(BooksUnusable, match=f"The copy is not kept, because it differs: {said}"),
        opened(source) as engine,
        engine.store.whole() as old,
        moves._writing(goal, engine.settings, new=True) as new,
    ):
        moving.move(old, Lossy(new, table, spoil), verified=False)
    assert nothing_is_at(goal)


def test_people_of_an_organisation_are_compared_too(source: str, goal: str) -> None:
    acme = orgs(source)[ACME]

    class Forgetful(Lossy):
        @property
        def shared(self) -> Any:
            real = self._real.shared

            class Session:
                def __getattr__(self, name: str) -> Any:
                    return getattr(real, name)

                def insert(self, table: Table, rows: Sequence[Any]) -> None:
                    real.insert(
                        table, [row | {"status": "ENDED"} for row in rows] if "role" in rows[0] else rows
                    )

            return Session()

    with (
        pytest.raises(BooksUnusable, match="it differs: memberships of the people"),
        opened(source) as engine,
        engine.store.whole() as old,
        moves._writing(goal, engine.settings, new=True) as new,
    ):
        moving.move(old, Forgetful(new, "", None), org_keys=[engine.org(acme)._key], verified=False)
    assert nothing_is_at(goal)


def test_what_others_had_before_is_there_after_a_move_that_failed(source: str, goal: str) -> None:
    both = orgs(source)
    with opened(goal) as engine:
        engine.import_org(source, org_id=both[BELA])
    before = snapshot(goal, without=())
    with laid_open(source) as bare:
        bare.execute("UPDATE totals SET debit = debit + 1")
    with pytest.raises(BooksUnusable, match="does not verify"):
        moves.move(source, goal, org_id=both[ACME])
    assert before == snapshot(goal, without=())
