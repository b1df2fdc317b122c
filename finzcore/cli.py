"""The command line: ``finzcore COMMAND BOOKS …`` (`design.md` §2).

BOOKS is the path of the books, or stands in the environment as ``FINZCORE_BOOKS``. Every command
says what it did in one line, or fails with one line and a status that is not zero. What a person
may want to pipe goes to the standard output, what is said about it to the standard error.
"""

import datetime as dt
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NoReturn, TextIO

import click

import finzcore
from finzcore import terminal
from finzcore.auth.scopes import FULL, PRESETS
from finzcore.errors import FinzError
from finzcore.fiscal import INDIA

BOOKS: Final = "FINZCORE_BOOKS"


class Commands(click.Group):
    """Commands whose refusals are one line."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command: status 1 when the books refuse, status 2 when it cannot be understood."""
        if os.environ.get("NO_COLOR"):
            ctx.color = False
        try:
            return super().invoke(ctx)
        except FinzError as error:
            _fail(f"{error.field}: {error.message}" if error.field else error.message)
        except click.UsageError as error:
            where = (error.ctx or ctx).command_path
            _fail(f"{error.format_message()} ({where} --help tells more.)", status=error.exit_code)


def _fail(why: str, status: int = 1) -> NoReturn:
    refusal = click.ClickException(" ".join(why.split()))
    refusal.exit_code = status
    raise refusal


def _target(_ctx: click.Context, _param: click.Parameter, given: tuple[str, ...]) -> str:
    """The books that were named, here or in the environment."""
    named = given or tuple(filter(None, (os.environ.get(BOOKS),)))
    if len(named) != 1:
        raise click.UsageError("Name one file." if named else f"Name the file of the books, or set {BOOKS}.")
    if named[0].startswith(("postgresql:", "postgres:")):
        raise click.UsageError("Books are kept in a SQLite file; PostgreSQL is not supported yet.")
    return named[0]


# Any number of words, so that with FINZCORE_BOOKS set the one word of `token revoke` is the token.
_books = click.argument("books", nargs=-1, callback=_target, metavar="[BOOKS]")
_of_org = click.option("--org", "org_id", metavar="ID", help="Which organisation, where there are several.")


@contextmanager
def _opened(books: str) -> Iterator[finzcore.Engine]:
    if not Path(books).is_file():
        _fail(f"There are no books at {books}; `finzcore init` makes them.")
    with finzcore.open(books) as engine:
        yield engine


def _chosen(engine: finzcore.Engine, org_id: str | None) -> finzcore.Org:
    """The organisation that `--org` names, or the only one."""
    if org_id is not None:
        return engine.org(org_id)
    orgs = engine.orgs()
    if len(orgs) == 1:
        return orgs[0]
    listed = ", ".join(f"{org.org_id} ({org.profile['name']})" for org in orgs)
    _fail(
        f"Say which organisation with --org: {listed}."
        if orgs
        else "There is no organisation in these books."
    )


def _noted(what: str) -> None:
    """Say something about what is printed, beside it."""
    click.echo(what, err=True)


@click.group(cls=Commands)
@click.version_option(finzcore.__version__, prog_name="finzcore")
def main() -> None:
    """Double-entry books for Indian businesses, in one file."""


@main.command()
@_books
@click.option("--name", required=True, help="The organisation's name.")
@click.option("--state", required=True, help="Where it is, such as IN-KA.")
@click.option("--gstin", help="Its GSTIN, if it is registered.")
def init(books: str, name: str, state: str, gstin: str | None) -> None:
    """Found an organisation, in new books or in books that are there."""
    with finzcore.open(books) as engine:
        org = engine.create_org(name=name, state=state, gstin=gstin)
        click.echo(f"{org.profile['name']} is founded in {books} as organisation {org.org_id}.")


@main.command()
@click.argument("books", default="demo.db")
def demo(books: str) -> None:
    """Play the tutorial of the API, start to finish. BOOKS are made anew: demo.db, unless named."""
    from finzcore.demo.story import clear, play

    clear(books)
    command = "finzcore" if shutil.which("finzcore") else sys.argv[0]
    if play(books, click.echo, command):
        _fail("The books do not verify.")


@main.command()
@_books
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def serve(books: str, host: str, port: int) -> None:
    """Answer the API over HTTP until Ctrl-C."""
    try:
        import uvicorn
    except ImportError:
        _fail("serve needs uvicorn: pip install 'finzcore[serve]'")
    from finzcore.api.adapters import asgi

    with _opened(books) as engine:
        _noted(f"{books} answers at http://{host}:{port}/api/public/v1 until Ctrl-C.")
        # The engine's own settings say which proxies are trusted.
        uvicorn.run(asgi(engine), host=host, port=port, proxy_headers=False, server_header=False)


@main.group(no_args_is_help=False)
def token() -> None:
    """Personal access tokens: mint, list, revoke."""


def _expiry(_ctx: click.Context, _param: click.Parameter, text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("must be YYYY-MM-DD or an instant, YYYY-MM-DDTHH:MM+05:30.") from None
    if len(text) == len("2026-05-19"):
        moment += dt.timedelta(days=1)
    return moment if moment.tzinfo else moment.replace(tzinfo=INDIA)


@token.command()
@_books
@_of_org
@click.option("--scope", "scopes", multiple=True, help="A scope it has; may be repeated.")
@click.option("--preset", type=click.Choice(sorted(PRESETS)), help="Full access, or every READ scope.")
@click.option(
    "--user", "user_id", metavar="ID", help="Whose it is; without --org, for all of their organisations."
)
@click.option("--label", help="A name for lists.")
@click.option(
    "--expires", callback=_expiry, metavar="DATE", help="Until the end of a day in India, or an instant."
)
@click.option("--sandbox", is_flag=True, help="For a sandbox organisation.")
def mint(
    books: str,
    org_id: str | None,
    scopes: tuple[str, ...],
    preset: str | None,
    user_id: str | None,
    label: str | None,
    expires: dt.datetime | None,
    sandbox: bool,
) -> None:
    """Make a token. It is printed this once; the books keep only a digest of it."""
    if scopes and preset:
        raise click.UsageError("Give scopes or a preset, not both.")
    with _opened(books) as engine:
        several = user_id is not None and org_id is None and len(engine.orgs()) > 1
        org = None if several else _chosen(engine, org_id)
        made = engine.mint_pat(
            org_id=None if org is None else org.org_id,
            user_id=user_id,
            scopes=scopes or sorted(PRESETS[preset or "full"]),
            sandbox=sandbox,
            expires_at=expires,
            label=label,
        )
        whose = "all organisations of its user" if org is None else org.profile["name"]
        _noted(f"A token for {whose}, {made.token_id}; this is the only time it is shown:")
        click.echo(made.token)


@token.command(name="list")
@_books
@_of_org
@click.option("--user", "user_id", metavar="ID", help="Only this user's.")
def list_(books: str, org_id: str | None, user_id: str | None) -> None:
    """Every token, without its secret."""
    with _opened(books) as engine:
        tokens = engine.tokens(org_id=org_id, user_id=user_id)
    rows = [(one["token_id"], one["label"], _granted(one["scopes"]), _state(one)) for one in tokens]
    for line in terminal.columns([("id", "label", "scopes", "state"), *rows], "<<<<"):
        click.echo(line)


def _granted(scopes: Iterable[str]) -> str:
    granted = frozenset(scopes)
    if FULL in granted:
        return "full access"
    return "read only" if granted == PRESETS["read"] else " ".join(sorted(granted))


def _state(one: dict[str, Any]) -> str:
    if one["revoked_at"]:
        return f"revoked {one['revoked_at'][:10]}"
    return f"until {one['expires_at'][:16]}Z" if one["expires_at"] else "in use"


@token.command()
@_books
@click.argument("token_id", metavar="ID")
def revoke(books: str, token_id: str) -> None:
    """End a token at once."""
    with _opened(books) as engine:
        engine.revoke_token(token_id)
    click.echo(f"Token {token_id} is revoked.")


@main.command()
@_books
@click.option(
    "--anchor", type=click.File(encoding="utf-8"), help="A file of heads that backup wrote earlier."
)
def verify(books: str, anchor: TextIO | None) -> None:
    """Derive every figure again from the journal; status 1 and a line for each disagreement."""
    try:
        heads = None if anchor is None else json.load(anchor)
    except ValueError:
        _fail("The anchor is not JSON.")
    with _opened(books) as engine:
        problems = engine.verify(anchor=heads)
        entries = 0 if problems else sum(engine.export_head(org.org_id)["entry_seq"] for org in engine.orgs())
    for problem in problems:
        click.echo(str(problem))
    if problems:
        _fail(
            f"{books} does not verify: {len(problems)} {'thing' if len(problems) == 1 else 'things'} wrong."
        )
    click.echo(f"{books} is sound; {entries} journal {'entry' if entries == 1 else 'entries'} read.")


@main.command()
@_books
@click.argument("target")
def backup(books: str, target: str) -> None:
    """Copy books that may be in use, and verify the copy. Its heads go beside it, as JSON."""
    with _opened(books) as engine:
        heads = engine.backup(target)
    kept = Path(f"{target}.heads.json")
    kept.write_text(json.dumps(heads, indent=1) + "\n", encoding="utf-8")
    click.echo(f"{books} is copied to {target}, which verifies; keep {kept}, its anchor, somewhere else.")


@main.command()
@_books
@click.argument("name")
@_of_org
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="A setting of the report.")
@click.option("--format", "form", type=click.Choice(["text"]), default="text", show_default=True)
def report(books: str, name: str, org_id: str | None, settings: tuple[str, ...], form: str) -> None:
    """Print a report: trial_balance, ledger, customer_ledger.

    An account may be given by its code or name, a contact by its name:
    --set account_id=1020, --set "contact_id=Asha Stores".
    """
    asked = dict(_pair(text) for text in settings)
    _check_report(name, asked)
    with _opened(books) as engine:
        org = _chosen(engine, org_id)
        for key, find in (("account_id", _account), ("contact_id", _contact)):
            if key in asked:
                asked[key] = find(org, asked[key])
        for line in terminal.report(getattr(org.reports, name)(**asked)):
            click.echo(line)


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"--set {text}: must be KEY=VALUE.")
    return key, value


def _check_report(name: str, asked: dict[str, str]) -> None:
    from finzcore.books.registry import resource

    known = {one.name: one.query for one in resource("reports").operations}
    if name not in known:
        raise click.UsageError(f"There is no report {name}; there are {', '.join(known)}.")
    names = known[name].plan.names  # type: ignore[union-attr]
    for key in asked:
        if key not in names:
            raise click.UsageError(f"{name} has no setting {key}; it has {', '.join(names)}.")


def _account(org: finzcore.Org, named: str) -> str:
    return named if named.startswith("acc_") else org.account_id(named)


def _contact(org: finzcore.Org, named: str) -> str:
    if named.startswith("ct_"):
        return named
    found = [row for row in org.contacts.all(search=named) if row["contact_name"] == named]
    if len(found) != 1:
        _fail(f"{len(found) or 'No'} contacts are called {named}.")
    contact_id: str = found[0]["contact_id"]
    return contact_id


@main.command()
def schema() -> None:
    """Print the tables, indexes and triggers of the books, as SQLite takes them."""
    from finzcore.books.registry import tables
    from finzcore.storage.schema import BALANCE_TRIGGERS, sqlite_table, sqlite_triggers

    declared = [table for group in tables().values() for table in group]
    for table in declared:
        for statement in sqlite_table(table):
            click.echo(f"{statement};\n")
    for table in declared:
        for statement in sqlite_triggers(table).values():
            click.echo(f"{statement};\n")
    for statement in BALANCE_TRIGGERS.values():
        click.echo(f"{statement};\n")
