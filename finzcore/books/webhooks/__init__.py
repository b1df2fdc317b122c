"""Webhooks: events of the books, told to endpoints that listen; queued in the unit of work that they tell of,
sent later by `run_webhooks` (`api.md` §6, `reliability.md` §18).

Read in this order:

    tables      endpoints, who listens to which organisation, and deliveries
    catalogue   what an endpoint can be told of
    words       the same, as requests say it
    listeners   who listens to which organisation
    spread      how that comes to other organisations
    chosen      of which organisations an endpoint may be told, and who may say so
    telling     deliveries as they are queued
    body        what a delivery says
    attempt     one attempt: signed for its instant, and what came of it
    queue       which delivery is sent when: claimed, sent, put off, given up; when an endpoint is disabled
"""
