"""A stateful test of whole books: business at random, beside a model in plain Python.

Read in this order:

    people       customers, vendors and items
    sales        invoices
    purchases    bills, and what is wrong with them
    money        receipts, payments to vendors, advances, refunds, and what they settle
    notes        credit and debit notes of both sides
    orders       estimates and orders, carried out in one part or in many
    spending     expenses, and entries made by hand
    batches      many documents in one call
    schedules    documents that come by themselves when time goes by
    filing       returns that are filed; reports of now, drawn again later as they were known
    office       the clock, the lock, the key, the line that breaks, ids of somebody else
    whole        BooksMachine: all of it together; SalesMachine: the part that sells

Each module is a family of rules that can be played alone: a machine is the families it is made of. What
all of them stand on is `finzcore.testing.stage`.
"""

from finzcore.testing.machine.whole import BooksMachine, SalesMachine

__all__ = ["BooksMachine", "SalesMachine"]
