"""What users let clients do, once it has been over for a month: forgotten (`api.md` §2).

For so long a token that is over is still told from one that nobody gave. Of a grant that stands, used
refresh tokens are all kept, because one that comes back ends it, and of its access tokens the newest, which
knows their tier.
"""

import datetime as dt
from typing import Final

from finzcore.auth.oauth import GRANT_LIFE
from finzcore.books.books import instant
from finzcore.books.chores.turns import Turn
from finzcore.books.due import DUE
from finzcore.books.unit import Desk
from finzcore.ports import Conflict, Contended, Session

_KIND: Final = "grants"
_NOBODY: Final = 0
"""The organisation of what belongs to none."""

KEPT_FOR: Final = dt.timedelta(days=30)
EVERY: Final = dt.timedelta(days=1)


def work(desk: Desk, now: dt.datetime) -> Turn:
    """Forget at most 100 grants with all that came of them, and 500 access tokens; once a day."""
    time = instant(now)
    with desk.store.shared() as session:
        visit = session.get(DUE, _KIND, _NOBODY)
    if visit is not None and time < visit["at"]:
        return Turn(_KIND)
    try:
        with desk.store.shared(write=True) as session:
            gone = _forget(session, now)
            if not gone:
                _visited(session, instant(now + EVERY))
    except (Conflict, Contended):  # another scheduler is at it at this moment
        return Turn(_KIND)
    return Turn(_KIND, gone, more=gone > 0)


def _forget(session: Session, now: dt.datetime) -> int:
    """How many rows went."""
    before = instant(now - KEPT_FOR)
    over = {"before": before, "consented": instant(now - KEPT_FOR - GRANT_LIFE)}
    # Grants last: they say what is over.
    return sum(
        len(session.ask(name, **values))
        for name, values in (
            ("oauth.forget_spent", {"before": before}),
            ("oauth.forget_refreshes", over),
            ("oauth.forget_tokens", over),
            ("oauth.forget_grants", over),
        )
    )


def _visited(session: Session, at: str) -> None:
    if session.get(DUE, _KIND, _NOBODY) is None:
        session.insert(DUE, [{"kind": _KIND, "org_id": _NOBODY, "at": at}])
    else:
        session.change(DUE, (_KIND, _NOBODY), {"at": at})
