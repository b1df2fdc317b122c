"""What a step of a later release may do, in one text for both engines."""

from finzcore.ports import Index, Table, integer, text
from finzcore.storage.schema import Ddl

BOXES = Table(
    name="boxes",
    columns=(integer("id"), text("label", null=True)),
    indexes=(Index(name="boxes_label", columns=("label",)),),
)


def widen(ddl: Ddl) -> None:
    """Shelves get a colour and a price, each has a box, and every entry is looked at."""
    assert "colour" not in ddl.columns("shelves")
    ddl.run("ALTER TABLE shelves ADD COLUMN colour TEXT DEFAULT 'INTEGER'")
    ddl.run("ALTER TABLE shelves ADD COLUMN price INTEGER")
    ddl.run("UPDATE shelves SET price = 5000000000 WHERE name = 'one'")
    ddl.run("UPDATE entries SET memo = 'looked at'")
    for _ in range(2):
        ddl.create(BOXES)
    assert {"org_id", "id", "label"} == ddl.columns("boxes")
    ddl.run("INSERT INTO boxes (org_id, id, label) SELECT org_id, id, colour FROM shelves")
