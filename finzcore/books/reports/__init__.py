"""Reports over the books: questions to the journal, answered by the rules of `finzcore.ledger`.

Read in this order: `period` (its last day), `standing` (what was posted before a day begins),
`trial_balance`, `ledger` (one account), `customer_ledger` (one customer).
`finzcore.books.resources.reports` declares them all.
"""
