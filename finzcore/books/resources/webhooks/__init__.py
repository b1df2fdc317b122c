"""What is told to others: who is told, of what, and what became of it (`api.md` §6).

Read in this order:

    endpoints    where events are told, and which
    events       what can be told
    deliveries   what was told, and what came of it
"""
