"""The books in plain Python: what happened, as a few lists, and everything else worked out from them.

Read in this order:

    facts       what happened: documents, money, what was used for what
    known       contacts, items, taxes and accounts; what a body leaves open
    papers      documents of lines: what they come to, their numbers, their statuses
    ledger      what a document, money or an expense means, account by account
    money       payments, advances, refunds, and what they settle
    orders      estimates and orders, and how much of them is carried out
    spending    expenses, and entries made by hand
    schedules   documents that come by themselves, day after day
    whole       Model: all of it together, with its journal

The model keeps facts only: documents, money, what was used for what. Balances, statuses, postings, the
trial balance and what anybody owes are derived anew each time they are asked for, so nothing in here can
get out of step with itself. It knows one organisation with its branches, and its preferences as they
begin. What it is told goes through `told`, and an id that nobody told it is an error.
It shares no line with the books that it is held against.
"""

from finzcore.testing.model.facts import Branch, Expense, Money, Paper, Posting, Schedule, Use, Voucher
from finzcore.testing.model.whole import Model

__all__ = ["Branch", "Expense", "Model", "Money", "Paper", "Posting", "Schedule", "Use", "Voucher"]
