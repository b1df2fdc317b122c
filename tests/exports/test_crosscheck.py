"""A second opinion: hledger and beancount agree with every account of any business, and a paisa is found."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import Phase, given, settings

import finzcore
from finzcore.demo.story import play as play_demo
from finzcore.engine import Engine
from finzcore.exports import forms
from finzcore.exports.crosscheck import Opinion, crosscheck, opinion, opinion_of
from finzcore.exports.tools import Refused, Tool
from finzcore.testing import BooksMachine, CountingIds, CountingRandom, FrozenClock
from finzcore.testing.strategies import ALSO, Month, months, play
from tests.engines import Place, on_sqlite
from tests.exports.told import journal, sale
from tests.machines import run


@contextmanager
def books() -> Iterator[finzcore.Org]:
    """New books in memory: what is compared here is the same on every engine."""
    chosen = finzcore.Settings(durability="relaxed")
    with finzcore.open(
        ":memory:", clock=FrozenClock(), ids=CountingIds(), random=CountingRandom(), settings=chosen
    ) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        acme.enable_currency("USD")
        yield acme


def assert_agreed(org: finzcore.Org, tools: list[Tool]) -> None:
    accounts = len(list(org.accounts.all()))
    assert [Opinion(tool.name, accounts, ()) for tool in tools] == crosscheck(org, tools)


def test_both_agree_with_the_demo(target: str, tools: list[Tool]) -> None:
    play_demo(target, lambda *_: None, "finzcore")
    with finzcore.open(target) as engine:
        (org,) = engine.orgs()
        assert_agreed(org, tools)


def test_both_agree_with_books_in_which_nothing_was_posted(acme: finzcore.Org, tools: list[Tool]) -> None:
    assert_agreed(acme, tools)


@settings(max_examples=10, deadline=None, phases=[Phase.generate])
@given(months(also=ALSO))
def test_both_agree_with_any_month(tools: list[Tool], month: Month) -> None:
    with books() as acme:
        play(month, acme)
        assert_agreed(acme, tools)


class Asked(BooksMachine):
    """All of business, and at the end the others are asked."""

    checks = ()
    place: ClassVar[Place]
    tools: ClassVar[list[Tool]]
    entries: ClassVar[list[int]]

    def __init__(self) -> None:
        self._lent = self.place()
        self._target = self._lent.__enter__()
        super().__init__()

    def open_books(self, target: str) -> Engine:
        return super().open_books(self._target)

    def teardown(self) -> None:
        assert_agreed(self.acme, self.tools)
        self.entries.append(self.engine.export_head(self.acme.org_id)["entry_seq"])
        super().teardown()
        self._lent.__exit__(None, None, None)


@pytest.fixture
def asked(new_place: Place, tools: list[Tool]) -> type[Asked]:
    """The machine, with places for its books."""
    Asked.place, Asked.tools, Asked.entries = staticmethod(new_place), tools, []
    return Asked


@on_sqlite  # where a step takes a fraction of the time; the tools see the same journal
def test_both_agree_with_all_of_business(asked: type[Asked]) -> None:
    run(asked, examples=3, steps=50)
    assert 30 < sum(asked.entries)


# ----- what is wrong is found -----


@pytest.mark.parametrize("name", ["hledger", "beancount"])
def test_a_paisa_between_two_accounts_is_found(name: str, tools: list[Tool], tmp_path: Path) -> None:
    tool = next(one for one in tools if one.form == name)
    told = journal(sale())
    path = tmp_path / "books"
    with path.open("wb") as file:
        forms.write(told, tool.form, file)
    text = path.read_text("utf-8")
    path.write_text(text.replace("14160.00", "14160.01"), "utf-8")
    assert 2 == text.count("14160.00")
    assert Opinion(
        tool.name,
        2,
        (
            "Assets:1010-Cash-in-Hand: 14,160.00 in the books, 14,160.01 there",
            "Income:4010-Sales: -14,160.00 in the books, -14,160.01 there",
        ),
    ) == opinion_of(path, told, tool)


@pytest.mark.parametrize("name", ["hledger", "beancount"])
def test_a_file_that_does_not_balance_is_refused_in_the_words_of_the_tool(
    name: str, tools: list[Tool], tmp_path: Path
) -> None:
    tool = next(one for one in tools if one.form == name)
    told = journal(sale())
    path = tmp_path / "books"
    with path.open("wb") as file:
        forms.write(told, tool.form, file)
    path.write_text(path.read_text("utf-8").replace(" 14160.00", " 14160.01"), "utf-8")
    (said,) = opinion_of(path, told, tool).differences
    assert "balance" in said.lower()
    assert "0.01" in said


def test_an_account_that_is_left_out_and_one_that_is_strange_are_found(tmp_path: Path) -> None:
    strange = Tool("a tool", "hledger", lambda _: {"Assets:1010-Cash-in-Hand": 1416000, "Assets:X": 5})
    assert (
        "Assets:X: 0.00 in the books, 0.05 there",
        "Income:4010-Sales: -14,160.00 in the books, 0.00 there",
    ) == opinion(journal(sale()), strange).differences


def test_a_tool_that_breaks_is_told_of_and_the_other_is_asked_all_the_same(
    acme: finzcore.Org, tools: list[Tool]
) -> None:
    def broken(_: Path) -> dict[str, int]:
        raise Refused("out of order")

    found = crosscheck(acme, [Tool("a tool", "hledger", broken), *tools])
    assert [("out of order",), (), ()] == [one.differences for one in found]


def test_entries_that_come_while_it_looks_are_on_neither_side(acme: finzcore.Org, tools: list[Tool]) -> None:
    post(acme, 500)
    told = forms.of(acme)
    post(acme, 7)
    assert [()] * 2 == [opinion(told, tool).differences for tool in tools]


def post(acme: finzcore.Org, amount: int) -> None:
    lines = [
        {"account_id": acme.account_id("1010"), "debit": amount},
        {"account_id": acme.account_id("4010"), "credit": amount},
    ]
    acme.journals.create(date="2026-05-19", lines=lines)
