"""The rules of the house hold on finzcore's own source; that each one bites is in `test_house_bites.py`."""

import graphlib
import importlib
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.house import figures
from tests import house, house_words
from tests.house import APART, FLOOR_OF, Source, cycles, forbidden, import_graph
from tests.house_keys import misspelt_keys
from tests.house_words import ALLOWED, CHECKS, Check

RULE: Final = "finzcore/gst/split.py"


@pytest.mark.parametrize("check", [*CHECKS, misspelt_keys], ids=lambda check: check.__name__)
def test_the_house_keeps_its_rules(check: Check) -> None:
    allowed = ALLOWED.get(check.__name__, {})
    breaches = [breach for source in house.read("finzcore") for breach in check(source)]
    assert [str(breach) for breach in breaches if breach.where not in allowed] == []


def test_tests_and_benchmarks_leave_no_notes_of_work_undone() -> None:
    breaches = [b for source in house.read("tests", "benchmarks") for b in house_words.unfinished(source)]
    assert list(map(str, breaches)) == []


def test_every_package_says_in_which_order_all_of_it_is_read() -> None:
    assert [str(breach) for breach in house_words.unread_modules(house.read("finzcore"))] == []


def test_a_module_that_no_reading_order_names_is_found() -> None:
    shelf = Source("finzcore/books/resources/__init__.py", '"""One file per resource."""')
    books = Source("finzcore/books/__init__.py", '"""Read `resources`."""')
    attic = Source("finzcore/__init__.py", '"""Read `books`, `gst`."""')
    order = Source(
        "finzcore/gst/__init__.py", '"""Read `states`, then:\n\n    rates   slabs\n    in a line"""'
    )
    read = [Source(f"finzcore/gst/{name}.py", "") for name in ("states", "rates", "_inner")]
    unread = [Source(f"finzcore/gst/{name}.py", "") for name in ("line", "slabs")]
    found = house_words.unread_modules(
        [attic, books, shelf, Source("finzcore/books/resources/taxes.py", ""), order, *read, *unread]
    )
    assert list(map(str, found)) == [
        "finzcore/gst/line.py:1: line is missing in the reading order of finzcore.gst",
        "finzcore/gst/slabs.py:1: slabs is missing in the reading order of finzcore.gst",
    ]


def test_no_two_modules_import_each_other_in_a_circle() -> None:
    assert cycles(import_graph(house.read("finzcore"))) == []


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_no_exception_outlives_its_reason(name: str) -> None:
    check = next(check for check in CHECKS if check.__name__ == name)
    needed = {breach.where for source in house.read("finzcore") for breach in check(source)}
    assert set() == set(ALLOWED[name]) - needed


def test_the_public_names_are_sorted_and_are_what_is_offered() -> None:
    path = house.ROOT / "finzcore" / "__init__.py"
    source = Source("finzcore/__init__.py", path.read_text("utf-8"))
    assert [str(breach) for breach in house_words.public_names(source)] == []
    package = importlib.import_module("finzcore")
    assert [name for name in house_words.promises(source) if not hasattr(package, name)] == []


def test_a_breach_says_where_it_is() -> None:
    (breach,) = house_words.floats(Source(RULE, "\n\nx = 0.5\n"))
    assert str(breach) == "finzcore/gst/split.py:3: the float 0.5"
    assert breach.where == "finzcore/gst/split.py"
    (breach,) = house_words.long_functions(Source(RULE, "def f():\n" + "    x = 1\n" * 60))
    assert breach.where == "finzcore/gst/split.py::f"


def test_a_planted_circle_is_found_through_names_and_inner_imports() -> None:
    sources = [
        Source("finzcore/ledger/entry.py", "from finzcore.ledger import period"),
        Source("finzcore/ledger/period.py", "def f():\n    from finzcore.ledger.chart import Chart"),
        Source("finzcore/ledger/chart.py", "from finzcore.ledger.entry import Posting"),
        Source("finzcore/ledger/__init__.py", "from finzcore.ledger import entry"),
    ]
    assert cycles(import_graph(sources)) == [
        ["finzcore.ledger.chart", "finzcore.ledger.entry", "finzcore.ledger.period"]
    ]


modules = st.sampled_from("abcdef")


@given(st.dictionaries(modules, st.sets(modules), max_size=6))
def test_circles_are_found_exactly_where_no_order_of_building_exists(graph: dict[str, set[str]]) -> None:
    whole = {module: graph.get(module, set()) - {module} for module in "abcdef"}
    try:
        graphlib.TopologicalSorter(whole).prepare()
        sound = True
    except graphlib.CycleError:
        sound = False
    assert sound == (cycles(whole) == [])


rooms = st.sampled_from(sorted(FLOOR_OF))


@given(rooms, rooms)
def test_two_rooms_see_each_other_only_as_one_family(one: str, other: str) -> None:
    both_ways = forbidden(one, other) is None and forbidden(other, one) is None
    family = FLOOR_OF[one] == FLOOR_OF[other] and not {one, other} & APART
    assert both_ways == (one == other or family)


@given(st.integers(1, 120))
def test_only_functions_past_sixty_lines_are_too_long(lines: int) -> None:
    text = "def f():\n" + "    x = 1\n" * lines
    assert (lines + 1 > 60) == any(house_words.long_functions(Source(RULE, text)))


@given(st.floats(min_value=0, allow_nan=False, allow_infinity=False))
def test_every_way_of_writing_a_float_is_seen(value: float) -> None:
    assert len(list(house_words.floats(Source(RULE, f"x = {value!r}")))) == 1


@given(st.integers(min_value=0))
def test_whole_numbers_are_never_taken_for_floats(value: int) -> None:
    assert list(house_words.floats(Source(RULE, f"x = {value}"))) == []


@given(st.permutations(["LARGEST", "Books", "Engine", "open", "verify_signature"]))
def test_public_names_are_sound_in_one_order_only(names: list[str]) -> None:
    text = f"__all__ = {names!r}\n" + "".join(f"{name} = 1\n" for name in names)
    sound = names == ["LARGEST", "Books", "Engine", "open", "verify_signature"]
    assert sound == (not list(house_words.public_names(Source("finzcore/__init__.py", text))))


def test_the_figures_of_a_small_house() -> None:
    sources = [
        Source("finzcore/money.py", "from finzcore import fiscal\n\n\ndef one():\n    return 1\n"),
        Source("finzcore/fiscal.py", "from finzcore import money\n" + "def f():\n" + "    x = 1\n" * 61),
    ]
    assert figures(sources) == [
        ("files", "2"),
        ("lines", "68"),
        ("median file", "34 lines"),
        ("longest file", "63 lines, finzcore/fiscal.py"),
        ("functions", "2"),
        ("median function", "32 lines"),
        ("functions under 10 lines", "50 %"),
        ("functions over 60 lines", "1: finzcore/fiscal.py::f"),
        ("import cycles", "1: finzcore.fiscal, finzcore.money"),
    ]


def test_an_empty_house_has_figures_too() -> None:
    assert ("longest file", "0 lines") in figures([])
