"""Exchange rates: what one unit of a currency was worth on a day."""

from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.pages import PerPage
from finzcore.books.records import Records, record_table
from finzcore.books.resource import Page, Resource, administer, browse
from finzcore.books.shapes import day, number, row_of, shape, special, text
from finzcore.errors import RuleBroken
from finzcore.ports import Index, Row

_CODE: Final = "[A-Z]{3}"


@shape
class NewExchangeRate:
    """So many units of `to_currency` for one of `from_currency`."""

    from_currency: str = text(3, required=True, upper=True, pattern=_CODE)
    to_currency: str = text(3, default="INR", upper=True, pattern=_CODE)
    rate: int = number(8, required=True, least=0, above=True)
    rate_date: str = day(required=True, bare=True)
    source: str = text(40, default="MANUAL")


EXCHANGE_RATES: Final = record_table(
    "exchange_rates",
    NewExchangeRate,
    indexes=(
        Index(name="exchange_rates_latest", columns=("from_currency", "to_currency", "rate_date", "id")),
        Index(name="exchange_rates_newest", columns=("rate_date", "id")),
    ),
)
"""Rates are in 10^-8. A rate is never changed: a second one of the same day takes its place. The
latest on or before a date is the named statement ``exchange_rates.latest``."""

VIEW: Final = views.View(
    views.ident("exchange_rate_id", "rate_", "id"),
    views.text("from_currency"),
    views.text("to_currency"),
    views.number("rate", 8),
    views.day("rate_date", bare=True),
    views.text("source"),
)

RECORDS: Final = Records(
    table=EXCHANGE_RATES,
    entity="EXCHANGE_RATE",
    prefix="rate_",
    ref="from_currency",
    view=VIEW,
    webhooks=False,
)


@shape
class RateList:
    """Which rates are wanted, and how many at most."""

    from_currency: str | None = text(3, upper=True)
    to_currency: str | None = text(3, upper=True)
    limit: int = special(PerPage(1000), default=200)


def listing(books: Books, query: RateList) -> Page:
    """The rates, newest first by their dates."""
    rows = books.session.ask(
        "exchange_rates.newest",
        from_currency=query.from_currency,
        to_currency=query.to_currency,
        limit=query.limit,
    )
    return Page(rows=rows, per_page=query.limit)


def add(books: Books, body: NewExchangeRate) -> Row:
    """Keep a day's rate; the currency need not be enabled yet."""
    if body.from_currency == body.to_currency:
        raise RuleBroken("A rate is between two currencies.", field="from_currency")
    return RECORDS.add(books, row_of(body))


RESOURCE: Final = Resource(
    name="exchange_rates",
    noun="exchange_rate",
    prefix="rate_",
    scope="currencies",
    table=EXCHANGE_RATES,
    view=VIEW,
    operations=(browse(listing, RateList), administer("create", add, NewExchangeRate)),
)
