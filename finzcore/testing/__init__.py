"""What tests need, ours and yours: a clock that stands still, ids that count, a small client.

Read in this order:

    fakes    FrozenClock, CountingIds, CountingRandom: a run is a function of its inputs
    call     Call: requests to `handle` in one line
"""

from finzcore.testing.call import Call
from finzcore.testing.fakes import CountingIds, CountingRandom, FrozenClock

__all__ = ["Call", "CountingIds", "CountingRandom", "FrozenClock"]
