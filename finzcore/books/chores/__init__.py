"""The work that time brings, chore by chore, each done for every organisation that may have some.

Read in this order:

    turns        what a chore is, and how all of them have their turns
    schedules    documents that recur
    overdue      documents that nobody paid in time
    keys         answers under Idempotency-Keys that are older than a day
    listeners    who listens to which organisation, where that has changed
    deliveries   the log of webhooks that is older than 30 days
    strays       files outside the books that are nobody's
    grants       what users let clients do, once it has long been over
"""
