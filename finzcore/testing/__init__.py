"""What proves books right, ours and yours: fakes, strategies, invariants, a machine with a model.

Read in this order:

    fakes         FrozenClock, CountingIds, CountingRandom: a run is a function of its inputs
    call          Call: requests to `handle` in one line
    plugin        the pytest fixtures clock, target, engine, acme, call
    invariants    what must be true of books, each a named function; `check` raises what is not
    strategies    Hypothesis strategies: amounts, GSTINs, bodies of documents, whole months
    pricing       what a document comes to, worked out a second time
    told          the bodies that the model is told, in one spelling
    model         the books in plain Python: facts, and everything else derived from them
    shown         what the model says, as the API shows it
    stage         books beside their model, and what a rule needs to do and to expect things
    machine       BooksMachine: business at random, beside the model; SalesMachine, the part that sells
    extra         what is said to whoever has no pytest or no Hypothesis

`docs/proving.md` shows how your own code is proved with them. Every name is imported when it is first
asked for; `strategies` and `BooksMachine` need Hypothesis, `plugin` needs pytest, nothing else needs
either, and the extra ``testing`` installs both.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from finzcore.testing import invariants, strategies
    from finzcore.testing.call import Call
    from finzcore.testing.fakes import CountingIds, CountingRandom, FrozenClock
    from finzcore.testing.machine import BooksMachine, SalesMachine
else:
    from finzcore.on_demand import names as _names

    __getattr__, __dir__ = _names(
        __name__,
        {
            "BooksMachine": "finzcore.testing.machine",
            "Call": "finzcore.testing.call",
            "CountingIds": "finzcore.testing.fakes",
            "CountingRandom": "finzcore.testing.fakes",
            "FrozenClock": "finzcore.testing.fakes",
            "SalesMachine": "finzcore.testing.machine",
            "invariants": "finzcore.testing.invariants",
            "strategies": "finzcore.testing.strategies",
        },
    )

__all__ = [
    "BooksMachine",
    "Call",
    "CountingIds",
    "CountingRandom",
    "FrozenClock",
    "SalesMachine",
    "invariants",
    "strategies",
]
