"""Public names of a package, each imported from its module when it is first asked for.

A process waits for what it imports, and most use few of the names that are offered to all. A type
checker is told the same names by ordinary imports beside the call. What is listed are the public names
and nothing else, whatever has been imported so far.
"""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def names(package: str, places: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The ``__getattr__`` and ``__dir__`` of a package that offers names from its modules (PEP 562).

    `places` says for each name which module has it, and after a colon under which name there. The
    package's own module of that name is offered itself.

    >>> get, listed = names(__name__, {"rounded": "finzcore.money:half_up"})
    >>> get("rounded")(5, 2), "rounded" in listed()
    (3, True)
    """

    def get(name: str) -> Any:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        address, _, there = places[name].partition(":")
        module = import_module(address)
        found = module if address == f"{package}.{name}" else getattr(module, there or name)
        setattr(sys.modules[package], name, found)
        return found

    def listed() -> list[str]:
        return sorted(places)

    return get, listed
