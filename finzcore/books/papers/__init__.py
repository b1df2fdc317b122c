"""Documents, and what settles them: what invoices, bills, notes, orders and payments have in common.

Read in this order:

    kind           what a kind of document declares, and how its events are told
    header         what every document may say besides its lines
    lines          line items, and how they are kept
    filling        what the item master fills in, and the value that is priced
    drawing        a document drawn up: its contact, its currency, its place, its totals
    paper          its number, and its entry
    drafts         documents that are written, and written again
    charges        what invoices and bills do alike
    corrections    what a note takes from the invoice or the bill it is for
    notes          what credit and debit notes do alike
    proposals      what estimates and orders do alike
    orders         what invoices and bills carry out of orders
    named          what a document names that is made of another one
    converting     estimates that become orders, and orders that become invoices or bills
    stock          quantities on hand
    settlement     allocations, and what they leave on their documents
    applying       setting payments and notes against documents
    refunds        money given back, and what that uses up
    money          money that moves, and what it settles at once
    bank           the account that money moves on
    spending       money spent at once
    mailing        a document sent by mail
"""
