"""The names of events, as requests say them."""

from typing import Any

from finzcore.books.kinds import Kind, Wrong, capitals
from finzcore.books.webhooks.catalogue import ALIASES, NAMES
from finzcore.declared import declared
from finzcore.errors import RuleBroken


@declared
class EventName(Kind):
    """The name of an event, in any case; `besides` are other words that may stand there."""

    besides: tuple[str, ...] = ()
    in_query = RuleBroken.code

    def read(self, raw: Any, org: int) -> str:
        """As the catalogue spells it."""
        word = capitals(raw.strip()) if isinstance(raw, str) and len(raw) <= 100 else ""
        word = ALIASES.get(word, word)
        if word not in NAMES and word not in self.besides:
            raise Wrong("Must be the name of an event, such as INVOICE_PAID.")
        return word

    def schema(self) -> dict[str, Any]:
        """An enum."""
        return {"type": "string", "enum": [*self.besides, *NAMES, *(word.lower() for word in ALIASES)]}
