"""Who listens to which organisation, where a change of it was not finished (`api.md` §8.6)."""

import datetime as dt
from typing import Final

from finzcore.books.chores.turns import Turn
from finzcore.books.unit import Desk
from finzcore.books.webhooks.spread import spread

_KIND: Final = "listeners"


def work(desk: Desk, org_id: int, now: dt.datetime) -> Turn:
    """Have this organisation, and those that its endpoints listen to, settle who listens to them."""
    spread(desk, org_id, now)
    return Turn(_KIND)
