"""Documents to customers, and what settles them: what invoices, notes and payments have in common.

Read in this order:

    kind           what a kind of document declares, and how its events are told
    header         what every document may say besides its lines
    lines          line items: what the item master fills in, how they are kept
    paper          how a document is priced, numbered and posted
    drafts         documents that are written, and written again
    corrections    what a note takes from the invoice it is for
    stock          quantities on hand
    settlement     allocations, and what they leave on their documents
    applying       setting payments and notes against documents
    refunds        money given back, and what that uses up
    bank           the account that money moves on
"""
