"""``finzcore deliver``: what waits to leave the books is sent."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from finzcore import system
from finzcore.commands.shared import books_argument, fail, noted, opened
from finzcore.delivery import Delivered, deliver_mail
from finzcore.dispatch import Dispatched, deliver_webhooks
from finzcore.engine import Engine
from finzcore.errors import Unavailable
from finzcore.ports import Mail

PAUSE: Final = 10
"""Seconds between two looks at what is due."""


@click.command()
@books_argument
@click.option(
    "--smtp",
    envvar="FINZCORE_SMTP",
    metavar="URL",
    help="A mail server, smtp://user:password@host:587, smtps:// for TLS from the start. A password is "
    "better kept in the environment, as FINZCORE_SMTP.",
)
@click.option("--sender", envvar="FINZCORE_SENDER", metavar="ADDRESS", help="Where mail is sent from.")
@click.option(
    "--folder",
    envvar="FINZCORE_MAIL_FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder to put messages into, instead of sending them.",
)
@click.option("--forever", is_flag=True, help=f"Go on until Ctrl-C, with {PAUSE} seconds between two looks.")
def deliver(books: str, smtp: str | None, sender: str | None, folder: Path | None, forever: bool) -> None:
    """Tell webhooks what has happened, and send the mail that waits, if it is said where to; for a timer,
    every minute or so. What fails is tried again later."""
    port = _port(smtp, sender, folder)
    with opened(books) as engine, _told_to_stop() as stop:
        _look(engine, port, stop, always=True)
        if forever:
            noted("Looking again and again, until Ctrl-C.")
            while _waited(stop):
                _look_again(engine, port, stop)


def _port(smtp: str | None, sender: str | None, folder: Path | None) -> Mail | None:
    if smtp is None and folder is None and sender is None:
        return None
    from finzcore.mail import Folder, Smtp

    if (smtp is None) == (folder is None):
        raise click.UsageError("Say where mail goes, with --smtp or with --folder.")
    try:
        if folder is not None:
            return Folder(folder) if sender is None else Folder(folder, sender=sender)
        if smtp is None or sender is None:
            raise click.UsageError("Say with --sender where mail is sent from.")
        return Smtp.from_url(smtp, sender=sender)
    except ValueError as error:
        fail(f"{error}.")


class _Stop:
    """Whether somebody has asked to stop. A plain flag: a handler of signals must not wait for any lock,
    such as that of an `Event`, which the very thread that it interrupts may hold."""

    def __init__(self) -> None:
        self._asked = False

    def ask(self, *_: object) -> None:
        """Ask."""
        self._asked = True

    def __call__(self) -> bool:
        return self._asked


@contextmanager
def _told_to_stop() -> Iterator[_Stop]:
    """Told by Ctrl-C, and by whoever ends the process kindly: the message on its way is sent to its end."""
    told = _Stop()
    before = {one: signal.signal(one, told.ask) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield told
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _waited(stop: _Stop) -> bool:
    """Whether the time until the next look went by and nobody asked to stop."""
    for _ in range(PAUSE):
        if stop():
            return False
        system.pause()
    return not stop()


def _look_again(engine: Engine, port: Mail | None, stop: "_Stop") -> None:
    try:
        _look(engine, port, stop)
    except Unavailable as error:
        noted(error.message)


def _look(engine: Engine, port: Mail | None, stop: "_Stop", *, always: bool = False) -> None:
    """Webhooks first: a run of theirs comes to its end, however slow others are. Mail is sent whatever comes
    of it."""
    try:
        _say_told(deliver_webhooks(engine, engine.post, stop=stop), always=always)
    finally:
        if port is not None:
            _say_sent(deliver_mail(engine, port, stop=stop), always=always)


def _say_told(done: Dispatched, *, always: bool) -> None:
    _say_failures(done)
    for endpoint in done.disabled:
        noted(f"disabled: {endpoint}")
    if always or done.delivered:
        click.echo(f"{done.delivered} {'webhook' if done.delivered == 1 else 'webhooks'} delivered.")


def _say_sent(done: Delivered, *, always: bool) -> None:
    _say_failures(done)
    if always or done.sent:
        click.echo(f"{done.sent} {'message' if done.sent == 1 else 'messages'} sent.")


def _say_failures(done: Delivered | Dispatched) -> None:
    for failure in done.put_off:
        noted(f"put off: {failure}")
    for failure in done.given_up:
        noted(f"given up: {failure}")
