"""Public names of a package, each imported from its module when it is first asked for.

A process waits for what it imports, and most use few of the names that are offered to all. A type
checker is told the same names by ordinary imports beside the call.
"""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def names(package: str, places: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The ``__getattr__`` and ``__dir__`` of a package that offers names from its modules (PEP 562).

    `places` says for each name which module has it, and after a colon under which name there.

    >>> get, listed = names(__name__, {"rounded": "finzcore.money:half_up"})
    >>> get("rounded")(5, 2), "rounded" in listed()
    (3, True)
    """
    held = vars(sys.modules[package])

    def get(name: str) -> Any:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module, _, there = places[name].partition(":")
        held[name] = found = getattr(import_module(module), there or name)
        return found

    def listed() -> list[str]:
        return sorted({*held, *places})

    return get, listed
