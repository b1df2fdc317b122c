"""How an engine is set up: one frozen value, checked when it is made."""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeVar

import attrs

T = TypeVar("T")


def _kept(values: Iterable[T]) -> tuple[T, ...]:
    # Of `tuple` itself attrs would ask the signature, which takes longer than making the class.
    return tuple(values)


@attrs.frozen(kw_only=True)
class Settings:
    """The choices of whoever opens the books.

    `durability` ``"relaxed"`` lets SQLite acknowledge a commit before it is on the disk: a crash of
    the process loses nothing, a power cut may lose the last commits. It is for imports and tests.
    """

    durability: Literal["full", "relaxed"] = attrs.field(
        default="full", validator=attrs.validators.in_(("full", "relaxed"))
    )
    migrate: bool = True
    read_dsn: str | None = None
    distribute: bool = False
    allow_local_webhooks: bool = False
    trusted_proxies: tuple[str, ...] = attrs.field(default=(), converter=_kept)
    refresh_grace_seconds: int = attrs.field(
        default=10, validator=[attrs.validators.ge(0), attrs.validators.le(60)]
    )
    rate_limits: Mapping[str, int] = attrs.field(factory=lambda: {"DEFAULT": 600, "PARTNER": 3000})
    sealing_keys: tuple[bytes, ...] = attrs.field(default=(), converter=_kept, repr=False)
    token_peppers: Mapping[str, bytes] = attrs.field(factory=dict, repr=False)
    legacy_connections: bool = False

    def __attrs_post_init__(self) -> None:
        missing = {"DEFAULT", "PARTNER"} - set(self.rate_limits)
        if missing:
            raise ValueError(f"rate_limits names no limit for {', '.join(sorted(missing))}")
