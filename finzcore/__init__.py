"""finzcore: an embeddable double-entry accounting engine and API core for Indian businesses.

Documents explain what happened; the ledger says what it means; the books apply one change, for one
organisation, at one moment; the api turns a request into such a change and back.

Read in this order: `money`, `fiscal`, `ledger`, `gst`, `documents`, `auth` (rules); `ports`, `books`
(work); `storage`, `api`, `system` (edges); `engine`, `org`, `cli` (where they meet).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from finzcore.books.problem import Problem
    from finzcore.engine import Engine
    from finzcore.engine import open_books as open  # noqa: A004
    from finzcore.errors import FinzError
    from finzcore.org import Org, Page
    from finzcore.people import MintedToken, User
    from finzcore.settings import Settings
else:
    from finzcore.on_demand import names as _names

    __getattr__, __dir__ = _names(
        __name__,
        {
            "Engine": "finzcore.engine",
            "FinzError": "finzcore.errors",
            "MintedToken": "finzcore.people",
            "Org": "finzcore.org",
            "Page": "finzcore.org",
            "Problem": "finzcore.books.problem",
            "Settings": "finzcore.settings",
            "User": "finzcore.people",
            "open": "finzcore.engine:open_books",
        },
    )

__all__ = ["Engine", "FinzError", "MintedToken", "Org", "Page", "Problem", "Settings", "User", "open"]
__version__ = "0.1.0"
