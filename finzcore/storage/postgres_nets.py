"""The nets under the books on PostgreSQL: triggers and policies, hung up anew after every migration.

What our own code never does, no other writer can do either: change or remove what is append-only,
commit an entry that is unbalanced, touch the rows of an organisation that the session is not in.

Names stand here without a schema. Functions keep the search path of the moment in which they are
made, which `PATH` has set to the one schema of the books: nobody's temporary table comes before it.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from finzcore.ports import Table
from finzcore.storage.postgres_schema import in_order

PATH: Final = "SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true)"
"""For the rest of the transaction, what is made is made in the schema of the books and nowhere else."""

REFUSAL: Final = "FZ001"
"""The SQLSTATE of what these triggers refuse; the message is the name of the rule, as on SQLite."""

_HEAD: Final = "RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$"

_APPEND_ONLY: Final = f"""CREATE OR REPLACE FUNCTION finz_append_only() {_HEAD}
BEGIN
  RAISE EXCEPTION '% is append-only', TG_ARGV[0] USING ERRCODE = '{REFUSAL}';
END $$"""

# On a machine of Citus a trigger works on a part of its table, such as entries_102008, and must look
# into the part of the other table that lies with it, under another number.
_BESIDE: Final = """CREATE OR REPLACE FUNCTION finz_beside(wanted text, here text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
  found text;
BEGIN
  SELECT wanted || '_' || there.shardid INTO STRICT found
  FROM pg_dist_shard AS mine
  JOIN pg_dist_shard AS there
    ON there.shardminvalue = mine.shardminvalue AND there.logicalrelid = wanted::regclass
  WHERE mine.shardid = substring(here FROM '[0-9]+$')::bigint;
  RETURN found;
END $$"""


def _check(name: str, home: str, other: str, sound: str, refusal: str, values: tuple[str, ...]) -> str:
    """A function that looks, with the eyes of the row's own organisation, whether `sound` holds.

    What is queued for the commit runs when the session may have gone on to another organisation.
    """
    static = sound.format(*(f"NEW.{value}" for value in values), table=other)
    moving = sound.format(*(f"${place}" for place, _ in enumerate(values, 1)), table="%I")
    given = ", ".join(f"NEW.{value}" for value in values)
    elsewhere = f"format('SELECT EXISTS ({moving})', finz_beside('{other}', TG_TABLE_NAME))"
    return f"""CREATE OR REPLACE FUNCTION {name}() {_HEAD}
DECLARE
  before text := current_setting('finz.org_id', true);
  sound boolean;
BEGIN
  IF before IS DISTINCT FROM NEW.org_id::text THEN
    PERFORM set_config('finz.org_id', NEW.org_id::text, true);
  END IF;
  IF TG_TABLE_NAME = '{home}' THEN
    sound := EXISTS ({static});
  ELSE
    EXECUTE {elsewhere} INTO sound USING {given};
  END IF;
  IF before IS DISTINCT FROM NEW.org_id::text THEN
    PERFORM set_config('finz.org_id', COALESCE(before, ''), true);
  END IF;
  IF NOT sound THEN
    RAISE EXCEPTION '{refusal}' USING ERRCODE = '{REFUSAL}';
  END IF;
  RETURN NULL;
END $$"""


# An entry's postings are as many as it says, numbered from one, none of them zero and together zero.
_BALANCES: Final = _check(
    "finz_entry_balances",
    "entries",
    "postings",
    "SELECT 1 FROM {table} WHERE org_id = {0} AND entry = {1} "
    "HAVING SUM(amount) = 0 AND COUNT(*) = {2} AND MAX(line) = {2} AND MIN(ABS(amount)) > 0",
    "entry.unbalanced",
    ("org_id", "seq", "lines"),
)

# A posting of an entry that is there already has a number beyond the last, or one that is taken. One
# look a posting, however many the entry has; and when its entry is not to be seen, another
# transaction is writing it.
_CLOSED: Final = _check(
    "finz_posting_counted",
    "postings",
    "entries",
    "SELECT 1 FROM {table} WHERE org_id = {0} AND seq = {1} AND lines >= {2}",
    "entry.closed",
    ("org_id", "entry", "line"),
)

FUNCTIONS: Final = (_APPEND_ONLY, _BESIDE, _BALANCES, _CLOSED)

_DEFERRED: Final = {
    "entries": ("entries_balance", "finz_entry_balances"),
    "postings": ("postings_closed", "finz_posting_counted"),
}
"""The journal's own triggers, which wait for the commit: no writer can commit an unbalanced entry."""


def triggers(table: Table) -> dict[str, str]:
    """The triggers of a table, by their names."""
    made: dict[str, str] = {}
    if table.append_only:
        for what, how in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
            name = f"{table.name}_no_{what}"
            made[name] = (
                f"CREATE TRIGGER {name} BEFORE {what.upper()} ON {table.name} FOR EACH {how} "
                f"EXECUTE FUNCTION finz_append_only('{table.name}')"
            )
    if table.name in _DEFERRED:
        name, function = _DEFERRED[table.name]
        made[name] = (
            f"CREATE CONSTRAINT TRIGGER {name} AFTER INSERT ON {table.name} "
            f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {function}()"
        )
    return made


_OWN: Final = "org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint"


def policy(table: Table) -> Iterator[str]:
    """Row-level security: a session sees and writes the rows of the organisation that it named."""
    if not table.shared:
        yield f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {table.name} FORCE ROW LEVEL SECURITY"
        yield f"CREATE POLICY org_scope ON {table.name} USING ({_OWN}) WITH CHECK ({_OWN})"


def taken_down(tables: Iterable[Table]) -> Iterator[str]:
    """Take the nets away from tables that are there, so that a step of the migrations sees and may
    change every row."""
    for table in tables:
        for name in triggers(table):
            yield f"DROP TRIGGER IF EXISTS {name} ON {table.name}"
        if not table.shared:
            yield f"DROP POLICY IF EXISTS org_scope ON {table.name}"
            yield f"ALTER TABLE IF EXISTS {table.name} DISABLE ROW LEVEL SECURITY"


def hung_up(tables: Iterable[Table]) -> Iterator[str]:
    """Functions, triggers and policies of tables that have none."""
    yield from FUNCTIONS
    for table in in_order(tables):
        yield from triggers(table).values()
        yield from policy(table)
