"""The two rows that every organisation has: who it is, and where its books stand."""

from typing import Final

from finzcore.ports import Table, blob, day, flag, integer, moment, text

ORGS: Final = Table(
    name="orgs",
    key=(),
    columns=(
        text("name"),
        text("legal_name", null=True),
        text("state"),
        text("gstin", null=True),
        flag("is_sandbox"),
        blob("secret", length=32),
        text("preferences"),
        moment("created_time"),
    ),
)
"""Who it is. `secret` signs its cursors and the heads of its chains."""

HEADS: Final = Table(
    name="heads",
    key=(),
    columns=(
        integer("entry_seq", least=0),
        blob("entry_hash", length=32),
        integer("event_seq", least=0),
        blob("event_hash", length=32),
        day("locked_through", null=True),
        integer("settings_version", least=1),
    ),
)
"""The ends of its two chains, the lock date, the version of its settings. The unit of work that
appends holds this row's lock; that is where writers wait for each other."""

TABLES: Final = (ORGS, HEADS)
