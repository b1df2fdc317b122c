"""Ports for tests: what they are given, and how they fail."""

from collections.abc import Callable
from email.message import EmailMessage
from threading import Lock


class Kept:
    """Confirms every message and keeps it."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self._lock = Lock()

    def send(self, message: EmailMessage) -> str:
        with self._lock:
            self.messages.append(message)
            return f"kept as {len(self.messages)}"

    @property
    def ids(self) -> list[str]:
        """The Message-IDs in the order in which they came."""
        return [message["Message-ID"] for message in self.messages]


class Failing(Kept):
    """Confirms nothing for a number of times; keeps what it was asked all the same."""

    def __init__(self, times: int = 10**9, error: Exception | None = None) -> None:
        super().__init__()
        self.left = times
        self._error = error or ConnectionRefusedError("no answer")

    def send(self, message: EmailMessage) -> str:
        said = super().send(message)
        self.left -= 1
        if self.left >= 0:
            raise self._error
        return said


class Meanwhile(Kept):
    """Does something while it sends."""

    def __init__(self, do: Callable[[], object]) -> None:
        super().__init__()
        self._do = do

    def send(self, message: EmailMessage) -> str:
        do, self._do = self._do, lambda: None
        do()
        return super().send(message)
