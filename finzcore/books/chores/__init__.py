"""The work that time brings, chore by chore, each done for every organisation that may have some.

Read in this order:

    turns        what a chore is, and how all of them have their turns
    schedules    documents that recur
    overdue      documents that nobody paid in time
    keys         answers under Idempotency-Keys that are older than a day
    strays       files outside the books that are nobody's
"""
