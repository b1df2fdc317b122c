"""What PostgreSQL plans for the statements that an answer takes, seen by the role that our code has.

asked          the statements of an answer, with their values
served         the plan that indexes allow, whatever would be cheaper on few rows
chosen         the plan that PostgreSQL chooses for these rows, run: with what each step gave
flaws          what in a plan grows with the books
work           how many rows the steps of a plan went through
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
import pytest
from psycopg import sql

from finzcore.storage.postgres_schema import BY_INDEX
from finzcore.storage.postgres_unit import Sent, Unit
from tests.api.test_reports_plans import STEADY
from tests.storage.texts import TABLES

PASSED_ON: Final = ("Limit", "Nested Loop", "Subquery Scan", "Result")
"""Steps that ask for no more rows than they are asked for."""

LEFT_OUT: Final = ("Rows Removed by Filter", "Rows Removed by Index Recheck", "Rows Removed by Join Filter")

NEXT: Final = {index.name: index.columns[0] for table in TABLES for index in table.indexes} | {
    f"{table.name}_pk": table.key[0] for table in TABLES if table.key
}
"""The column that follows the organisation in each index."""

Plan = dict[str, Any]
Asked = tuple[str, tuple[Any, ...]]

LAST_RESORTS: Final = (
    "seqscan",
    "sort",
    "bitmapscan",
    "hashjoin",
    "mergejoin",
    "hashagg",
    "material",
    "memoize",
)
"""Ways through a query that PostgreSQL is told to take only where there is no other."""


@contextmanager
def asked() -> Iterator[list[Asked]]:
    """Notes the SELECTs that are sent in the meantime."""
    noted: list[Asked] = []
    exchange = Unit._exchange

    def noting(self: Unit, sent: list[Sent]) -> Any:
        noted.extend(
            (one.text, one.values) for one in sent if one.text.strip().startswith(("SELECT", "WITH"))
        )
        return exchange(self, sent)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Unit, "_exchange", noting)
        yield noted


@contextmanager
def as_our_code(target: str, org_id: int) -> Iterator[psycopg.Connection[Any]]:
    """A transaction of an organisation, in which whatever was prepared goes at the end."""
    options = " ".join(f"-c {name}={value}" for name, value in BY_INDEX.items())
    with psycopg.connect(target, options=options, prepare_threshold=None) as books:
        books.execute(f"SET LOCAL finz.org_id TO '{org_id}'")
        yield books
        books.rollback()


def served(books: psycopg.Connection[Any], one: Asked) -> Plan:
    """The plan of a text for any values, by indexes wherever indexes can serve."""
    for way in LAST_RESORTS:
        books.execute(f"SET LOCAL enable_{way} = off")
    books.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    text, values = one
    return _explained(books, text, [None] * len(values), "FORMAT JSON")


def chosen(books: psycopg.Connection[Any], one: Asked) -> Plan:
    """The plan that is chosen for a text and its values, and what became of it."""
    text, values = one
    return _explained(books, text, list(values), "ANALYZE, TIMING OFF, BUFFERS, FORMAT JSON")


def _explained(books: psycopg.Connection[Any], text: str, values: list[Any], options: str) -> Plan:
    books.execute("DEALLOCATE ALL")
    books.execute(f"PREPARE asked AS {text}")
    given = sql.SQL(", ").join(map(sql.Literal, values))
    execute = sql.SQL("EXECUTE asked ({})").format(given) if values else sql.SQL("EXECUTE asked")
    row = books.execute(sql.SQL("EXPLAIN ({}) {}").format(sql.SQL(options), execute)).fetchone()
    assert row is not None
    plan: Plan = row[0][0]["Plan"]
    return plan


def steps(plan: Plan) -> Iterator[Plan]:
    """Every step of a plan."""
    yield plan
    for inner in plan.get("Plans", []):
        yield from steps(inner)


def flaws(plan: Plan, *, limited: bool = False) -> Iterator[str]:
    """What grows with the books: a table read to its end, all rows of an organisation, a sort."""
    kind, table = plan["Node Type"], plan.get("Relation Name")
    limited = limited or kind == "Limit"
    if kind == "Seq Scan" and table not in STEADY:
        yield f"Seq Scan on {table}"
    if "Index" in kind and table not in STEADY and not limited and not narrowed(plan):
        yield f"{kind} on all of {table}"
    if kind in ("Sort", "Hash", "Materialize"):
        yield kind
    for inner in plan.get("Plans", []):
        yield from flaws(inner, limited=limited and kind in PASSED_ON)


def narrowed(plan: Plan) -> bool:
    """Whether an index is asked for more than an organisation: for something in its next column."""
    return re.search(rf"\b{NEXT[plan['Index Name']]}\b", plan.get("Index Cond", "")) is not None


def work(plan: Plan) -> int:
    """How many rows the steps of a plan that has run went through, those that they left out too."""
    taken = 0
    for step in steps(plan):
        rows = sum(step.get(name, 0) for name in ("Actual Rows", *LEFT_OUT))
        taken += round(rows * step["Actual Loops"])
    return taken
