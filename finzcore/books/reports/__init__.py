"""Reports over the books: questions to the journal, answered by the rules of `finzcore.ledger`.

Read in this order: `period` (its last day), `known` (how far the books are looked at), `called` (what
contacts were called then), `sources` (where a figure comes from) with `following` (its items, page by page),
`long` (reports that are read page by page),
`standing` (what was posted before a day begins), `trial_balance`, `compared` (two periods side by side), and
by it `profit_and_loss`, `balance_sheet` and `cash_flow`; `ledger` (one account); `day_book`; `register`,
and of it `sales_register` and `purchase_register`. Then who owes what: `open_items` (what is open on
receivables and payables), of it `aging` with `ar_aging` and `ap_aging`, and `outstanding` with
`outstanding_receivables` and `outstanding_payables`; `contact_ledger`, and of it `customer_ledger` and
`vendor_ledger`.
The returns are `gstr1`, with `gstr1_view` and `gstr1_rows`, and `gstr3b`.
`finzcore.books.resources.reports` declares them all.
"""
