"""The last chapter: the books are proved, and read out row by row."""

from collections.abc import Iterator

import finzcore
from finzcore.books.registry import tables
from finzcore.ports import Row
from tests.stories.sameness.cast import Cast


def tell(cast: Cast) -> None:
    engine, scribe = cast.scribe.engine, cast.scribe
    assert [] == scribe.call("verify", engine.verify)
    for org in scribe.call("orgs", engine.orgs):
        head = scribe.call("export_head", lambda org=org: engine.export_head(org.org_id))
        assert [] == scribe.call("verify", lambda org=org, head=head: engine.verify(org.org_id, head))
    for where, row in rows(engine):
        scribe.call(where, lambda row=row: opened(engine, row))


def opened(engine: finzcore.Engine, row: Row) -> Row:
    """A row with what is sealed in it, which is never sealed the same way twice."""
    return {name: engine.desk.sealer.open(one) if isinstance(one, str) else one for name, one in row.items()}


def rows(engine: finzcore.Engine) -> Iterator[tuple[str, Row]]:
    """Every row of every declared table, with its table and whose it is."""
    declared = [table for tables_of in tables().values() for table in tables_of]
    with engine.store.shared() as session:
        for table in declared:
            if table.shared:
                yield from ((table.name, row) for row in session.find(table))
    for org in engine.orgs():
        with engine.store.read(org._key) as session:
            for table in declared:
                if not table.shared:
                    yield from ((f"{table.name} of {org.org_id}", row) for row in session.find(table))
