"""The API described by its own declarations: an OpenAPI 3.1 document, and the pages of the reference.

Nothing here is imported until somebody asks for it. Read in this order:

    requests    what a body or a query may say, as JSON Schema
    answers     what an answer says, in its envelope
    refusals    every refusal: when, its status, an example; which of them an operation gives
    headers     the headers that go in and come out
    steps       what a story of calls is made of; with `reporting`, its last ones
    told        what the story has of remarks, files and webhooks
    story       calls whose requests and answers are the examples
    operations  one operation of the document
    document    all of it, and how it is printed
    wording     schemas in words
    pages       the same for people: one page of the endpoints, one of the errors
"""
