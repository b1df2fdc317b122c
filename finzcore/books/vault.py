"""What the vault keeps: the credentials that an integrator has for the books of its consumers, sealed, and
who is renewing them (`api.md` §8.8). `finzcore.vault` is where they are used.
"""

from collections.abc import Mapping
from typing import Any, Final

from finzcore.books.books import Books
from finzcore.books.text import json_text, json_value
from finzcore.books.webhooks.tables import ENDPOINTS
from finzcore.errors import SealBroken
from finzcore.ports import Index, Row, Session, Table, integer, moment, text
from finzcore.sealing import Sealer

CREDENTIALS: Final = Table(
    name="vault_credentials",
    shared=True,
    columns=(
        integer("id"),
        text("consumer_id"),
        text("service_id"),
        text("base_url"),
        text("company_id"),
        text("state"),
        text("sealed"),
        integer("claim", null=True),
        moment("claimed_until", null=True),
        moment("created_time"),
        moment("last_modified_time"),
    ),
    indexes=(
        Index(
            name="vault_credentials_whose_uq",
            columns=("consumer_id", "service_id", "company_id"),
            unique=True,
        ),
    ),
)
"""One row per connection. `base_url` and `company_id` are empty where there is none. `claim` is held by the
one who renews the credentials, for a few seconds at most."""

TABLES: Final = (CREDENTIALS,)

PREFIX: Final = "conn_"
CALLABLE: Final = "callable"
INVALID: Final = "invalid"

_VOUCHED: Final = ("id", "consumer_id", "base_url", "company_id")
"""Columns that are sealed along, so that nobody who can write to the books sends a token elsewhere."""


def sealed(sealer: Sealer, row: Row, credentials: Mapping[str, str]) -> str:
    """The credentials of a row, sealed, and valid for no other row and no other address."""
    return sealer.seal(json_text({"of": [row[name] for name in _VOUCHED], **credentials}))


def unsealed(sealer: Sealer, row: Row) -> dict[str, str]:
    """The credentials of a row. SealBroken where they are not its own, or no key opens them."""
    said: dict[str, Any] = json_value(sealer.open(row["sealed"]))
    if said.pop("of") != [row[name] for name in _VOUCHED]:
        raise SealBroken("These credentials were sealed for another connection.")
    return said


def stale_webhooks(sealer: Sealer, session: Session) -> dict[int, Row]:
    """What webhooks of an organisation are signed with, sealed anew, by the key of the endpoint, where
    another key than the first one has sealed it."""
    found = {}
    for row in session.find(ENDPOINTS):
        secrets = {name: row[name] for name in ("secret", "old_secret") if row[name] is not None}
        fresh = {name: sealer.renewed(one) for name, one in secrets.items()}
        if any(fresh.values()):
            found[row["id"]] = {name: one for name, one in fresh.items() if one is not None}
    return found


def reseal_webhooks(books: Books) -> int:
    """Seal them so; how many secrets those were."""
    stale = stale_webhooks(books.sealer, books.session)
    for key, secrets in stale.items():
        books.session.change(ENDPOINTS, (key,), secrets)
    return sum(map(len, stale.values()))
