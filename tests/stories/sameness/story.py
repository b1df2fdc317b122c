"""The story: a year of two firms, in chapters, told to any books and written down.

Read in this order:

    scribe      what is recorded, and how
    cast        the two firms, and the ids of what they made, by name
    founding    branches, charts, taxes, currencies, cost centres, preferences
    people      customers and vendors, and searches for them
    goods       items
    sales       invoices
    orders      estimates, sales orders, purchase orders
    money       payments, advances, applications, refunds
    notes       credit notes
    purchases   bills, what vendors credit and charge, and how they are paid
    letters     documents sent by mail
    spent       expenses
    byhand      entries made by hand, comments, the log of who did what
    filed       files attached to things
    hearing     who is told what, and what came of it
    together    many invoices and bills in one call
    changes     every field of everything, changed by itself
    finding     lists by every filter, page after page, as days go by
    closing     locked periods, several calls in one commit, two firms by turns, the next year
    repeating   schedules, and the days on which they run
    drawn       every kind of document as PDF
    explained   every document explained, and as the portals take it
    doors       tokens, scopes, selectors, sizes, limits
    keys        Idempotency-Keys
    reports     every report with each parameter
    final       the final accounts, explained, as they were known, and of several firms
    owed        who owes what and since when
    returned    the returns of GST, filed, and what changed since
    ending      `verify`, the heads of the chains, and every row of every table
    touched     what a record touched, to be held against what there is
"""

from collections.abc import Callable

import finzcore
from finzcore.testing import CountingIds, CountingRandom, FrozenClock
from tests.stories.sameness import (
    byhand,
    changes,
    closing,
    doors,
    drawn,
    ending,
    explained,
    filed,
    final,
    finding,
    founding,
    goods,
    hearing,
    keys,
    letters,
    money,
    notes,
    orders,
    owed,
    people,
    purchases,
    repeating,
    reports,
    returned,
    sales,
    spent,
    together,
)
from tests.stories.sameness.cast import Cast
from tests.stories.sameness.scribe import Exchange

Chapters = tuple[Callable[[Cast], None], ...]

CHAPTERS: Chapters = (
    founding.tell, people.tell, goods.tell, sales.tell, orders.tell, money.tell, notes.tell, purchases.tell,
    letters.tell, spent.tell, byhand.tell, filed.tell, hearing.tell, together.tell, changes.tell,
    finding.tell, closing.tell, repeating.tell, drawn.tell, explained.tell, doors.tell, keys.tell,
    keys.at_work, reports.tell, final.tell, owed.tell, returned.tell, filed.let_go, ending.tell,
)  # fmt: skip

SETTINGS = finzcore.Settings(
    durability="relaxed",
    rate_limits={"DEFAULT": 8, "PARTNER": 3000},
    sealing_keys=(b"a key to seal anchors with".ljust(32, b"."),),
    token_peppers={"2026": b"some pepper"},
)
"""Eight requests a minute: a hasty client is to be refused before long."""


def tell(target: str, chapters: Chapters = CHAPTERS) -> list[Exchange]:
    """Tell the story to new books, and give its record."""
    clock = FrozenClock()
    with finzcore.open(
        target,
        clock=clock,
        ids=CountingIds(),
        random=CountingRandom(),
        settings=SETTINGS,
        blobs=filed.Shelf(),
    ) as engine:
        cast = Cast(engine, clock)
        for chapter in chapters:
            cast.scribe.chapter = chapter.__module__.rpartition(".")[2]
            chapter(cast)
            clock.move(minutes=2)
        return cast.scribe.record
