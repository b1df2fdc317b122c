"""What `verify` prices and posts again of expenses, a page at a time."""

STATEMENTS = {
    "page": """
        SELECT id, number, branch_id, paid_through, vendor_treatment AS contact_treatment,
               vendor_state AS contact_state, place_of_supply, is_inclusive_tax, tags, amount,
               sub_total, cgst_total, sgst_total, igst_total, cess_total, tax_total, total
        FROM expenses WHERE org_id = :o AND id > :after ORDER BY id LIMIT :page
    """,
}
