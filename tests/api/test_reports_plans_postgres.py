"""On PostgreSQL too no list and no report slows down as the books grow.

Whether indexes can serve each statement is asked of a few rows; whether they are chosen, and how many
rows are gone through, of books of thirty years. All as the role that our code has, policies and all.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from finzcore.books.registry import resources
from finzcore.testing import FrozenClock
from tests.api.plans_postgres import Asked, as_our_code, asked, chosen, flaws, served, steps, work
from tests.api.test_reports_plans import (
    ANSWERS,
    FIRST,
    OF_A_TOTAL,
    Question,
    Shop,
    asked_of,
    call_of,
    dt,
    questions,
    spelled,
    year,
)
from tests.databases import Databases, of_target
from tests.storage.texts import TABLES

if TYPE_CHECKING:
    from finzcore.ports import Table

YEARS = 30
GROWING = ("entries", "postings", "document_lines", "invoices")
"""What is copied into the years after the first."""


def sent(shop: Shop, question: Question, values: dict[str, Any]) -> list[Asked]:
    """The SELECTs that an answer takes, with their values."""
    call = call_of(shop.org, question)
    with asked() as noted:
        call(**values)
    assert noted
    return noted


def settled(shop: Shop) -> Shop:
    """Books whose tables PostgreSQL has looked at, as it does by itself after a while."""
    of_target(shop.path).around.execute("VACUUM ANALYZE")
    return shop


@pytest.fixture(scope="module")
def small(databases: Databases) -> Iterator[Shop]:
    """Books of 42 days, with payments."""
    with databases.lent() as target:
        made = year(target, 42)
        invoice = made.sell(FIRST, made.asha, reference_number="PO-1")
        made.org.payments.create(
            flow="INCOMING", contact_id=made.asha, date="2026-05-10", amount=50, mode="UPI",
            allocations=[{"invoice_id": invoice["invoice_id"], "amount": 50}],
        )  # fmt: skip
        yield settled(made)
        made.engine.close()


@pytest.fixture(scope="module")
def large(databases: Databases) -> Iterator[Shop]:
    """Books of 420 days, to which thirty more years are added, of every customer but Asha."""
    with databases.lent() as target:
        made = year(target, 420)
        around = of_target(target).around
        asha = around.execute("SELECT id FROM contacts WHERE contact_name = 'Asha Stores'").fetchone()
        assert asha is not None
        for table in TABLES:
            if table.name in GROWING:
                around.execute(later_years(table, asha[0]))
        made.engine.clock = FrozenClock("2060-01-01T00:00:00+00:00")
        yield settled(made)
        made.engine.close()


def later_years(table: "Table", asha: int) -> str:
    """Copies of a table's rows, some years later."""
    later = {
        "seq": "seq + k * 100000",
        "entry": "entry + k * 100000",
        "id": "id + k * 100000000",
        "document_id": "document_id + k * 100000000",
        "number": "number || '/' || k",
    }
    for name in ("date", "day", "due_date"):
        later[name] = f"CAST(CAST(substr({name}, 1, 4) AS BIGINT) + 2 + k AS TEXT) || substr({name}, 5)"
    names = [column.name for column in table.columns]
    values = ", ".join(later.get(name, name) for name in names)
    whose = {
        "entries": f"contact_id <> {asha}",
        "invoices": f"customer_id <> {asha}",
        "document_lines": f"document_id IN (SELECT id FROM invoices WHERE customer_id <> {asha})",
        "postings": f"entry IN (SELECT seq FROM entries WHERE contact_id <> {asha} AND seq < 100000)",
    }[table.name]
    return (
        f"INSERT INTO {table.name} (org_id, {', '.join(names)}) SELECT org_id, {values} "
        f"FROM {table.name}, generate_series(1, CAST({YEARS} AS BIGINT)) AS k WHERE {whose}"
    )


@pytest.mark.parametrize("question", list(questions()), ids=str)
def test_indexes_can_serve_every_list_and_report(question: Question, small: Shop) -> None:
    for values in asked_of(small, question):
        for one in sent(small, question, values):
            with as_our_code(small.path, small.org._key) as books:
                found = list(flaws(served(books, one)))
            assert [] == [flaw for flaw in found if flaw != "Sort" or OF_A_TOTAL not in one[0]], (values, one)


@pytest.mark.parametrize("question", list(questions()), ids=str)
def test_no_list_or_report_reads_all_of_large_books(question: Question, large: Shop) -> None:
    for values in asked_of(large, question):
        for one in sent(large, question, values):
            with as_our_code(large.path, large.org._key) as books:
                plan = chosen(books, one)
            read = [step["Relation Name"] for step in steps(plan) if step["Node Type"] == "Seq Scan"]
            assert [] == [name for name in read if name in GROWING], (values, one, plan)


@pytest.mark.parametrize(("name", "operation", "values"), ANSWERS)
def test_an_answer_goes_through_as_many_rows_of_large_books(
    name: str, operation: str, values: dict[str, Any], small: Shop, large: Shop
) -> None:
    taken = []
    declared = next(one for one in resources() if one.name == name)
    question = Question(declared, declared.operation(operation), None)
    for shop, days in ((small, 42), (large, 366 * (YEARS + 4))):
        rows = 0
        for one in sent(shop, question, spelled(shop, values, days)):
            with as_our_code(shop.path, shop.org._key) as books:
                rows += work(chosen(books, one))
        taken.append(rows)
    assert taken[1] <= 1.3 * taken[0] + 10, taken


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("SELECT id FROM invoices WHERE org_id = $1 ORDER BY date || id LIMIT 5", (1,), "Sort"),
        ("SELECT entry FROM postings WHERE amount = $1", (5,), "on all of postings"),
        ("SELECT id FROM invoices WHERE org_id = $1 ORDER BY id", (1,), "on all of invoices"),
        ("SELECT id FROM invoices WHERE org_id = $1 ORDER BY id LIMIT 5", (1,), None),
        ("SELECT id FROM invoices WHERE org_id = $1 AND id = $2", (1, 5), None),
    ],
)
def test_a_plan_that_grows_is_told_from_one_that_does_not(
    text: str, values: tuple[int, ...], expected: str | None, small: Shop
) -> None:
    with as_our_code(small.path, small.org._key) as books:
        found = list(flaws(served(books, (text, values))))
    assert found == [] if expected is None else any(flaw.endswith(expected) for flaw in found)


def test_the_large_books_are_large(large: Shop) -> None:
    around = of_target(large.path).around
    counts = {name: around.execute(f"SELECT COUNT(*) FROM {name}").fetchone() for name in GROWING}
    assert all(count is not None and count[0] > 20_000 for count in counts.values()), counts
    assert dt.date(2050, 1, 1) < FIRST + dt.timedelta(days=365 * YEARS)
