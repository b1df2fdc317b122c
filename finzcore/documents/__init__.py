"""Commercial papers: what is on them, what they come to, how they live, what they mean in the books.

Read `line` (quantity × rate, less a discount) and `tds` (tax withheld), then `totals` (a document
priced, GST included) and `parts` (what a part of an order takes of an amount on the whole), then
`lifecycle` (which step is possible when), then `exchange` (a currency's amounts in rupees), `posted`
(amounts as postings) with its tables `sale`, `purchase` and `expense`, `allocation` (money or a note set
against open documents), `payment` (money as postings), `voucher` (an entry made by hand) and `recurrence`
(the days of a schedule). All of it is pure.
"""
