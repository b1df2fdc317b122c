"""Currencies that documents may be in, and the daily rates they are converted at."""

from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.records import Records
from finzcore.books.resource import Page, Resource, administer, browse
from finzcore.books.shapes import shape, text
from finzcore.errors import Duplicate, RuleBroken
from finzcore.ports import Index, Row, Table, flag, integer, moment
from finzcore.ports import text as text_column

KNOWN: Final = {
    "INR": ("Indian Rupee", "₹"), "USD": ("US Dollar", "$"), "EUR": ("Euro", "€"),
    "GBP": ("Pound Sterling", "£"), "AED": ("UAE Dirham", "د.إ"), "AUD": ("Australian Dollar", "A$"),
    "CAD": ("Canadian Dollar", "C$"), "CHF": ("Swiss Franc", "CHF"), "CNY": ("Yuan Renminbi", "¥"),
    "HKD": ("Hong Kong Dollar", "HK$"), "MYR": ("Malaysian Ringgit", "RM"), "NPR": ("Nepalese Rupee", "रू"),
    "NZD": ("New Zealand Dollar", "NZ$"), "QAR": ("Qatari Riyal", "ر.ق"), "SAR": ("Saudi Riyal", "ر.س"),
    "SEK": ("Swedish Krona", "kr"), "SGD": ("Singapore Dollar", "S$"), "THB": ("Baht", "฿"),
    "ZAR": ("Rand", "R"), "BDT": ("Taka", "৳"), "LKR": ("Sri Lanka Rupee", "Rs"),
}  # fmt: skip
"""Currencies of two decimals (ISO 4217) that can be enabled, with their symbols."""


@shape
class NewCurrency:
    """A currency by its ISO 4217 code."""

    currency_code: str = text(3, required=True, upper=True, pattern="[A-Z]{3}")


CURRENCIES: Final = Table(
    name="currencies",
    columns=(
        integer("id"),
        text_column("currency_code"),
        text_column("name"),
        text_column("symbol"),
        integer("decimal_places"),
        flag("is_base"),
        moment("created_time"),
        moment("last_modified_time"),
    ),
    indexes=(Index(name="currencies_currency_code_uq", columns=("currency_code",), unique=True),),
)

RECORDS: Final = Records(
    table=CURRENCIES, entity="CURRENCY", prefix="cur_", ref="currency_code", settings=True, webhooks=False
)

VIEW: Final = views.View(
    views.text("currency_code"),
    views.text("name"),
    views.text("symbol"),
    views.whole("decimal_places"),
    views.flag("is_base"),
)


@shape
class Nothing:
    """No filters."""


def listing(books: Books, query: Nothing) -> Page:
    """The enabled currencies."""
    return Page.whole(list(books.masters.rows["currencies"].values()))


def enable(books: Books, body: NewCurrency) -> Row:
    """Let documents be in a currency."""
    if body.currency_code not in KNOWN:
        message = f"'{body.currency_code}' is not a currency of two decimals that we know."
        raise RuleBroken(message, field="currency_code")
    if any(row["currency_code"] == body.currency_code for row in books.masters.rows["currencies"].values()):
        raise Duplicate("The currency is enabled already.", field="currency_code")
    return RECORDS.add(books, _row(body.currency_code))


def _row(code: str) -> Row:
    name, symbol = KNOWN[code]
    return {
        "currency_code": code,
        "name": name,
        "symbol": symbol,
        "decimal_places": 2,
        "is_base": int(code == "INR"),
    }


def seeds(books: Books, org: Row) -> list[Row]:
    """The rupee."""
    times = {"created_time": books.time, "last_modified_time": books.time}
    return [_row("INR") | {"id": books.new_id()} | times]


RESOURCE: Final = Resource(
    name="currencies",
    noun="currency",
    table=CURRENCIES,
    view=VIEW,
    seeds=seeds,
    operations=(browse(listing, Nothing), administer("enable", enable, NewCurrency)),
)
