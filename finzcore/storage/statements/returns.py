"""What returns and registers read: posted documents of a stretch of days as they were known, their lines,
and what documents said before they were edited.

A document counts from the instant at which it was posted to the one at which it was voided.
"""

from typing import Final

_SOLD: Final = {"invoices": "", "credit_notes": "d.type = 'CUSTOMER'", "debit_notes": "d.type = 'CUSTOMER'"}
_BOUGHT: Final = {"bills": "", "credit_notes": "d.type = 'VENDOR'", "debit_notes": "d.type = 'VENDOR'"}

_WHICH: Final = """
        JOIN branches b ON b.org_id = :o AND b.id = d.branch_id
        {lines}
        WHERE d.org_id = :o AND d.date >= :since AND d.date <= :through
          AND (CAST(:gstin AS TEXT) IS NULL OR COALESCE(b.gstin, '') = :gstin)
          AND (CAST(:branch_id AS BIGINT) IS NULL OR d.branch_id = :branch_id)
          AND d.{posted} <= :known {still} {only}
"""
_STILL: Final = "AND (d.voided_at IS NULL OR d.voided_at > :known)"

_HEADERS: Final = "SELECT {columns} FROM {table} d {which} ORDER BY d.id"
_COLUMNS: Final = (
    "id", "number", "date", "{who}_id AS contact_id", "{who}_name AS name", "{who}_gstin AS gstin",
    "{who}_treatment AS treatment", "{who}_state AS state", "place_of_supply", "branch_id", "total", "entry",
    "lines_version",
)  # fmt: skip
_POSTED: Final = ("exchange_rate", "tds_amount", "with_payment", "export")

_PARTS: Final = """
        SELECT l.document_id, MIN(l.line_no) AS line, l.tax_id, l.tax_percentage, l.hsn_or_sac, l.unit,
            {columns}
        FROM {table} {which}
        GROUP BY l.document_id, l.tax_id, l.tax_percentage, l.hsn_or_sac, l.unit{also}
        ORDER BY l.document_id, line
"""
_LINES: Final = (
    "JOIN document_lines l ON l.org_id = :o AND l.document_id = d.id AND l.version = d.lines_version"
)
_ONE_VERSION: Final = "WHERE l.org_id = :o AND l.document_id = :document_id AND l.version = :version"
_HEADS: Final = ("quantity", "taxable", "cgst", "sgst", "igst", "cess")
_RCM: Final = ("rcm_cgst", "rcm_sgst", "rcm_igst", "rcm_cess")
_CREDIT: Final = ("is_rcm", "rcm_rate", "itc_blocked_reason")


def _parts(table: str, which: str, *, bought: bool = True) -> str:
    """The lines of documents, added up; of what is bought, apart by how they are credited."""
    summed = _HEADS + _RCM if bought else _HEADS
    columns = [f"CAST(SUM(l.{name}) AS BIGINT) AS {name}" for name in summed]
    apart = [f"l.{name}" for name in _CREDIT] if bought else []
    return _PARTS.format(
        table=table,
        which=which,
        columns=", ".join([*columns, *apart]),
        also="".join(f", {name}" for name in apart),
    )


_ONE_BY_ONE: Final = """
        SELECT l.document_id, l.line_no AS line, l.tax_id, l.tax_percentage, l.hsn_or_sac, l.unit, l.quantity,
            l.taxable, l.cgst, l.sgst, l.igst, l.cess
        FROM {table} {which}
        ORDER BY l.document_id, l.line_no
"""


def _lines(table: str, which: str) -> str:
    """The lines of documents of sale, one by one: to add up those of a whole month in the database takes
    longer than to read them, and few of a document are alike."""
    return _ONE_BY_ONE.format(table=table, which=which)


def _named(word: str, table: str, only: str) -> dict[str, str]:
    """The statements of one kind of document: its headers, and its lines; of what is bought, added up."""
    bought = word == "bought"
    spent = table == "expenses"
    who = "vendor" if table in ("bills", "expenses") else "customer"
    more: tuple[str, ...] = () if spent else _POSTED
    if table in ("credit_notes", "debit_notes"):
        more += ("invoice_id",)
    terms = {
        "posted": "created_time" if spent else "approved_at",
        "still": "" if spent else _STILL,
        "only": f"AND {only}" if only else "",
    }
    columns = ", ".join(f"d.{name.format(who=who)}" for name in (*_COLUMNS, *more))
    headers = _HEADERS.format(columns=columns, table=table, which=_WHICH.format(lines="", **terms))
    lined = _WHICH.format(lines=_LINES, **terms)
    return {
        f"{word}_{table}": headers,
        f"{word}_{table}_parts": (_parts if bought else _lines)(f"{table} d", lined),
    }


STATEMENTS: Final[dict[str, str]] = {
    **{name: text for table, only in _SOLD.items() for name, text in _named("sold", table, only).items()},
    **{name: text for table, only in _BOUGHT.items() for name, text in _named("bought", table, only).items()},
    **_named("bought", "expenses", ""),
    "sold_parts_of": _parts("document_lines l", _ONE_VERSION, bought=False),
    "bought_parts_of": _parts("document_lines l", _ONE_VERSION),
    # What documents said at an instant, and say no more: of each, the first version that came to an end
    # after it.
    "superseded": """
        SELECT v.document_id, v.row AS said FROM document_versions v
        WHERE v.org_id = :o AND v.kind = :kind AND v.superseded_at > :known AND v.version = (
            SELECT MIN(w.version) FROM document_versions w
            WHERE w.org_id = :o AND w.document_id = v.document_id AND w.superseded_at > :known
        )
        ORDER BY v.document_id
    """,
}
