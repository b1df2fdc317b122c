"""Who in this process works on which key, and whose turn it is in which organisation."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from finzcore.errors import KeyInProgress, Unavailable


class Claims:
    """Keys that are being worked on here; the second who comes with one is refused at once.

    >>> claims = Claims()
    >>> with claims.held(7, b"key"), claims.held(8, b"key"):
    ...     with claims.held(7, b"key"):
    ...         pass
    Traceback (most recent call last):
    finzcore.errors.KeyInProgress: Idempotency-Key: A request with this Idempotency-Key is being worked on.
    """

    def __init__(self) -> None:
        self._held: set[tuple[int, bytes]] = set()
        self._guard = threading.Lock()

    @contextmanager
    def held(self, org_id: int, claim: bytes | None) -> Iterator[None]:
        """Hold a key for the time of a block; KeyInProgress when somebody does."""
        if claim is None:
            yield
            return
        key = (org_id, claim)
        with self._guard:
            if key in self._held:
                raise KeyInProgress(field="Idempotency-Key")
            self._held.add(key)
        try:
            yield
        finally:
            with self._guard:
                self._held.discard(key)


class _Queue:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.length = 0


class Turns:
    """One at a time in each organisation, waiting here: whoever waited at the server would hold a
    connection that other organisations could use."""

    def __init__(self, patience: int) -> None:
        self._patience = patience
        self._queues: dict[int, _Queue] = {}
        self._guard = threading.Lock()

    @contextmanager
    def turn(self, org_id: int) -> Iterator[None]:
        """A turn in an organisation; Unavailable when it does not come in time."""
        with self._guard:
            queue = self._queues.setdefault(org_id, _Queue())
            queue.length += 1
        try:
            if not queue.lock.acquire(timeout=self._patience):
                raise Unavailable("The books are busy; nothing was done.")
            try:
                yield
            finally:
                queue.lock.release()
        finally:
            with self._guard:
                queue.length -= 1
                if not queue.length:
                    del self._queues[org_id]
