"""The one seam between the books and PostgreSQL: journeys, and the statements that travel in them.

While `watching` is open, a `Wire` sees every journey begin and end, and every statement before it is
sent. It may raise in the place of what it sees, or do something to the connection.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest import mock

import psycopg

from finzcore.storage import postgres_unit
from finzcore.storage.postgres_unit import Sent, Unit

Connection = psycopg.Connection[Any]


class Wire:
    """Sees what goes to the server. This one lets everything pass."""

    def leaves(self, connection: Connection, sent: Sequence[Sent]) -> None:
        """Before a journey."""

    def sends(self, connection: Connection, one: Sent) -> None:
        """Before a statement of a journey, or one by itself."""

    def returns(self, connection: Connection, sent: Sequence[Sent]) -> None:
        """After a journey whose answers have come, and before its caller hears of it."""


@contextmanager
def watching(wire: Wire) -> Iterator[None]:
    """Everything that is sent inside is seen."""
    exchange, execute = Unit._exchange, postgres_unit._execute

    def exchanged(unit: Unit, sent: list[Sent]) -> Any:
        wire.leaves(unit.connection, sent)
        answers = exchange(unit, sent)
        wire.returns(unit.connection, sent)
        return answers

    def executed(connection: Connection, one: Sent) -> Any:
        wire.sends(connection, one)
        return execute(connection, one)

    with (
        mock.patch.object(Unit, "_exchange", exchanged),
        mock.patch.object(postgres_unit, "_execute", executed),
    ):
        yield
