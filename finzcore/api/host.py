"""What the handler needs of an engine."""

from collections.abc import Mapping
from typing import Any, Protocol

from finzcore.books.books import Actor
from finzcore.books.printing.operation import Print
from finzcore.books.unit import Desk
from finzcore.ports import Clock, Random, Store


class Choices(Protocol):
    """The settings that the handler reads."""

    @property
    def token_peppers(self) -> Mapping[str, bytes]:
        """What digests of tokens are made with, the newest last."""
        ...

    @property
    def trusted_proxies(self) -> tuple[str, ...]:
        """The addresses that may speak for others."""
        ...

    @property
    def rate_limits(self) -> Mapping[str, int]:
        """Requests a minute, by tier."""
        ...

    @property
    def refresh_grace_seconds(self) -> int:
        """How long after its use a refresh token may come once more."""
        ...

    @property
    def legacy_connections(self) -> bool:
        """Whether new connections have no metadata yet."""
        ...

    @property
    def base_url(self) -> str:
        """Where clients find the handler."""
        ...


class Host(Protocol):
    """An engine, seen from the handler."""

    store: Store
    desk: Desk
    clock: Clock
    random: Random

    @property
    def settings(self) -> Choices:
        """What whoever opened the books has chosen."""
        ...

    def set_preferences_as(
        self, user_id: str, org_id: str, body: Mapping[str, Any], actor: Actor
    ) -> dict[str, Any]:
        """Merge preferences for a signed-in user; InsufficientScope unless an ADMIN."""
        ...

    def drawn(self, wanted: Print) -> tuple[bytes, bool]:
        """A document as PDF, and whether it was drawn just now; NotInstalled when nothing here draws."""
        ...
