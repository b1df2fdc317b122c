"""Where rows should name each other and do not: `place`, `expected` and `found` for `verify`."""

from typing import Final

from finzcore.storage.statements.documents import ENTERED, KINDS, each

_ENTRY: Final = """
    WITH compared AS (
        SELECT '{noun} ' || d.number AS place,
               '{entity} of ' || d.date || ', branch ' || d.branch_id || ', contact '
               || COALESCE(CAST(d.{contact} AS TEXT), 'none')
               || ', reference ' || COALESCE(d.reference_number, 'none') || ', '
               || CASE d.status WHEN '{posted}' THEN 'standing' WHEN '{back}' THEN 'taken back'
               ELSE 'none' END AS expected,
               e.source || ' of ' || e.date || ', branch ' || e.branch_id || ', contact '
               || COALESCE(CAST(e.contact_id AS TEXT), 'none')
               || ', reference ' || COALESCE(e.reference_number, 'none') || ', '
               || CASE WHEN r.seq IS NULL THEN 'standing' ELSE 'taken back' END
               || CASE WHEN e.source_id IS NOT DISTINCT FROM d.id THEN '' ELSE ', of another' END AS found
        FROM {table} AS d
        JOIN entries AS e ON e.org_id = :o AND e.seq = d.entry
        LEFT JOIN entries AS r ON r.org_id = :o AND r.reversal_of = e.seq
        WHERE d.org_id = :o
    )
    SELECT place, expected, found FROM compared WHERE expected IS DISTINCT FROM found
    ORDER BY place
"""

_STRAY: Final = """
    WITH compared AS (
        SELECT e.number AS place, e.source_id AS source_id, d.number AS number, d.id AS document,
               (d.status = '{posted}' AND d.entry IS NOT DISTINCT FROM e.seq) AS named, r.seq AS reversal,
               EXISTS (
                   SELECT 1 FROM allocations AS a
                   WHERE a.org_id = :o AND a.source_type = '{table}' AND a.source_id = e.source_id
                   AND a.entry = e.seq AND a.released_at IS NULL
               ) AS applied
        FROM entries AS e
        LEFT JOIN {table} AS d ON d.org_id = :o AND d.id = e.source_id
        LEFT JOIN entries AS r ON r.org_id = :o AND r.reversal_of = e.seq
        WHERE e.org_id = :o AND e.source = '{entity}'
    )
    SELECT 'entry ' || place AS place,
           CASE WHEN document IS NULL THEN 'its {noun}' ELSE 'to be taken back' END AS expected,
           COALESCE('{noun} ' || number || ' does not name it', 'none') AS found
    FROM compared
    WHERE (NOT named AND NOT applied AND reversal IS NULL) OR (
        document IS NULL AND NOT EXISTS (
            SELECT 1 FROM events AS v
            WHERE v.org_id = :o AND v.entity_type = '{entity}' AND v.entity_id = compared.source_id
            AND v.action = '{entity}_DELETED'
        )
    )
    ORDER BY place
"""

_BEGUN: Final = (
    "CAST(substr(d.date, 1, 4) AS BIGINT) - CASE WHEN substr(d.date, 6, 2) < '04' THEN 1 ELSE 0 END"
)
"""The year in which the financial year of a date begins."""

YEAR: Final = f"""
    CASE WHEN trim(substr(d.date, 1, 4), '0123456789') = '' AND substr(d.date, 1, 4) >= '0001'
    THEN substr(CAST(10000 + {_BEGUN} AS TEXT), 2, 4) || '-' || substr(CAST(10001 + {_BEGUN} AS TEXT), 4, 2)
    ELSE 'none' END
"""
"""The financial year of a date, such as 2026-27, whatever stands where the date should."""

# A database knows upper case its own way, or in ASCII only: what it finds is looked at again. A value that
# was skipped is the only number that is not all in upper case.
_NUMBERED: Final = """
    WITH compared AS (
        SELECT '{noun} ' || d.number AS place, d.number AS number, n.number AS kept,
               CASE WHEN n.branch_id = d.branch_id AND n.year = {year} THEN 1 ELSE 0 END AS beside,
               upper(d.number) || ', branch ' || d.branch_id || ', year ' || {year} AS expected,
               n.number || ', branch ' || n.branch_id || ', year ' || n.year AS found
        FROM {table} AS d
        LEFT JOIN numbers AS n
        ON n.org_id = :o AND n.kind = '{entity}' AND n.document_id = d.id AND upper(n.number) = n.number
        WHERE d.org_id = :o
    )
    SELECT place, number, kept, CAST(beside AS BIGINT) AS beside, expected,
           COALESCE(found, 'not given') AS found
    FROM compared WHERE expected IS DISTINCT FROM found ORDER BY place
"""

_GIVEN: Final = """
    SELECT 'number ' || n.number AS place, 'its {noun}' AS expected, COALESCE(d.number, 'none') AS found,
           d.number AS number, n.number AS kept, CAST(1 AS BIGINT) AS beside
    FROM numbers AS n
    LEFT JOIN {table} AS d ON d.org_id = :o AND d.id = n.document_id
    LEFT JOIN events AS e
    ON e.org_id = :o AND e.entity_type = '{entity}' AND e.entity_id = n.document_id
    AND e.action = '{entity}_DELETED'
    WHERE n.org_id = :o AND n.kind = '{entity}' AND e.seq IS NULL
    AND upper(COALESCE(d.number, '')) <> n.number
    AND (d.id IS NULL OR upper(n.number) NOT LIKE '% (SKIPPED)')
    ORDER BY n.number
"""

SERIAL: Final = """
    CASE WHEN serial < 1000 THEN substr(CAST(1000 + serial AS TEXT), 2, 3) ELSE CAST(serial AS TEXT) END
"""
"""A serial as it is written at the end of a number, such as 007."""

_SPELLED: Final = """
    WITH spelled AS (
        SELECT number, upper(prefix) || substr(year, 3, 2) || substr(year, 6, 2)
               || '-' || {serial} AS expected
        FROM numbers WHERE org_id = :o AND serial IS NOT NULL
    )
    SELECT 'number ' || number AS place, expected, number AS found FROM spelled
    WHERE number <> expected AND upper(number) <> expected || ' (SKIPPED)' ORDER BY number
"""


def rupees(paise: str) -> str:
    """The text that shows a column of paise in rupees."""
    return (
        f"CASE WHEN {paise} < 0 THEN '-' ELSE '' END || CAST(abs({paise}) / 100 AS TEXT) || '.' "
        f"|| substr(CAST(100 + abs({paise}) % 100 AS TEXT), 2, 2)"
    )


_OPENING: Final = """
    WITH opened AS (
        SELECT p.entry AS entry,
               CAST(SUM(CASE WHEN a.role = 'AP' THEN -p.amount ELSE p.amount END) AS BIGINT) AS amount
        FROM postings AS p JOIN accounts AS a ON a.org_id = :o AND a.number = p.account
        WHERE p.org_id = :o AND p.rule = 'opening.contact'
        GROUP BY p.entry
    ), compared AS (
        SELECT c.contact_name AS name, COALESCE(c.opening_balance, 0) AS kept, c.opening_entry AS entry,
               COALESCE(opened.amount, 0) AS booked, e.seq AS own, r.seq AS reversal
        FROM contacts AS c
        LEFT JOIN entries AS e
        ON e.org_id = :o AND e.seq = c.opening_entry AND e.source = 'OPENING' AND e.source_id = c.id
        LEFT JOIN entries AS r ON r.org_id = :o AND r.reversal_of = e.seq
        LEFT JOIN opened ON opened.entry = e.seq
        WHERE c.org_id = :o
    )
    SELECT 'contact ' || name AS place, {booked} AS expected, {kept} AS found
    FROM compared WHERE kept <> booked OR entry IS DISTINCT FROM own OR reversal IS NOT NULL ORDER BY name
"""

_UNOPENED: Final = """
    SELECT 'entry ' || e.number AS place, 'its contact' AS expected, COALESCE(c.contact_name, 'none') AS found
    FROM entries AS e LEFT JOIN contacts AS c ON c.org_id = :o AND c.id = e.source_id
    WHERE e.org_id = :o AND e.source = 'OPENING' AND c.opening_entry IS DISTINCT FROM e.seq
    ORDER BY e.seq
"""

# What went out and came back may add up to more than an integer holds, though what is left does not:
# so units and their parts are summed apart.
_MOVED: Final = """
        SELECT l.item_id AS item, {way} * l.quantity AS quantity
        FROM {table} AS d
        JOIN document_lines AS l ON l.org_id = :o AND l.document_id = d.id AND l.version = d.lines_version
        WHERE d.org_id = :o AND d.status = '{posted}' AND l.item_id IS NOT NULL{when}
"""

_WAYS: Final = (
    ("invoices", "SENT", "-1", ""),
    ("bills", "OPEN", "1", ""),
    ("credit_notes", "ISSUED", "CASE WHEN d.type = 'VENDOR' THEN -1 ELSE 1 END", " AND l.restock = 1"),
)
"""Which documents move stock, which way, and of which lines."""

_STOCK: Final = """
    WITH moved AS (
{moved}
    ), sums AS (
        SELECT item, CAST(SUM(quantity / 1000000) * 1000000 + SUM(quantity % 1000000) AS BIGINT) AS quantity
        FROM moved GROUP BY item
    ), switched AS (
        SELECT DISTINCT entity_id FROM events
        WHERE org_id = :o AND entity_type = 'ITEM' AND action = 'ITEM_UPDATED'
        AND changes LIKE '%"track_inventory"%'
    ), compared AS (
        SELECT i.item_name AS name, i.stock_on_hand AS kept,
               CASE WHEN i.track_inventory = 1 THEN COALESCE(sums.quantity, 0) ELSE 0 END AS moved
        FROM items AS i LEFT JOIN sums ON sums.item = i.id LEFT JOIN switched ON switched.entity_id = i.id
        WHERE i.org_id = :o AND switched.entity_id IS NULL
    )
    SELECT 'item ' || name AS place, moved AS expected, kept AS found FROM compared
    WHERE kept <> moved ORDER BY name
"""


_LOCKED = """
    SELECT changes FROM events WHERE org_id = :o AND action = 'PERIOD_LOCKED' ORDER BY seq DESC LIMIT 1
"""

STATEMENTS = (
    each("entry", _ENTRY, ENTERED)
    | each("stray", _STRAY, ENTERED)
    | each("numbered", _NUMBERED, KINDS, year=YEAR)
    | each("given", _GIVEN, KINDS)
    | {
        "spelled": _SPELLED.format(serial=SERIAL),
        "opening": _OPENING.format(booked=rupees("booked"), kept=rupees("kept")),
        "unopened": _UNOPENED,
        "stock": _STOCK.format(
            moved="        UNION ALL".join(
                _MOVED.format(table=table, posted=posted, way=way, when=when)
                for table, posted, way, when in _WAYS
            )
        ),
        "locked": _LOCKED,
    }
)
