"""Every check of `verify` finds the flaw it is there for, planted by a writer who goes around our code."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.books import verify as verifying
from finzcore.books.books import Actor, Books
from finzcore.books.journal import ENTRIES, post, reverse
from finzcore.books.problem import Problem
from finzcore.books.verify import CHECKS, compared
from finzcore.ledger.entry import JournalEntry, Posting
from finzcore.ledger.source import Source
from finzcore.money import Paise
from finzcore.storage import statements
from finzcore.testing import Call
from tests.engines import on_postgres, on_sqlite
from tests.tampering import Bare, laid_open

Plant = Callable[[Bare], object]


@pytest.fixture
def books(call: Call, engine: finzcore.Engine) -> finzcore.Engine:
    for name in ("Asha", "Bipin", "Chitra"):
        call.ok("POST", "/contacts", {"contact_name": name, "opening_balance": "1180.00"})
    return engine


@pytest.fixture
def file(books: finzcore.Engine, target: str) -> Iterator[Bare]:
    """The books without their nets, in the hands of the bare driver."""
    with laid_open(target) as opened:
        yield opened


def words(problems: list[Problem]) -> set[str]:
    return {problem.check for problem in problems}


def run(*texts: str) -> Plant:
    """Statements, in which a question mark is a hash of nothing."""
    return lambda file: [file.execute(text, [bytes(32)] * text.count("?")) for text in texts]


PLANTED: dict[str, tuple[Plant, set[str]]] = {
    "a memo": (run("UPDATE entries SET memo = 'x' WHERE seq = 2"), {"chain.broken"}),
    "who did it": (run("UPDATE events SET user_id = 9 WHERE seq = 2"), {"chain.broken"}),
    "what was said": (run("UPDATE events SET changes = '{}' WHERE seq = 3"), {"chain.broken"}),
    "a hash": (run("UPDATE entries SET hash = ? WHERE seq = 2"), {"chain.broken"}),
    "the last hash": (
        run("UPDATE entries SET hash = ? WHERE seq = 3"),
        {"chain.broken", "head.differs"},
    ),
    "an account": (
        run("UPDATE postings SET account = (SELECT MAX(number) FROM accounts) WHERE entry = 2 AND line = 1"),
        {"chain.broken", "totals.differ"},
    ),
    "an amount": (
        run("UPDATE postings SET amount = amount + 1 WHERE entry = 2 AND line = 1"),
        {"chain.broken", "entry.unbalanced", "totals.differ", "opening.differs"},
    ),
    "both amounts": (
        run("UPDATE postings SET amount = amount * 2 WHERE entry = 2"),
        {"chain.broken", "totals.differ", "opening.differs"},
    ),
    "nothing posted": (
        run("UPDATE postings SET amount = 0 WHERE entry = 2"),
        {"chain.broken", "posting.zero", "totals.differ", "opening.differs"},
    ),
    "a day": (run("UPDATE postings SET day = '2026-05-01' WHERE entry = 2"), {"posting.misdated"}),
    "a day in another month": (
        run("UPDATE postings SET day = '2026-04-01' WHERE entry = 2"),
        {"posting.misdated", "totals.differ"},
    ),
    "the order of two entries": (
        run(
            "UPDATE entries SET seq = 99 WHERE seq = 1",
            "UPDATE entries SET seq = 1 WHERE seq = 2",
            "UPDATE entries SET seq = 2 WHERE seq = 99",
        ),
        {"chain.broken", "opening.differs", "entry.stray"},
    ),
    "a lost posting": (
        run("DELETE FROM postings WHERE entry = 2 AND line = 2"),
        {"chain.broken", "entry.unbalanced", "entry.incomplete", "totals.differ"},
    ),
    "no postings": (
        run("DELETE FROM postings WHERE entry = 2"),
        {"chain.broken", "entry.incomplete", "totals.differ", "opening.differs"},
    ),
    "an entry of one line": (
        run(
            "UPDATE entries SET lines = 1 WHERE seq = 2", "DELETE FROM postings WHERE entry = 2 AND line = 2"
        ),
        {"chain.broken", "entry.unbalanced", "entry.incomplete", "totals.differ", "database.flawed"},
    ),
    "a lost entry": (
        run("UPDATE contacts SET opening_entry = NULL", "DELETE FROM entries WHERE seq = 2"),
        {
            "chain.gap",
            "chain.broken",
            "posting.orphan",
            "numbers.incomplete",
            "database.flawed",
            "opening.differs",
            "entry.stray",
        },
    ),
    "a lost event": (run("DELETE FROM events WHERE seq = 2"), {"chain.gap", "chain.broken"}),
    "a lost last event": (
        run("DELETE FROM events WHERE seq = (SELECT MAX(seq) FROM events)"),
        {"head.differs"},
    ),
    "all events lost": (run("DELETE FROM events"), {"head.differs"}),
    "postings after the end": (
        run(
            "INSERT INTO postings (org_id, entry, line, account, day, amount, branch_id, rule) "
            "SELECT org_id, 9, line, account, day, amount, branch_id, rule FROM postings WHERE entry = 1"
        ),
        {"posting.orphan", "totals.differ", "database.flawed"},
    ),
    "a head": (run("UPDATE heads SET entry_seq = 2"), {"head.differs"}),
    "the hash of a head": (run("UPDATE heads SET event_hash = ?"), {"head.differs"}),
    "no head": (run("DELETE FROM heads"), {"head.differs"}),
    "a total": (run("UPDATE totals SET debit = debit + 1"), {"totals.differ"}),
    "a lost total": (run("DELETE FROM totals WHERE credit > 0"), {"totals.differ"}),
    "a total of nothing": (
        run("INSERT INTO totals SELECT org_id, account, branch_id, '2020-01', 5, 5 FROM totals LIMIT 1"),
        {"totals.differ"},
    ),
    "a counter ahead": (
        run("UPDATE series SET next_no = next_no + 1 WHERE kind = 'JOURNAL'"),
        {"numbers.incomplete"},
    ),
    "a counter behind": (run("UPDATE series SET next_no = 2 WHERE kind = 'JOURNAL'"), {"numbers.incomplete"}),
    "a lost counter": (run("DELETE FROM series"), {"numbers.incomplete"}),
    "a counter without numbers": (
        run("INSERT INTO series SELECT org_id, 'INVOICE', '', 'INV-', '2627', 2 FROM heads"),
        {"numbers.incomplete"},
    ),
    "a number twice": (
        run("UPDATE entries SET number = 'JE-2627-001' WHERE seq = 2"),
        {"chain.broken", "numbers.incomplete"},
    ),
    "a number that is none": (
        run("UPDATE entries SET number = 'JE-2627-x' WHERE seq = 2"),
        {"chain.broken", "numbers.incomplete"},
    ),
    "a reference to nobody": (
        run("UPDATE contacts SET opening_entry = 77 WHERE opening_entry = 2"),
        {"database.flawed", "opening.differs", "entry.stray"},
    ),
    "a value out of range": (run("UPDATE heads SET settings_version = 0"), {"database.flawed"}),
}


@pytest.mark.parametrize(("plant", "expected"), PLANTED.values(), ids=PLANTED)
def test_a_planted_flaw_is_found(
    books: finzcore.Engine, file: Bare, plant: Plant, expected: set[str]
) -> None:
    assert [] == books.verify()
    plant(file)
    assert expected == words(books.verify())


def number_given(file: Bare, serial: int, number: str) -> None:
    file.execute(
        "INSERT INTO numbers (org_id, kind, number, branch_id, scope, year, prefix, serial, document_id) "
        "SELECT org_id, 'BILL', ?, id, '', '2026-27', 'INV-', ?, 1 FROM branches LIMIT 1",
        [number, serial],
    )


@pytest.mark.parametrize(
    ("serials", "sound"),
    [([1, 2, 3], True), ([1, 3], False), ([1, 2], False), ([2, 3, 4], False), ([], False)],
)
def test_every_value_of_a_series_belongs_to_one_row(
    books: finzcore.Engine, file: Bare, serials: list[int], sound: bool
) -> None:
    file.execute("INSERT INTO series SELECT org_id, 'BILL', '', 'INV-', '2026-27', 4 FROM heads")
    for serial in serials:
        number_given(file, serial, f"INV-2627-{serial:03d}")
    # The bills that would carry them are missing besides.
    missing = {"number.differs"} if serials else set()
    assert missing | (set() if sound else {"numbers.incomplete"}) == words(books.verify())


def test_a_problem_says_where_and_what(books: finzcore.Engine, acme: finzcore.Org, file: Bare) -> None:
    file.execute("UPDATE postings SET amount = amount + 1 WHERE entry = 2 AND line = 1")
    found = {problem.check: problem for problem in books.verify()}
    unbalanced = Problem(
        check="entry.unbalanced", org_id=acme.org_id, where="entry 2", expected="0.00", found="0.01"
    )
    assert unbalanced == found["entry.unbalanced"]
    assert "entry.unbalanced: entry 2: expected 0.00, found 0.01" == str(unbalanced)
    assert "3540.00 debit" in found["totals.differ"].found
    assert "3540.01 debit" in found["totals.differ"].expected
    assert [] == [problem for problem in found.values() if "\n" in str(problem)]


def test_one_organisation_is_looked_at_alone(books: finzcore.Engine, file: Bare, acme: finzcore.Org) -> None:
    bharat = books.create_org(name="Bharat", state="IN-MH")
    file.execute("UPDATE entries SET memo = 'x' WHERE seq = 2")
    assert [] == books.verify(bharat.org_id)
    assert ["chain.broken"] == [problem.check for problem in books.verify(acme.org_id)]
    assert {acme.org_id} == {problem.org_id for problem in books.verify()}


@on_sqlite  # it is a file that is damaged here, page by page
def test_a_destroyed_page_is_told(books: finzcore.Engine, tmp_path: Path) -> None:
    books.backup(str(tmp_path / "copy.db"))
    whole = (tmp_path / "copy.db").read_bytes()
    page = int.from_bytes(whole[16:18], "big")
    silent = 0
    for number, start in enumerate(range(page, len(whole), page)):
        damaged = bytearray(whole)
        damaged[start : start + page] = b"\xa5" * page
        path = tmp_path / f"damaged-{number}.db"
        path.write_bytes(damaged)
        try:
            with finzcore.open(str(path), settings=finzcore.Settings(migrate=False)) as copied:
                silent += not copied.verify()
        except finzcore.FinzError:
            pass
        path.unlink()
    assert 0 == silent


# ----- checks of others -----


def test_a_resource_adds_its_check_in_one_line(
    books: finzcore.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = (
        "SELECT seq AS place, 'paid' AS expected, source AS found FROM entries WHERE org_id = :o AND seq > 2"
    )
    monkeypatch.setitem(statements._known, "planted.rows", rows)
    monkeypatch.setattr(verifying, "CHECKS", [*CHECKS, compared("document.differs", "planted.rows")])
    assert ["document.differs: 3: expected paid, found OPENING"] == list(map(str, books.verify()))


# ----- sound books stay sound -----


def entry(books: Books, day: int, amounts: list[int]) -> JournalEntry:
    branch = books.masters.default_branch["id"]
    accounts = sorted(books.masters.rows["accounts"])
    amounts = [*amounts, -sum(amounts)]
    postings = [
        Posting(accounts[place % len(accounts)], Paise(amount), "manual", branch)
        for place, amount in enumerate(amounts)
        if amount
    ]
    return JournalEntry(
        date=dt.date(2026, 3, 1) + dt.timedelta(days=day),
        source=Source.MANUAL,
        branch_id=branch,
        postings=postings,
    )


months = st.lists(
    st.tuples(
        st.integers(0, 90),
        st.lists(st.integers(1, 10**9), min_size=1, max_size=4),
        st.sampled_from(["post", "post", "reverse", "undo"]),
    ),
    max_size=12,
)


def sound_after(engine: finzcore.Engine, acme: finzcore.Org, month: list[tuple[int, list[int], str]]) -> None:
    """Post, reverse and undo; what was undone is not there, and the books are sound."""

    def work(books: Books) -> None:
        last = 0
        for day, amounts, what in month:
            if what == "reverse" and last:
                reverse(books, last, cause="VOID")
                last = 0
                continue
            seq = post(books, entry(books, day, amounts))
            assert books.session.get(ENTRIES, seq) is not None
            if what == "undo":
                raise ZeroDivisionError
            last = seq

    before = engine.export_head(acme.org_id)
    try:
        engine.work(int(acme._key), Actor(), work)
    except ZeroDivisionError:
        assert before == engine.export_head(acme.org_id)
    assert [] == engine.verify(acme.org_id, before)


REPEATED = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@on_sqlite  # on a server, where each look at the books takes longer, there are fewer months
@settings(REPEATED, max_examples=150)
@given(months)
def test_whatever_is_posted_reversed_and_undone_the_books_are_sound(
    engine: finzcore.Engine, acme: finzcore.Org, month: list[tuple[int, list[int], str]]
) -> None:
    sound_after(engine, acme, month)


@on_postgres
@settings(REPEATED, max_examples=40)
@given(months)
def test_whatever_is_posted_reversed_and_undone_a_database_is_sound(
    engine: finzcore.Engine, acme: finzcore.Org, month: list[tuple[int, list[int], str]]
) -> None:
    sound_after(engine, acme, month)
