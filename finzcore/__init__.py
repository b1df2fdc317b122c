"""finzcore: an embeddable double-entry accounting engine and API core for Indian businesses.

Documents explain what happened; the ledger says what it means; the books apply one change, for one
organisation, at one moment; the api turns a request into such a change and back.

Read in this order: `money`, `fiscal`, `ledger`, `gst`, `documents`, `auth` (rules); `ports`, `books`
(work); `storage`, `api`, `system` (edges); `engine`, `org`, `cli` (where they meet).
"""

from finzcore.books.problem import Problem
from finzcore.engine import Engine, MintedToken, User
from finzcore.engine import open_books as open  # noqa: A004
from finzcore.errors import FinzError
from finzcore.org import Org, Page
from finzcore.settings import Settings

__all__ = ["Engine", "FinzError", "MintedToken", "Org", "Page", "Problem", "Settings", "User", "open"]
__version__ = "0.1.0"
