"""The journal and the reports of an organisation handed to other tools, and their opinion of it.

Read in this order:

    forms         hledger, beancount, CSV, XLSX: the journal written into a file, as it is read
    drawn         a report as tables, read as it is written where it is long
    tools         hledger and beancount, where they are installed: a file goes in, balances come out
    crosscheck    every balance of the books, compared with what those tools make of the same journal
"""
