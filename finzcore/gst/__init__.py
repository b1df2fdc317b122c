"""Indian GST as dated tables, with arithmetic on top; pure, and every row names its source.

Who the parties are: `states` (places and their codes), then `gstin` (numbers and their forms). What
a supply is taxed at: `rates` (slabs and tax rows by date), then `supply` (one tax or two halves) and
`reverse` (when the recipient owes the tax, and at what rate). What it comes to: `split` (the heads of
a line, of a group, of an inclusive price), then `roundoff` (the total as a whole rupee).
"""
