"""The command line: ``finzcore COMMAND BOOKS …`` (`design.md` §2).

BOOKS is the path of the books or the address of their database, or stands in the environment as
``FINZCORE_BOOKS``. Every command
says what it did in one line, or fails with one line and a status that is not zero. What a person
may want to pipe goes to the standard output, what is said about it to the standard error.
"""

import json
import logging
import shutil
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import click

import finzcore
from finzcore.commands.deliver import deliver
from finzcore.commands.export import crosscheck, export
from finzcore.commands.move import move
from finzcore.commands.openapi import openapi
from finzcore.commands.reports import report
from finzcore.commands.schema import schema
from finzcore.commands.shared import Commands, books_argument, fail, noted, opened
from finzcore.commands.tokens import token
from finzcore.masking import MaskingArguments
from finzcore.storage.targets import shown


@click.group(cls=Commands)
@click.version_option(finzcore.__version__, prog_name="finzcore")
def main() -> None:
    """Double-entry books for Indian businesses, in a file or in PostgreSQL."""


main.add_command(token)
main.add_command(report)
main.add_command(openapi)
main.add_command(schema)
main.add_command(move)
main.add_command(deliver)
main.add_command(export)
main.add_command(crosscheck)


@main.command()
@books_argument
@click.option("--name", required=True, help="The organisation's name.")
@click.option("--state", required=True, help="Where it is, such as IN-KA.")
@click.option("--gstin", help="Its GSTIN, if it is registered.")
def init(books: str, name: str, state: str, gstin: str | None) -> None:
    """Found an organisation, in new books or in books that are there."""
    from finzcore.books.organisation import checked_gstin, checked_state

    # Looked at before the file is made, so that a typing error leaves none behind.
    checked_state(state)
    checked_gstin(gstin, checksum=False)
    with finzcore.open(books) as engine:
        if name.strip() in [org.name for org in engine.orgs()]:
            fail(f"{shown(books)} holds {name.strip()} already.")
        org = engine.create_org(name=name, state=state, gstin=gstin)
    click.echo(f"{name.strip()} is founded in {shown(books)} as organisation {org.org_id}.")


@main.command()
@click.argument("books", default="demo.db")
def demo(books: str) -> None:
    """Play the tutorial of the API, start to finish. BOOKS are made anew: demo.db, unless named."""
    from finzcore.demo.story import clear, play

    clear(books)
    command = "finzcore" if shutil.which("finzcore") else sys.argv[0]
    if play(books, click.echo, command):
        fail("The books do not verify.")


@main.command()
@books_argument
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def serve(books: str, host: str, port: int) -> None:
    """Answer the API over HTTP until Ctrl-C."""
    try:
        import uvicorn
    except ImportError:
        fail("serve needs uvicorn: pip install 'finzcore[serve]', or in a checkout pip install -e '.[serve]'")
    from finzcore.api.adapters import asgi

    with opened(books) as engine, _listening(host, port) as listener:
        # The engine's own settings say which proxies are trusted.
        config = uvicorn.Config(
            asgi(engine), proxy_headers=False, server_header=False, lifespan="on", log_level="warning"
        )
        access = logging.getLogger("uvicorn.access")
        access.setLevel(logging.INFO)
        access.addFilter(MaskingArguments())
        noted(f"{shown(books)} answers at http://{host}:{port}/api/public/v1 until Ctrl-C.")
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        fail(f"Nothing can listen at {host}, port {port}: {error.strerror}.")


@main.command()
@books_argument
@click.option(
    "--anchor", type=click.File(encoding="utf-8"), help="A file of heads that backup wrote earlier."
)
def verify(books: str, anchor: TextIO | None) -> None:
    """Derive every figure again from the journal; status 1 and a line for each disagreement."""
    try:
        heads = None if anchor is None else json.load(anchor)
    except ValueError:
        fail("The anchor is not JSON.")
    with opened(books) as engine:
        problems = engine.verify(anchor=heads)
        orgs = engine.orgs()
        entries = 0 if problems else sum(engine.export_head(org.org_id)["entry_seq"] for org in orgs)
    place = shown(books)
    for problem in problems:
        click.echo(str(problem))
    if problems:
        fail(f"{place} does not verify: {len(problems)} {'thing' if len(problems) == 1 else 'things'} wrong.")
    read = f"{entries} journal {'entry' if entries == 1 else 'entries'}"
    click.echo(f"{place} is sound; {read} of {len(orgs)} organisation{'' if len(orgs) == 1 else 's'} read.")


@main.command()
@books_argument
def schedule(books: str) -> None:
    """Do the work that time brings; for a timer, once an hour or so."""
    from finzcore.books.chores.turns import take_turns

    with opened(books) as engine:
        done = take_turns(engine.desk, engine.clock())
    click.echo(
        f"{_counted(done['generated'], 'recurring document')} made and {done['failed']} failed, "
        f"{done['overdue']} told of as overdue, {_counted(done['keys'], 'old answer')} let go of, "
        f"{_counted(done['files'], 'stray file')} removed."
    )


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


@main.command()
@books_argument
@click.argument("target")
def backup(books: str, target: str) -> None:
    """Copy books that may be in use, and verify the copy. Its heads go beside it, as JSON."""
    with opened(books) as engine:
        heads = engine.backup(target)
    kept = Path(f"{target}.heads.json")
    kept.write_text(json.dumps(heads, indent=1) + "\n", encoding="utf-8")
    click.echo(
        f"{shown(books)} is copied to {target}, which verifies; keep {kept}, its anchor, somewhere else."
    )
