"""Rate counters that all processes of a host share, beside the books and not in them.

A small table in a memory-mapped file, under a lock of its own: counting never takes the ledger's
write lock and survives nothing; a lost counter is a new window (`reliability.md` §15).
"""

import hashlib
import mmap
import os
import struct
import sys
import threading
import weakref
from functools import lru_cache
from pathlib import Path
from typing import Final

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

SLOTS: Final = 8192
"""How many counters the table holds at once."""

_MAGIC: Final = b"finzcore limits 1\n".ljust(64, b"\0")
_SLOT: Final = struct.Struct("<QII")  # the key's hash, the window, the count
_SIZE: Final = len(_MAGIC) + SLOTS * _SLOT.size
_LONGEST_PROBE: Final = 64
_MOST: Final = 2**32 - 1

_open_counters: Final["weakref.WeakSet[Counters]"] = weakref.WeakSet()


class Counters:
    """Counts hits by key and window, exactly, over threads and over processes.

    `path` is the file they live in, ``<books>-limits`` next to the books. Without a path, or where
    that file cannot be written, they live in this process alone (`shared` tells).

    Windows are numbered by the caller, such as whole minutes since the epoch. The current window and
    its neighbours are kept, so a clock that is a little off loses nothing. When a flood of keys
    fills the table, the smallest counter gives way.

    >>> counters = Counters()
    >>> counters.hit(b"token:1", 29_000_000), counters.hit(b"token:1", 29_000_000)
    (1, 2)
    >>> counters.hit(b"token:1", 29_000_001)
    1
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self._path = None if path is None else Path(path)
        self._file = -1
        self._window = -1
        self._lock = threading.Lock()
        self._table: bytearray | mmap.mmap = bytearray(_SIZE)
        self._open()
        _open_counters.add(self)

    @property
    def shared(self) -> bool:
        """Whether other processes count in the same table."""
        return self._file >= 0

    def hit(self, key: bytes, window: int) -> int:
        """Count one more for the key in that window, and give the count after it."""
        with self._lock:
            if window != self._window:
                self._begin(window)
            _hold(self._file)
            try:
                place, mark, count = self._find(key, window)
                count = min(count + 1, _MOST)
                _SLOT.pack_into(self._table, place, mark, window, count)
                return count
            finally:
                _release(self._file)

    def count(self, key: bytes, window: int) -> int:
        """The count of the key in that window, without counting."""
        with self._lock:
            if window != self._window:
                self._begin(window)
            _hold(self._file)
            try:
                return self._find(key, window)[2]
            finally:
                _release(self._file)

    def close(self) -> None:
        """Let go of the file. A closed table counts on, in this process alone."""
        with self._lock:
            self._path = None
            self._let_go()

    def _find(self, key: bytes, window: int) -> tuple[int, int, int]:
        """Where the key's counter is or may be put, the key's hash, and the count so far.

        A slot is free when it is empty or its window is over. None that was in use for this window
        becomes free for it again, so the search may end at the first free slot.
        """
        mark = _mark(key)
        smallest, weakest = _MOST + 1, len(_MAGIC)
        for step in range(_LONGEST_PROBE):
            place = len(_MAGIC) + (mark + step) % SLOTS * _SLOT.size
            held, since, count = _SLOT.unpack_from(self._table, place)
            if held == mark and since == window:
                return place, mark, count
            if not count or not -1 <= since - window <= 1:
                return place, mark, 0
            if count < smallest:
                smallest, weakest = count, place
        return weakest, mark, 0

    def _begin(self, window: int) -> None:
        """Once a window, see that the file is still the one everybody counts in."""
        assert 0 <= window <= _MOST, "windows are numbered from 0 in 32 bits"
        self._window = window
        if self._path is not None and not self._sound():
            self._let_go()
            self._open()

    def _sound(self) -> bool:
        if self._file < 0 or self._path is None:
            return False
        try:
            here, there = os.fstat(self._file), self._path.stat()
        except OSError:
            return False
        # The size first: reading a mapping beyond the end of its file ends the process.
        same_file = os.path.samestat(here, there) and here.st_size == _SIZE
        return same_file and self._table[: len(_MAGIC)] == _MAGIC

    def _open(self) -> None:
        if self._path is None:
            return
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
        try:
            self._file = os.open(self._path, flags, 0o600)
            _hold(self._file)
            try:
                _make_sound(self._file)
                self._table = mmap.mmap(self._file, _SIZE)
            finally:
                _release(self._file)
        except OSError:  # a full disk or a directory we may not write: count alone
            self._let_go()

    def _let_go(self) -> None:
        if isinstance(self._table, mmap.mmap):
            self._table.close()
        self._table = bytearray(_SIZE)
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _after_fork(self) -> None:
        """A child shares its parent's open file, and with it the lock: it needs one of its own."""
        self._lock = threading.Lock()
        self._let_go()
        self._open()


@lru_cache(maxsize=1024)
def _mark(key: bytes) -> int:
    """What a key is known by in the table; those that come often are reckoned once."""
    return int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "little")


def _make_sound(file: int) -> None:
    """Write an empty table where there is none, or one that is torn or not ours.

    With real bytes, because a full disk must be noticed here and not at a write through the mapping.
    """
    os.lseek(file, 0, os.SEEK_SET)
    if os.fstat(file).st_size == _SIZE and os.read(file, len(_MAGIC)) == _MAGIC:
        return
    os.lseek(file, 0, os.SEEK_SET)
    left = memoryview(_MAGIC + bytes(_SIZE - len(_MAGIC)))
    while left:
        left = left[os.write(file, left) :]
    os.ftruncate(file, _SIZE)


if sys.platform == "win32":

    def _hold(file: int) -> None:
        if file >= 0:
            os.lseek(file, _SIZE, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_LOCK, 1)

    def _release(file: int) -> None:
        if file >= 0:
            os.lseek(file, _SIZE, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:

    def _hold(file: int) -> None:
        if file >= 0:
            fcntl.flock(file, fcntl.LOCK_EX)

    def _release(file: int) -> None:
        if file >= 0:
            fcntl.flock(file, fcntl.LOCK_UN)


def _after_fork_in_child() -> None:
    for counters in list(_open_counters):
        counters._after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
