"""The books: one organisation, one transaction, one moment.

Read in this order:

    kinds         the kinds of value: with `figures`, `references` and `gst_kinds`
    text          JSON text inside the books
    shapes        what a request may say: a class is the schema
    bodies        bodies and queries read by their shapes, every fault at once
    views         what an answer says
    head          the two rows that every organisation has
    books         Books: all that an operation receives
    masters       accounts, taxes, branches and settings of the organisation, kept in memory
    chain         the bytes of a row that hashes are made of
    ceiling       how much an account can take
    journal       post and reverse: the only writer of entries and of balances
    sources       what an entry was made from, as answers name it
    entries       entries as answers show them, with their lines; with `tags`
    history       events: activity, webhooks and the stream read the same rows
    numbers       gapless document numbers
    resource      Resource and Operation: what a resource file declares
    pages         lists, newest first, page by page; with `cursors`
    records       the common five for plain masters
    registry      the list of resources
    lookups       the rows that a request names by their ids
    conflicts     what the database refused, as a refusal of ours; a step that is undone alone
    unit          one operation as one unit of work; with `idempotency`, the record of its key
    mail          messages: who may get one, what it may say, when it is sent; with `retries`
    webhooks      events told to endpoints that listen: what is told when, and who is told no more
    entities      what attachments and comments belong to
    upload        a file on its way in
    files         where the bytes of files are: in the books, or outside
    strays        bytes outside that may be nobody's
    links         links that open one file for a short time
    papers        what invoices, notes and payments have in common
    printing      what is printed of a document
    explain       the rule behind each figure and each posting of a document
    resources     one file per resource
    reports       one file per report
    returns       documents as returns and portals see them
    consolidation  a report of several organisations, and all of them added up
    organisation  founding one, its preferences and its locked periods
    access        users, memberships and tokens
    reach         which organisations a token reaches
    connections   what a token, or a client that a user has let in, has chosen
    companies     the organisations that a token reaches, as answers show them
    oauth         who is let in by users: clients, grants, and the tokens that come of them
    vault         what an integrator has been given for the books of others, sealed
    due           which organisations have work waiting that time brings
    templates     what recurring documents are made from
    chores        the work that time brings
    problem       a disagreement between figures
    checks        what is asked of documents and payments, beyond chains and totals
    anchors       the ends of the chains, signed, to keep outside the books
    verify        every figure derived again from the journal
    exporting     the journal for other tools, a page at a time
    moving        copied into another database, and both sides compared
"""
