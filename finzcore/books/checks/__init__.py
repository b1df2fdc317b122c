"""What `verify` asks of documents, beyond the chains and the totals.

Read in this order:

    papers         what is set against documents is what their allocations say
    prices         each invoice and note priced and posted again
    expenses       each expense likewise
    payments       each payment's figures and its entry
    allocations    what settles what: amounts, rupees, days, entries
    kept           rows that name each other: documents and entries, numbers, openings, stock, the lock
    orders         what is carried out of orders, and by what
    waiting        work that time brings: schedules that nobody would look at in time
"""
