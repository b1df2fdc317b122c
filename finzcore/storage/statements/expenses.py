"""What lists of expenses are filtered by, beyond their columns.

Which accounts an expense spends on stands on its lines. Those of an account that is rarely posted to are
looked up from its postings; of another, the list is gone through expense by expense.
"""

# A sum is no column, so that only the lines of the expense at hand are looked at.
_ON_A_LINE = """
        EXISTS (
            SELECT 1 FROM document_lines
            WHERE org_id = :o AND document_id = expenses.id AND version = expenses.lines_version
            AND account + 0 = {0}
        )
"""

_POSTED = """
        id IN (
            SELECT e.source_id FROM postings AS p JOIN entries AS e ON e.org_id = :o AND e.seq = p.entry
            WHERE p.org_id = :o AND p.account = {0} AND e.source = 'EXPENSE'
        )
"""

EXPRESSIONS = {
    "spends_on_busy_account": _ON_A_LINE,
    "spends_on_account": f"{_POSTED} AND {_ON_A_LINE}",
}
