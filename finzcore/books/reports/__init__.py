"""Reports over the books: questions to the journal, answered by the rules of `finzcore.ledger`.

Read in this order: `trial_balance` (and what every account stands at on a day), `ledger` (one
account), `customer_ledger` (one customer). `finzcore.books.resources.reports` declares them all.
"""
