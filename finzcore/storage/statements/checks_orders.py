"""Where orders are not carried out as they say: `place`, `expected` and `found` for `verify`."""

from typing import Final, NamedTuple


class _Ordered(NamedTuple):
    """One kind of order: its table, what sentences call it, what carries it out, and its statuses when
    none, some or all of it is carried out."""

    table: str
    noun: str
    made: str
    agreed: str
    partly: str
    wholly: str


_KINDS: Final = (
    _Ordered("sales_orders", "sales order", "invoices", "CONFIRMED", "PARTIALLY_INVOICED", "INVOICED"),
    _Ordered("purchase_orders", "purchase order", "bills", "ISSUED", "PARTIALLY_BILLED", "BILLED"),
)

_LINES: Final = """
    WITH carried AS (
        SELECT d.order_id AS order_id, l.order_line AS line, CAST(SUM(l.quantity) AS BIGINT) AS quantity
        FROM {made} AS d
        JOIN document_lines AS l ON l.org_id = :o AND l.document_id = d.id AND l.version = d.lines_version
        WHERE d.org_id = :o AND d.status <> 'CANCELLED' AND d.order_id IS NOT NULL
        AND l.order_line > d.order_id AND l.order_line <= d.order_id + 500
        GROUP BY d.order_id, l.order_line
    )
    SELECT '{noun} ' || d.number || ' line ' || l.line_no AS place,
           COALESCE(carried.quantity, 0) AS expected, l.converted AS found
    FROM {table} AS d
    JOIN document_lines AS l ON l.org_id = :o AND l.document_id = d.id AND l.version = d.lines_version
    LEFT JOIN carried ON carried.order_id = d.id AND carried.line = d.id + l.line_no
    WHERE d.org_id = :o AND COALESCE(carried.quantity, 0) <> l.converted
    ORDER BY d.number, l.line_no
"""

_STRAY: Final = """
    SELECT 'line ' || l.line_no || ' of {made} ' || d.number AS place,
           CASE WHEN d.order_id IS NULL THEN 'no line of an order' ELSE 'a line of its order' END AS expected,
           CASE WHEN o.id IS NULL THEN 'none of an order' ELSE 'one of {noun} ' || o.number END AS found
    FROM {made} AS d
    JOIN document_lines AS l ON l.org_id = :o AND l.document_id = d.id AND l.version = d.lines_version
    LEFT JOIN {table} AS o ON o.org_id = :o AND o.id = d.order_id
    LEFT JOIN document_lines AS ordered
    ON ordered.org_id = :o AND ordered.document_id = o.id AND ordered.version = o.lines_version
    AND ordered.line_no = l.order_line - o.id
    WHERE d.org_id = :o AND d.status <> 'CANCELLED' AND l.order_line IS NOT NULL AND ordered.line_no IS NULL
    ORDER BY d.number, l.line_no
"""

_GONE: Final = """
    SELECT '{made} ' || d.number AS place, 'its {noun}' AS expected, 'none' AS found
    FROM {made} AS d LEFT JOIN {table} AS o ON o.org_id = :o AND o.id = d.order_id
    WHERE d.org_id = :o AND d.status <> 'CANCELLED' AND d.order_id IS NOT NULL AND o.id IS NULL
    ORDER BY d.number
"""

_STATUS: Final = """
    WITH counted AS (
        SELECT document_id, version, MAX(CASE WHEN converted > 0 THEN 1 ELSE 0 END) AS some,
               MAX(CASE WHEN converted < quantity THEN 1 ELSE 0 END) AS open
        FROM document_lines WHERE org_id = :o GROUP BY document_id, version
    ), compared AS (
        SELECT d.number AS number, d.status AS found,
               CASE WHEN c.some = 1 AND c.open = 1 THEN '{partly}' WHEN c.some = 1 THEN '{wholly}'
               WHEN d.status IN ('DRAFT', 'CANCELLED') THEN d.status ELSE '{agreed}' END AS expected
        FROM {table} AS d
        JOIN counted AS c ON c.document_id = d.id AND c.version = d.lines_version
        WHERE d.org_id = :o
    )
    SELECT '{noun} ' || number || ' status' AS place, expected, found FROM compared
    WHERE expected <> found ORDER BY number
"""

_LINKED: Final = """
    WITH compared AS (
        SELECT d.number AS number,
               CASE WHEN d.status = 'CONVERTED' THEN 'a sales order' ELSE 'no sales order' END AS expected,
               CASE WHEN d.converted_to_sales_order_id IS NULL THEN 'no sales order'
               WHEN o.id IS NULL THEN 'one that is not made from it' ELSE 'a sales order' END AS found
        FROM estimates AS d
        LEFT JOIN sales_orders AS o
        ON o.org_id = :o AND o.id = d.converted_to_sales_order_id AND o.estimate_id = d.id
        WHERE d.org_id = :o
    )
    SELECT 'estimate ' || number AS place, expected, found FROM compared WHERE expected <> found
    ORDER BY number
"""

_FROM: Final = """
    SELECT 'sales order ' || o.number AS place, 'the estimate that names it' AS expected,
           COALESCE('estimate ' || d.number, 'none') AS found
    FROM sales_orders AS o LEFT JOIN estimates AS d ON d.org_id = :o AND d.id = o.estimate_id
    WHERE o.org_id = :o AND o.estimate_id IS NOT NULL
    AND d.converted_to_sales_order_id IS DISTINCT FROM o.id
    ORDER BY o.number
"""

STATEMENTS = {
    f"{kind.table}_{name}": text.format(**kind._asdict())
    for kind in _KINDS
    for name, text in (("lines", _LINES), ("stray", _STRAY), ("gone", _GONE), ("status", _STATUS))
} | {"linked": _LINKED, "made_from": _FROM}
