"""Values that modules declare: what a class takes, what it refuses, what one is equal to."""

from collections import OrderedDict
from types import MappingProxyType
from typing import Any

import pytest

from finzcore.declared import declared


@declared
class Place:
    name: str
    code: int = 0


@declared
class Town(Place):
    people: int = 0


@declared
class Port(Place):
    code: int
    """Required here, and in a new place."""
    depth: int = 9


@declared
class Sign:
    word: str
    shown: str = ""

    def complete(self) -> None:
        self.__dict__["shown"] = self.shown or self.word.upper()


MADE = [
    # the fields, in their order, and what was asked for
    ({"name": "Kochi", "code": 0}, lambda: Place("Kochi")),
    ({"name": "Kochi", "code": 32}, lambda: Place("Kochi", 32)),
    ({"name": "Kochi", "code": 32}, lambda: Place(code=32, name="Kochi")),
    ({"name": "Kochi", "code": 32, "people": 0}, lambda: Town("Kochi", 32)),
    ({"name": "Kochi", "code": 0, "people": 7}, lambda: Town("Kochi", people=7)),
    ({"name": "Kochi", "code": 32, "depth": 9}, lambda: Port("Kochi", 32)),
    ({"word": "stop", "shown": "STOP"}, lambda: Sign("stop")),
    ({"word": "stop", "shown": "Halt"}, lambda: Sign("stop", "Halt")),
]


@pytest.mark.parametrize(("fields", "make"), MADE)
def test_fields_are_those_inherited_then_ones_own_in_order(fields: dict[str, Any], make: Any) -> None:
    assert list(fields.items()) == list(vars(make()).items())


REFUSED = [
    ("Place takes name, code, each once", lambda: Place()),  # type: ignore[call-arg]
    ("Place takes name, code, each once", lambda: Place(code=1)),  # type: ignore[call-arg]
    ("Place takes name, code, each once", lambda: Place("a", 1, 2)),  # type: ignore[call-arg]
    ("Place takes name, code, each once", lambda: Place("a", size=1)),  # type: ignore[call-arg]
    ("Place takes name, code, each once", lambda: Place("a", name="b")),  # type: ignore[misc]
    ("Place takes name, code, each once", lambda: Place("a", 1, code=1)),  # type: ignore[misc]
    ("Town takes name, code, people, each once", lambda: Town("a", 1, code=1)),  # type: ignore[misc]
    ("Port takes name, code, depth, each once", lambda: Port("a")),  # type: ignore[call-arg]
]


@pytest.mark.parametrize(("said", "make"), REFUSED)
def test_every_field_is_given_once_or_has_a_default(said: str, make: Any) -> None:
    with pytest.raises(TypeError) as refused:
        make()
    assert said == str(refused.value)


@pytest.mark.parametrize("default", [[], {}, set(), bytearray(), OrderedDict()], ids=lambda one: type(one))
def test_a_default_that_could_change_is_refused(default: Any) -> None:
    with pytest.raises(
        TypeError, match=rf"Shelf\.books: all values would share one {type(default).__name__}"
    ):
        declared(type("Shelf", (), {"__annotations__": {"books": Any}, "books": default}))


@pytest.mark.parametrize("default", [None, (), "", frozenset(), MappingProxyType({}), Place("Kochi")])
def test_a_default_that_stays_as_it_is_will_do(default: Any) -> None:
    made: Any = declared(type("Shelf", (), {"__annotations__": {"books": Any}, "books": default}))
    assert default is made().books


def test_a_value_is_never_changed() -> None:
    place = Place("Kochi", 32)
    with pytest.raises(AttributeError, match="a Place is never changed"):
        place.name = "Cochin"  # type: ignore[misc]
    with pytest.raises(AttributeError, match="a Place is never changed"):
        place.size = 1  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="a Place is never changed"):
        del place.name
    assert {"name": "Kochi", "code": 32} == vars(place)


def test_a_value_is_equal_to_itself_only_and_so_is_its_hash() -> None:
    one, other = Place("Kochi", 32), Place("Kochi", 32)
    assert one == one and one != other
    assert 2 == len({one, other, one})


def test_a_value_shows_its_own_class_and_all_its_fields() -> None:
    assert "Town(name='Kochi', code=32, people=7)" == repr(Town("Kochi", 32, 7))
    assert "Sign(word='stop', shown='STOP')" == repr(Sign("stop"))
