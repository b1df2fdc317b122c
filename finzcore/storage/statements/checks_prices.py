"""What `verify` prices again: documents, a page at a time, with their lines and postings."""

from typing import Final

from finzcore.storage.statements.documents import ENTERED, LINED, PRICED, each

_PAGE: Final = """
    SELECT id, number, status{type}, branch_id, {who}_id AS contact_id, {who}_treatment AS contact_treatment,
           {who}_state AS contact_state, place_of_supply, currency_code, exchange_rate, discount_given,
           is_discount_before_tax, is_inclusive_tax, shipping_charge, adjustment, tds_rate, tds_given,
           with_payment, tags, discount, tds_amount, round_off, entry
    FROM {table} WHERE org_id = :o AND id > :after ORDER BY id LIMIT :page
"""

_LINES: Final = """
    SELECT l.document_id AS document_id, l.line_no AS line_no, l.quantity AS quantity, l.rate AS rate,
           l.discount_given AS discount_given, l.discount AS discount, l.tax_id AS tax_id,
           l.account AS account, l.tags AS tags, l.tax_percentage AS tax_percentage,
           l.item_total AS item_total, l.taxable AS taxable,
           l.cgst AS cgst, l.sgst AS sgst, l.igst AS igst, l.cess AS cess, l.is_rcm AS is_rcm,
           l.rcm_rate AS rcm_rate, l.itc_blocked_reason AS itc_blocked_reason,
           l.rcm_cgst AS rcm_cgst, l.rcm_sgst AS rcm_sgst, l.rcm_igst AS rcm_igst, l.rcm_cess AS rcm_cess
    FROM document_lines AS l
    JOIN {table} AS d ON d.org_id = :o AND d.id = l.document_id AND d.lines_version = l.version
    WHERE l.org_id = :o AND l.document_id > :after AND l.document_id <= :until
    ORDER BY l.document_id, l.line_no
"""

_POSTINGS: Final = """
    SELECT d.id AS document_id, p.account AS account, p.amount AS amount, p.rule AS rule,
           p.branch_id AS branch_id, p.contact_id AS contact_id, p.tags AS tags
    FROM {table} AS d CROSS JOIN postings AS p
    WHERE p.org_id = :o AND p.entry = d.entry AND d.org_id = :o AND d.id > :after AND d.id <= :until
"""

STATEMENTS = each("page", _PAGE, PRICED) | each("lines", _LINES, LINED) | each("postings", _POSTINGS, ENTERED)
