"""What every command needs: which books, which organisation, and one line for whatever goes wrong."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from finzcore.engine import Engine, open_books
from finzcore.errors import FinzError
from finzcore.org import Org
from finzcore.settings import Settings
from finzcore.storage.targets import is_address

BOOKS: Final = "FINZCORE_BOOKS"
SEALING_KEYS: Final = "FINZCORE_SEALING_KEYS"
"""The sealing keys of the books, with commas between them: what the settings of an engine say in Python."""


class Commands(click.Group):
    """Commands whose refusals are one line."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command: status 1 when the books refuse, status 2 when it cannot be understood."""
        if os.environ.get("NO_COLOR"):
            ctx.color = False
        try:
            return super().invoke(ctx)
        except FinzError as error:
            fail(f"{error.field}: {error.message}" if error.field else error.message)
        except click.UsageError as error:
            where = (error.ctx or ctx).command_path
            said = " ".join(error.format_message().split())
            raise Misunderstood(f"{said} ({where} --help tells more.)") from None


class Misunderstood(click.ClickException):
    """What was typed is no command."""

    exit_code = 2


def fail(why: str) -> NoReturn:
    """End the command with one line and status 1."""
    raise click.ClickException(" ".join(why.split()))


def _target(_ctx: click.Context, _param: click.Parameter, given: tuple[str, ...]) -> str:
    """The books that were named, here or in the environment."""
    named = given or tuple(filter(None, (os.environ.get(BOOKS),)))
    if len(named) != 1:
        wanted = "one file or database" if named else f"the file or database of the books, or set {BOOKS}"
        raise click.UsageError(f"Name {wanted}.")
    return named[0]


# Any number of words, so that with FINZCORE_BOOKS set the one word of `token revoke` is the token.
books_argument = click.argument("books", nargs=-1, callback=_target, metavar="[BOOKS]")
org_option = click.option(
    "--org", "org_id", metavar="ID", help="Which organisation, where there are several."
)


@contextmanager
def opened(books: str) -> Iterator[Engine]:
    """Books that are there; a command never makes them by mistake, and leaves a database as it is."""
    distant = is_address(books)
    if not distant and not Path(books).is_file():
        fail(f"There are no books at {books}; `finzcore init` makes them.")
    with open_books(books, settings=_settings(migrate=not distant)) as engine:
        yield engine


def _settings(*, migrate: bool) -> Settings:
    keys = os.environ.get(SEALING_KEYS, "")
    try:
        return Settings(migrate=migrate, sealing_keys=filter(None, map(str.strip, keys.split(","))))
    except ValueError as error:  # it shows no key
        fail(f"{SEALING_KEYS}: {error}")


def chosen(engine: Engine, org_id: str | None) -> Org:
    """The organisation that `--org` names, or the only one."""
    if org_id is not None:
        return engine.org(org_id)
    orgs = engine.orgs()
    if len(orgs) == 1:
        return orgs[0]
    if not orgs:
        fail("There is no organisation in these books; `finzcore init` founds one.")
    listed = ", ".join(f"{org.org_id} ({org.profile['name']})" for org in orgs)
    fail(f"Say which organisation with --org: {listed}.")


def noted(what: str) -> None:
    """Say something about what is printed, beside it."""
    click.echo(what, err=True)
