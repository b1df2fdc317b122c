"""The part of an engine that does what waits: the work that time brings, mail, webhooks. A host calls it from
timers of its own (`api.md` §4.17, §4.19, §6.3)."""

import datetime as dt
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from finzcore.books.unit import Desk
from finzcore.ports import Clock, Mail, Random, Store
from finzcore.settings import Settings

if TYPE_CHECKING:
    from finzcore.books.webhooks.attempt import Post


class Rounds:
    """The part of an engine that makes the rounds; the rest of it is named here for that alone."""

    store: Store
    desk: Desk
    clock: Clock
    random: Random
    settings: Settings
    mail: Mail | None
    work: Callable[..., Any]

    def run_scheduler(self, now: dt.datetime | None = None) -> int:
        """Do what time brings, and say how much that was: make the documents of recurring schedules, tell
        of those that became overdue, let go of answers under Idempotency-Keys older than a day, of
        files that are nobody's, and of what users granted clients, once it has long been over (`api.md`
        §4.19, §6.4, `reliability.md` §3, §20).

        Call it from a timer of your own, once an hour or so; no thread does it by itself. The books wake
        at 09:00 in India: between two wakings a schedule makes one document at most, however often this
        is called, and by however many. `now` is an aware instant, by default the engine's clock.

        >>> from finzcore import open as open_books
        >>> with open_books(":memory:") as engine:
        ...     engine.run_scheduler()
        0
        """
        from finzcore.books.chores.turns import take_turns

        return take_turns(self.desk, self.clock() if now is None else now).total()

    def run_mail(self, now: dt.datetime | None = None) -> int:
        """Send the mail that is due, and say how many messages the port confirmed.

        What fails is tried again after 1, 5 and 30 minutes, 2 hours and 12 hours, and is then given up,
        which the activity log tells. Without a `mail` to send by, messages wait and 0 is returned. Call
        it from a timer of your own, every minute or so; several may run at once, in several processes.
        RuntimeError inside a transaction of this thread.

        >>> from finzcore import open as open_books
        >>> with open_books(":memory:") as engine:
        ...     engine.run_mail()
        0
        """
        from finzcore.delivery import deliver_mail

        return 0 if self.mail is None else deliver_mail(self, self.mail, now).sent

    def run_webhooks(self, now: dt.datetime | None = None, transport: "Post | None" = None) -> int:
        """Tell the endpoints that listen of what has happened, and say how many deliveries they have taken.

        What fails is tried again after 1, 5 and 30 minutes, 2 hours and 12 hours, and is then given up;
        an endpoint is disabled when it is gone, or after 20 in a row that were given up (`api.md` §6.3).
        `transport` is what sends, by default over TLS and to public addresses alone
        (`finzcore.books.webhooks.attempt.Post`).
        Call it from a timer of your own, every few seconds or every minute; several may run at once, in
        several processes. A call has a few threads of its own, takes on new deliveries for half a minute
        at most, and has ended them when it returns. RuntimeError inside a transaction of this thread.

        >>> from finzcore import open as open_books
        >>> with open_books(":memory:") as engine:
        ...     engine.run_webhooks()
        0
        """
        from finzcore.dispatch import deliver_webhooks

        return deliver_webhooks(self, transport or self.post, now).delivered

    @cached_property
    def post(self) -> "Post":
        """What webhooks are sent by, unless another transport is given."""
        from finzcore.outgoing import Https

        return Https(allow_local=self.settings.allow_local_webhooks)
