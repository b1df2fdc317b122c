"""How an engine is set up: one frozen value, checked when it is made."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeVar

import attrs

from finzcore.sealing import checked_keys

T = TypeVar("T")


def _kept(values: Iterable[T]) -> tuple[T, ...]:
    # Of `tuple` itself attrs would ask the signature, which takes longer than making the class.
    return tuple(values)


@attrs.frozen(kw_only=True)
class Settings:
    """The choices of whoever opens the books.

    durability     ``"relaxed"`` acknowledges a commit before it is on the disk, for imports and tests. On
                   SQLite a crash of the process loses nothing, a power cut may lose the last commits;
                   on PostgreSQL it is ``synchronous_commit = off``, and a crash of the server may
                 lose the commits of the last moment
    migrate        False refuses books of an older edition, or none, instead of bringing them up to date
    read_dsn       a replica in PostgreSQL that reports are read from, and may be late; nothing else is
    distribute     True makes new books on Citus distributed ones, by the organisation; others are refused
    rate_limits    requests that a token may make in a minute, by its tier. Counted by all processes of
                   a host in a file beside the books, or by all hosts in the database
    allow_local_webhooks    True lets webhooks go to this machine too, by http as well, for practice: books
                 with a live token are not opened then
    trusted_proxies    addresses whose ``X-Forwarded-For`` is believed
    sealing_keys       what seals secrets that have to be given back: those that webhooks are signed with, the
                 credentials of the vault. The first one seals, all of them open. Heads of the chains are
                 sealed by all, and not only signed. Each is 32 random bytes, or what
                 ``Fernet.generate_key()`` gives; the extra `sealing` brings what they are used with
    token_peppers      by which stored digests of tokens are worthless elsewhere
    base_url           where clients find the handler, such as ``https://books.example`` or, mounted below a
                 prefix, ``/books``: what the links to files begin with. Without it they are paths of
                 the host that is asked. Whoever offers OAuth says it with its host: it is the issuer
    refresh_grace_seconds    how long after its use a refresh token may come once more, because the answer
                 was lost or two workers refresh at once; 0 for never

    Keys and peppers belong to whoever opens the books, and stand in no database: books that are moved need
    the same ones. `docs/scaling.md` tells what else there is to set on a server.

    >>> Settings(durability="relaxed").migrate
    True
    >>> Settings(durability="none")
    Traceback (most recent call last):
    ValueError: ("'durability' must be in ('full', 'relaxed') (got 'none')", ...
    """

    durability: Literal["full", "relaxed"] = attrs.field(
        default="full", validator=attrs.validators.in_(("full", "relaxed"))
    )
    migrate: bool = True
    read_dsn: str | None = attrs.field(default=None, repr=False)
    distribute: bool = False
    allow_local_webhooks: bool = False
    trusted_proxies: tuple[str, ...] = attrs.field(default=(), converter=_kept)
    refresh_grace_seconds: int = attrs.field(
        default=10, validator=[attrs.validators.ge(0), attrs.validators.le(60)]
    )
    rate_limits: Mapping[str, int] = attrs.field(factory=lambda: {"DEFAULT": 600, "PARTNER": 3000})
    sealing_keys: tuple[bytes, ...] = attrs.field(default=(), converter=checked_keys, repr=False)
    token_peppers: Mapping[str, bytes] = attrs.field(factory=dict, repr=False)
    legacy_connections: bool = False
    base_url: str = attrs.field(
        default="", validator=attrs.validators.matches_re(r"((https?:/)?/[^?#\s]*[^?#\s/])?")
    )

    def __attrs_post_init__(self) -> None:
        missing = {"DEFAULT", "PARTNER"} - set(self.rate_limits)
        if missing:
            raise ValueError(f"rate_limits names no limit for {', '.join(sorted(missing))}")


def check_blobs(blobs: object) -> None:
    """TypeError for what keeps no blobs."""
    missing = [name for name in ("put", "open", "remove") if not callable(getattr(blobs, name, None))]
    if blobs is not None and missing:
        raise TypeError(
            f"blobs: a BlobFolder, or an object with put, open and remove, not {type(blobs).__name__}"
        )


_RETURNS: Final = {
    "clock": "an aware datetime",
    "ids": "a new key for an instant",
    "random": "so many random bytes",
}
"""What the functions return that whoever opens books may choose."""


def check_choices(settings: object, **functions: object) -> None:
    """TypeError at once, and not in the middle of the first call."""
    if settings is not None and not isinstance(settings, Settings):
        wanted = 'a finzcore.Settings, such as Settings(durability="relaxed")'
        raise TypeError(f"settings: {wanted}, not {type(settings).__name__}")
    for name, function in functions.items():
        if not callable(function):
            raise TypeError(
                f"{name}: a function that returns {_RETURNS[name]}, not {type(function).__name__}"
            )
