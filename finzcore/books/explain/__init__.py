"""The rule behind each figure and each posting of a document (`api.md` §5.2).

Read in this order: `operation` (the operation, for a resource's list, and what it answers), `told` (the steps
that lead to postings), `priced` (documents with lines, priced again), `money` (payments).
"""
