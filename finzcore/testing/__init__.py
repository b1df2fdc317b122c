"""What proves books right, ours and yours: fakes, strategies, invariants, a machine with a model.

Read in this order:

    fakes         FrozenClock, CountingIds, CountingRandom: a run is a function of its inputs
    call          Call: requests to `handle` in one line
    plugin        the pytest fixtures clock, target, engine, acme, call
    invariants    what must be true of books, each a named function; `check` raises what is not
    strategies    Hypothesis strategies: amounts, GSTINs, bodies of documents, whole months
    pricing       what a document comes to, worked out a second time
    model         the books in plain Python: facts, and everything else derived from them
    shown         what the model says, as the API shows it
    machine       BooksMachine: business at random, beside the model

`docs/proving.md` shows how your own code is proved with them. Importing this package imports neither
pytest nor Hypothesis; `strategies` and `BooksMachine` import Hypothesis when they are first asked for,
and the extra ``testing`` installs both.
"""

import importlib
from typing import TYPE_CHECKING, Any

from finzcore.testing.call import Call
from finzcore.testing.fakes import CountingIds, CountingRandom, FrozenClock

if TYPE_CHECKING:
    from finzcore.testing import invariants, strategies
    from finzcore.testing.machine import BooksMachine

__all__ = [
    "BooksMachine",
    "Call",
    "CountingIds",
    "CountingRandom",
    "FrozenClock",
    "invariants",
    "strategies",
]


def __getattr__(name: str) -> Any:
    """What is imported when it is first asked for."""
    if name in ("invariants", "strategies"):
        return importlib.import_module(f"finzcore.testing.{name}")
    if name == "BooksMachine":
        return importlib.import_module("finzcore.testing.machine").BooksMachine
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
