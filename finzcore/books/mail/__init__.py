"""Mail that the books send: queued in the unit of work of what it tells, sent later by `run_mail`
(`api.md` §4.17, `reliability.md` §20).

Read in this order:

    addresses   who may be written to, and what may stand in a header
    markup      HTML of a list of tags, made anew from what was given; the same as plain text
    queue       the table, and who in it is sent when: queued, claimed, sent, put off, given up
"""
