"""Secrets that must be given back are sealed for as long as they are kept: by Fernet of `cryptography`,
with keys that stand in no database (`reliability.md` §18, `api.md` §8.8)."""

from binascii import Error as NoBase64
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from finzcore.errors import NotInstalled, SealBroken

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

SEALED: Final = "sealed:"
"""What sealed text begins with, and no plain one that is kept."""

_BYTES: Final = 32
_WANTED: Final = "32 random bytes, or what cryptography's Fernet.generate_key() gives"


def checked_keys(keys: Iterable[Any]) -> tuple[bytes, ...]:
    """Sealing keys as settings keep them: each is 32 random bytes, or those in url-safe base64, as Fernet
    writes them. ValueError, which shows none of them, for what is no key.

    >>> checked_keys(["MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="])
    (b'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',)
    >>> checked_keys([bytes(32), b"password"])
    Traceback (most recent call last):
    ValueError: sealing_keys: key 2 of 2 is not 32 random bytes, or what ...
    """
    if isinstance(keys, bytes | bytearray | str):
        raise ValueError("sealing_keys: a tuple of keys, not a key by itself")
    given = tuple(keys)
    kept = tuple(key.encode() if isinstance(key, str) else key for key in given)
    for place, key in enumerate(kept, 1):
        if not isinstance(key, bytes) or _spelled(key) is None:
            raise ValueError(f"sealing_keys: key {place} of {len(kept)} is not {_WANTED}")
    return kept


def _spelled(key: bytes) -> bytes | None:
    """A key as Fernet takes it; None when it is none."""
    from base64 import b64decode, urlsafe_b64encode  # most processes have no keys

    if len(key) == _BYTES:
        return urlsafe_b64encode(key)
    with suppress(NoBase64):
        plain = b64decode(key, altchars=b"-_", validate=True)
        return urlsafe_b64encode(plain) if len(plain) == _BYTES else None
    return None


def _is_installed() -> bool:
    from importlib.util import find_spec

    return find_spec("cryptography") is not None


def _complain(number: int) -> None:
    import logging

    log = logging.getLogger("finzcore.sealing")
    log.error("something sealed opens with none of the %d sealing keys", number)


class Sealer:
    """Seals text with the first of its keys, and opens what any of them has sealed.

    Without keys text is kept as it is. What was kept before there were keys opens with them, too.
    ValueError for bad keys, NotInstalled when there are keys and nothing to seal with.

    >>> with_keys, without = Sealer([bytes(32)]), Sealer()
    >>> sealed = with_keys.seal("whsec_1")
    >>> sealed[:13], with_keys.open(sealed), with_keys.open("whsec_1"), without.seal("whsec_1")
    ('sealed:gAAAAA', 'whsec_1', 'whsec_1', 'whsec_1')
    """

    def __init__(self, keys: Iterable[Any] = ()) -> None:
        self._keys = checked_keys(keys)
        if self._keys and not _is_installed():
            raise NotInstalled("Secrets are sealed by an extra: pip install 'finzcore[sealing]'.")

    def __repr__(self) -> str:
        return f"<Sealer with {len(self._keys)} keys>"

    @property
    def can_seal(self) -> bool:
        """Whether there are keys."""
        return bool(self._keys)

    def seal(self, text: str) -> str:
        """A text sealed with the first key; the text itself when there is none."""
        if not self._keys:
            assert not text.startswith(SEALED), "plain text that looks sealed would never open again"
            return text
        # When it was sealed is nobody's business, and the real clock is not to be read here.
        return SEALED + self._box.encrypt_at_time(text.encode(), 0).decode()

    def open(self, text: str) -> str:
        """What was sealed, or what was kept without a seal. SealBroken when no key opens it: another has
        sealed it, or it was changed."""
        if not text.startswith(SEALED):
            return text
        found = self._opened(self._box, text) if self._keys else None
        if found is None:
            _complain(len(self._keys))
            raise SealBroken
        return found

    def renewed(self, text: str) -> str | None:
        """A text, sealed with the first key; None where it is so already, or nothing can be sealed."""
        if not self._keys or self._opened(self._boxed(self._keys[:1]), text) is not None:
            return None
        return self.seal(self.open(text))

    @cached_property
    def _box(self) -> "MultiFernet":
        return self._boxed(self._keys)

    @staticmethod
    def _boxed(keys: tuple[bytes, ...]) -> "MultiFernet":
        from cryptography.fernet import Fernet, MultiFernet

        spelled = [_spelled(key) for key in keys]
        return MultiFernet([Fernet(key) for key in spelled if key is not None])

    @staticmethod
    def _opened(box: "MultiFernet", text: str) -> str | None:
        from cryptography.fernet import InvalidToken

        if text.startswith(SEALED):
            with suppress(InvalidToken):
                return box.decrypt(text[len(SEALED) :].encode()).decode()
        return None
