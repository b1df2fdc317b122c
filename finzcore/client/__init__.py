"""The integrator's side: a client of the API, with the calls, the values and the refusals of `Org`
(`api.md` §8.8).

It needs nothing but the standard library, and speaks to a server, or straight to `handle` in this process.

    patience     which requests are sent again, and when
    over_http    requests over HTTP: one connection after the other, and no surprises
    answers      what an answer says, as Python callers see it
    client       `Client`
"""

from finzcore.client.client import Client
from finzcore.client.over_http import OverHttp
from finzcore.client.patience import Patience

__all__ = ["Client", "OverHttp", "Patience"]
