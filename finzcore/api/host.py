"""What the handler needs of an engine."""

from collections.abc import Mapping
from typing import Any, Protocol

from finzcore.books.books import Actor
from finzcore.books.unit import Desk
from finzcore.ports import Clock, Random, Store


class Host(Protocol):
    """An engine, seen from the handler."""

    store: Store
    desk: Desk
    clock: Clock
    random: Random
    settings: Any

    def set_preferences_as(
        self, user_id: str, org_id: str, body: Mapping[str, Any], actor: Actor
    ) -> dict[str, Any]:
        """Merge preferences for a signed-in user; InsufficientScope unless an ADMIN."""
        ...
