"""No list and no report slows down as the books grow: what SQLite plans for each of them, and its steps.

The questions follow from the declarations, so a new list or filter is looked at without being named here.
"""

import datetime as dt
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from operator import attrgetter
from typing import Any, NamedTuple

import pytest

import finzcore
from finzcore.books.references import Id, UserId
from finzcore.books.registry import RESOURCES, resources, tables
from finzcore.books.reports.known import InstantKind
from finzcore.books.resource import Operation, Resource
from finzcore.books.resources import journals
from finzcore.testing import CountingIds, FrozenClock

Asked = dict[str, Any]

STRETCH = {"from": "2000-01-01", "to": "2099-12-31", "of": "2026-05-20"}
"""Days by a word of a field's name: as long a stretch as there is. Any other is one day with invoices."""

_NAMED = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)(?:\s+(?:AS\s+)?(?!WHERE|JOIN|LEFT|CROSS)(\w+))?", re.IGNORECASE)
_STEP = re.compile(r"^(SCAN|SEARCH) (\w+)\b(.*)$")

STEADY = {
    "heads",
    "orgs",
    "accounts",
    "totals",
    "branches",
    "taxes",
    "cost_centers",
    "salespersons",
    "currencies",
}
"""Tables that do not grow with every sale: an answer may read all of an organisation's rows."""


OF_A_TOTAL = "LIKE '%,' || CAST(a.number AS TEXT)"
"""In what tells where a total of several accounts comes from. Each account has its index, and the entries
of all of them together are put in order, once somebody asks."""


WHOLE = {
    *("ar_aging", "ap_aging", "outstanding_receivables", "outstanding_payables"),
    *("gstr1", "gstr3b", "sources"),
}
"""Reports that read all that they tell of: what was ever owed, the documents of a return. They are put in
order once, and nobody promises that they do not grow."""


OUT_OF_BOOKS = {"webhooks.events"}
"""Lists that stand in the code."""


class Question(NamedTuple):
    """A list or a report, and the one parameter beyond the required ones that it is asked with."""

    resource: Resource
    operation: Operation
    field: str | None

    def __str__(self) -> str:
        return f"{self.resource.name}.{self.operation.name}({self.field or ''})"


def questions() -> Iterator[Question]:
    """Every list and every report: without a filter, and with each."""
    for declared in resources():
        for operation in declared.callable:
            whole = (declared.name == "reports" and operation.name in WHOLE) or declared.name in OUT_OF_BOOKS
            if operation.method == "GET" and not operation.by_id and not whole:
                yield Question(declared, operation, None)
                plan = getattr(operation.query, "plan", None)
                fields = () if plan is None else plan.specs
                for field in fields:
                    if field not in ("cursor", "per_page"):
                        yield Question(declared, operation, field)


def call_of(org: finzcore.Org, question: Question) -> Callable[..., Any]:
    """What a Python caller calls."""
    call: Callable[..., Any] = attrgetter(f"{question.resource.name}.{question.operation.name}")(org)
    return call


class Shop:
    """Books in a file with something of everything, and the statements that a call runs on them."""

    def __init__(self, path: str) -> None:
        self.path = path
        clock = FrozenClock("2026-05-19T05:00:00+00:00")
        settings = finzcore.Settings(durability="relaxed")
        self.engine = finzcore.open(path, clock=clock, ids=CountingIds(), settings=settings)
        self.org = self.engine.create_org(name="Acme Traders", state="IN-KA")
        self.asha = self.org.contacts.create(contact_name="Asha Stores")["contact_id"]
        self.others = [self.org.contacts.create(contact_name=f"Customer {n}")["contact_id"] for n in range(3)]

    def sell(self, day: dt.date, contact: str, **more: Any) -> dict[str, Any]:
        """One invoice."""
        made: dict[str, Any] = self.org.invoices.create(
            customer_id=contact,
            date=day.isoformat(),
            place_of_supply="IN-KA",
            line_items=[{"name": "Licence", "rate": 100}],
            **{"auto_approve": True} | more,
        )
        return made

    def ran(self, question: Question, asked: Asked) -> list[str]:
        """The SELECTs that an answer takes, values and all."""
        texts: list[str] = []
        call = call_of(self.org, question)
        self.engine.store.trace(texts.append)  # type: ignore[attr-defined]
        try:
            call(**asked)
        finally:
            self.engine.store.trace(None)  # type: ignore[attr-defined]
        return [text for text in texts if re.match(r"\s*(SELECT|WITH)\b", text)]

    def steps(self, question: Question, asked: Asked) -> int:
        """How many steps SQLite's machine takes for an answer."""
        taken = 0

        def count() -> int:
            nonlocal taken
            taken += 1
            return 0

        self.ran(question, asked)  # what is read once is not counted
        with closing(sqlite3.connect(self.path)) as connection:
            for text in self.ran(question, asked):
                connection.set_progress_handler(count, 1)
                connection.execute(text).fetchall()
        return taken


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    made = Shop(str(tmp_path_factory.mktemp("plans") / "books.db"))
    for n in range(3):
        invoice = made.sell(dt.date(2026, 5, 1 + n), made.asha, reference_number=f"PO-{n}")
        made.org.payments.create(
            flow="INCOMING", contact_id=made.asha, date="2026-05-10", amount=50, mode="UPI",
            allocations=[{"invoice_id": invoice["invoice_id"], "amount": 50}],
        )  # fmt: skip
    made.org.webhooks.endpoints.create(url="https://shop.example/hooks", events=["CONTACT_CREATED"])
    made.org.contacts.create(contact_name="Ravi Traders")
    yield made
    made.engine.close()


def values(shop: Shop, operation: Operation, field: str) -> list[Any]:
    """What a parameter may be asked for: each word of a choice, an id that is there, a long stretch."""
    spec = operation.query.plan.specs[field]  # type: ignore[union-attr]
    if isinstance(spec.kind, Id):
        if spec.kind.of not in RESOURCES:
            return []
        rows = attrgetter(spec.kind.of)(shop.org).list()
        return [next(iter(rows[0].values()))] if rows else []
    if field == "entity_id":
        return [shop.org.invoices.list()[0]["invoice_id"]]
    if isinstance(spec.kind, UserId):
        return [shop.engine.create_user(name="Ravi").user_id]
    if field == "period":
        return ["052026"]
    if field == "entity_type" and spec.required:
        return ["INVOICE"]
    schema = spec.kind.schema()
    if schema.get("format") == "date":
        return [next((STRETCH[word] for word in field.split("_") if word in STRETCH), "2026-05-02")]
    if isinstance(spec.kind, InstantKind):
        return ["2099-12-31T00:00:00Z"]
    if schema.get("type") == "array":
        return list(schema["items"]["enum"])[:1]
    known = schema.get("enum", schema.get("examples"))
    return list(known or [{"string": "x", "boolean": True, "integer": 5}[schema["type"]]])


def asked_of(shop: Shop, question: Question) -> Iterator[Asked]:
    """What a question is asked with: the required parameters, and its own with each of its values."""
    operation = question.operation
    plan = getattr(operation.query, "plan", None)
    specs = {} if plan is None else plan.specs
    asked = {name: values(shop, operation, name)[0] for name, spec in specs.items() if spec.required}
    if "per_page" in specs:
        asked["per_page"] = 1
    if question.field == "entity_id":
        asked["entity_type"] = "INVOICE"
    if question.field is None:
        yield asked
    else:
        for value in values(shop, operation, question.field):
            yield asked | {question.field: value}


def flaws(text: str, plan: list[str]) -> Iterator[str]:
    """What in a plan grows with the books: a table read to its end, rows sorted, an index made."""
    kept = {table.name for declared in tables().values() for table in declared}
    names = {alias or table: table for table, alias in _NAMED.findall(text)}
    for step in plan:
        match = _STEP.match(step)
        table = names.get(match[2], match[2]) if match else None
        if match and table in kept:
            unending = match[3].endswith("(org_id=?)") and "LIMIT" not in text and table not in STEADY
            if match[1] == "SCAN" or unending:
                yield step
        is_sorted = "TEMP B-TREE" in step and OF_A_TOTAL not in text
        if is_sorted or "AUTOMATIC" in step or "MATERIALIZE" in step:
            yield step


def plan_of(connection: sqlite3.Connection, text: str) -> list[str]:
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}")]


@pytest.mark.parametrize("question", list(questions()), ids=str)
def test_no_list_or_report_reads_a_table_from_end_to_end_or_sorts_it(question: Question, shop: Shop) -> None:
    with closing(sqlite3.connect(shop.path)) as connection:
        for asked in asked_of(shop, question):
            for text in shop.ran(question, asked):
                assert [] == list(flaws(text, plan_of(connection, text))), (asked, text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "SELECT id FROM invoices WHERE org_id = 1 ORDER BY date || id LIMIT 5",
            "USE TEMP B-TREE FOR ORDER BY",
        ),
        ("SELECT p.entry FROM postings AS p WHERE p.amount = 5", "SCAN p"),
        ("SELECT id FROM invoices WHERE org_id = 1 ORDER BY id", "SEARCH invoices"),
        ("SELECT id FROM invoices WHERE org_id = 1 ORDER BY id LIMIT 5", None),
        ("SELECT id FROM invoices WHERE org_id = 1 AND id = 5", None),
    ],
)
def test_a_plan_that_grows_is_told_from_one_that_does_not(text: str, wanted: str | None, shop: Shop) -> None:
    with closing(sqlite3.connect(shop.path)) as connection:
        found = list(flaws(text, plan_of(connection, text)))
    assert ([] if wanted is None else [wanted]) == [step[: len(wanted or step)] for step in found]


def test_every_list_and_every_report_is_asked(shop: Shop) -> None:
    asked = {(one.resource.name, one.operation.name) for one in questions()}
    assert {("invoices", "list"), ("journals", "list"), ("payments", "list"), ("reports", "ledger")} <= asked
    unasked = [str(one) for one in questions() if not list(asked_of(shop, one))]
    # There is nothing yet whose id these could be.
    notes = {"credit_notes.list(bill_id)", "debit_notes.list(bill_id)"}
    tagged = {f"reports.{name}(cost_center_id)" for name in ("day_book", "ledger", "profit_and_loss")}
    assert notes | tagged == set(unasked)


def test_the_entries_of_a_busy_account_are_met_on_the_way(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journals, "FEW", 2)
    declared = next(one for one in resources() if one.name == "journals")
    question = Question(declared, declared.operation("list"), None)
    receivable = shop.org.account_id("1040")
    with closing(sqlite3.connect(shop.path)) as connection:
        for asked in ({"account_id": receivable}, {"contact_id": shop.asha}):
            page = next(text for text in shop.ran(question, asked) if "EXISTS (" in text)
            plan = plan_of(connection, page)
            assert "SEARCH postings USING PRIMARY KEY (org_id=? AND entry=?)" in plan
            assert [] == list(flaws(page, plan))
            busy = shop.org.journals.list(**asked)
            monkeypatch.setattr(journals, "FEW", 1000)
            assert list(shop.org.journals.list(**asked)) == list(busy)
            monkeypatch.setattr(journals, "FEW", 2)


FIRST = dt.date(2025, 4, 1)


def year(path: str, days: int) -> Shop:
    """Two invoices a day; whatever the number of days, twelve of them Asha's, one a draft."""
    made = Shop(path)
    with made.org.transaction():
        made.sell(FIRST, made.asha, auto_approve=False, reference_number="PO-7")
        for n in range(2 * days):
            asha = n % (days // 6) == 0
            made.sell(FIRST + dt.timedelta(days=n // 2), made.asha if asha else made.others[n % 3])
    return made


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shop, Shop]]:
    """Books of 42 days and of 420."""
    folder = tmp_path_factory.mktemp("years")
    small, large = year(str(folder / "small.db"), 42), year(str(folder / "large.db"), 420)
    yield small, large
    for one in (small, large):
        one.engine.close()


def day(n: int) -> str:
    return (FIRST + dt.timedelta(days=n)).isoformat()


def spelled(shop: Shop, asked: Asked, days: int) -> Asked:
    """What is asked, of these books: Asha, an account by its code, the last of so many days."""
    of = {"ASHA": shop.asha, "END": day(days - 1)}
    if "account_id" in asked:
        of[asked["account_id"]] = shop.org.account_id(asked["account_id"])
    return {key: of.get(value, value) for key, value in asked.items()}


ANSWERS: list[tuple[str, str, Asked]] = [
    ("reports", "trial_balance", {"as_of_date": day(40)}),
    ("reports", "ledger", {"account_id": "1040", "from_date": day(20), "to_date": day(40), "limit": 20}),
    ("reports", "ledger", {"account_id": "1040", "from_date": day(20), "to_date": "END", "limit": 20}),
    ("reports", "ledger", {"account_id": "4010", "to_date": "END", "limit": 20}),
    ("reports", "customer_ledger", {"contact_id": "ASHA", "to_date": "END"}),
    ("reports", "day_book", {"from_date": day(20), "to_date": day(30)}),
    ("reports", "sales_register", {"from_date": day(20), "to_date": day(30)}),
    ("invoices", "list", {}),
    ("invoices", "list", {"customer_id": "ASHA"}),
    ("invoices", "list", {"customer_id": "ASHA", "date_from": day(0), "date_to": "END"}),
    ("invoices", "list", {"status": "OVERDUE", "per_page": 20}),
    ("invoices", "list", {"status": "DRAFT"}),
    ("invoices", "list", {"reference_number": "PO-7"}),
    ("invoices", "list", {"date_from": day(10), "date_to": day(20)}),
    ("invoices", "list", {"date_from": day(10), "date_to": "END", "per_page": 20}),
    ("journals", "list", {}),
    ("journals", "list", {"contact_id": "ASHA"}),
]


@pytest.mark.parametrize(("name", "operation", "asked"), ANSWERS)
def test_an_answer_takes_as_many_steps_from_books_ten_times_as_large(
    name: str, operation: str, asked: Asked, years: tuple[Shop, Shop]
) -> None:
    taken = []
    declared = next(one for one in resources() if one.name == name)
    question = Question(declared, declared.operation(operation), None)
    for shop, days in zip(years, (42, 420), strict=True):
        taken.append(shop.steps(question, spelled(shop, asked, days)))
    assert taken[1] <= 1.3 * taken[0]
