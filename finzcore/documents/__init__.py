"""Commercial papers: what is on them, what they come to, how they live, what they mean in the books.

Read `line` (quantity × rate, less a discount) and `tds` (tax withheld), then `totals` (a document
priced, GST included) and `parts` (what a part of an order takes of an amount on the whole), then
`lifecycle` (which step is possible when), then `exchange` (a currency's amounts in rupees), `posted`
(amounts as postings) with its tables `sale`, `purchase` and `expense`, `allocation` (money or a note set
against open documents), `ageing` (for how long they have been due), `payment` (money as postings),
`voucher` (an entry made by hand) and `recurrence` (the days of a schedule), and last `rules` (every rule
word with its sentence) and `steps` (how each figure came about, to be explained). All of it is pure.
"""
