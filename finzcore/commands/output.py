"""Where a command writes what it makes: to the standard output, or into a file that is whole or not there."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from finzcore.commands.shared import fail

out_option = click.option(
    "--out", metavar="FILE", type=click.Path(dir_okay=False), help="A file to write, instead of printing it."
)


class Output:
    """A binary file, that takes text as UTF-8 too."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def text(self, text: str) -> None:
        """Write some text."""
        self.file.write(text.encode())


@contextmanager
def output(out: str | None, *, binary: bool) -> Iterator[Output]:
    """The file named `out`, which appears when all of it is written, or the standard output; what is
    `binary` is not printed in a terminal."""
    if out is None:
        if binary and sys.stdout.isatty():
            fail("That is no text for a terminal: name a file with --out, or pipe it to a program.")
        yield Output(sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    try:
        with _whole(Path(out)) as file:
            yield Output(file)
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror}.")


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """A file that takes its place when it is written to its end."""
    if path.exists() and not path.is_file():
        # A device or a pipe, which nothing can take the place of.
        with path.open("wb") as file:
            yield file
        return
    aside = path.with_name(f"{path.name}.part")
    with aside.open("wb") as file:
        try:
            yield file
        except BaseException:
            aside.unlink()
            raise
    aside.replace(path)
