"""finzcore: an embeddable double-entry accounting engine and API core for Indian businesses.

Documents explain what happened; the ledger says what it means; the books apply one change, for one
organisation, at one moment; the api turns a request into such a change and back. Books are one SQLite
file, or a PostgreSQL database: `open` takes the path of the one or the address of the other.

Read in this order: `errors`, `money`, `fiscal`, `ids`, `ledger`, `gst`, `documents`, `auth` (rules);
`ports`, `books` (work); `storage`, `api`, `render`, `system` (edges); `settings`, `people`, `tokens`,
`oauth`, `rounds`, `engine`, `moves`, `mail`, `delivery`, `outgoing`, `dispatch`, `receiving`,
`administration`, `signatures`, `calls`, `org`, `several`, `exports`, `client`, `vault` (where they meet);
`terminal`, `cli`, `commands`, `demo` (for people); `testing` (for those who prove things).
`declared`, `digests`, `masking`, `sealing` and `on_demand` are what modules are made with.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from finzcore import api, client, errors, mail, testing
    from finzcore.books.problem import Problem
    from finzcore.engine import Engine
    from finzcore.engine import open_books as open  # noqa: A004
    from finzcore.errors import FinzError
    from finzcore.org import Org, Page
    from finzcore.people import MintedToken, User
    from finzcore.receiving import verify_signature
    from finzcore.settings import Settings
    from finzcore.storage.folder import BlobFolder
else:
    from finzcore.on_demand import names as _names

    __getattr__, __dir__ = _names(
        __name__,
        {
            "BlobFolder": "finzcore.storage.folder",
            "Engine": "finzcore.engine",
            "FinzError": "finzcore.errors",
            "MintedToken": "finzcore.people",
            "Org": "finzcore.org",
            "Page": "finzcore.org",
            "Problem": "finzcore.books.problem",
            "Settings": "finzcore.settings",
            "User": "finzcore.people",
            "api": "finzcore.api",
            "client": "finzcore.client",
            "errors": "finzcore.errors",
            "mail": "finzcore.mail",
            "open": "finzcore.engine:open_books",
            "testing": "finzcore.testing",
            "verify_signature": "finzcore.receiving",
        },
    )

__all__ = [
    "BlobFolder",
    "Engine",
    "FinzError",
    "MintedToken",
    "Org",
    "Page",
    "Problem",
    "Settings",
    "User",
    "api",
    "client",
    "errors",
    "mail",
    "open",
    "testing",
    "verify_signature",
]
__version__ = "0.1.0"
