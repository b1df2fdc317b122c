"""What `verify` asks of documents, beyond the chains and the totals.

Read in this order:

    sales          what is set against documents is what their allocations say
    prices         each invoice and note priced and posted again
    payments       each payment's figures and its entry
    allocations    what settles what: amounts, rupees, days, entries
    kept           rows that name each other: documents and entries, numbers, openings, stock, the lock
"""
