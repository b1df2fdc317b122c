"""The ledger: what the books mean, whatever the business and whatever its taxes.

Accounts have a side that increases them; a journal entry is a dated set of postings that sums to
zero, and an entry that exists is an entry that balances; nothing is ever changed, only reversed.
Everything here is pure, and one sitting is enough for all of it. Read in this order:

    account       the kinds of account, the side that increases them, the roles they play
    chart         the chart of accounts of one organisation, and finding an account in it
    chart_india   the accounts a new organisation starts with
    source        what an entry is made from
    entry         postings, journal entries, and the reversal of one
    balance       postings folded into totals by account, branch and month
    statements    totals made into a trial balance; a running balance
    final_accounts  and into profit and loss, balance sheet and cash flow
    period        the lock date
    series        where document numbers come from, and which are lawful
"""
