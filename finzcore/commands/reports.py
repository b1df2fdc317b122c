"""``finzcore report``: a report of the books, printed."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import click

from finzcore import terminal
from finzcore.commands.output import Output, out_option, output
from finzcore.commands.shared import books_argument, chosen, fail, noted, opened, org_option
from finzcore.engine import Engine
from finzcore.errors import NotFound
from finzcore.exports.drawn import Drawn
from finzcore.org import Org


def _text(drawn: Drawn) -> Iterator[str]:
    report = drawn.whole()
    if isinstance(report, bytes):
        yield report.decode()
    else:
        yield from (f"{line}\n" for line in terminal.report(report))


def _json(drawn: Drawn) -> Iterator[str]:
    from finzcore.api import dumps

    report = drawn.whole()
    yield report.decode() if isinstance(report, bytes) else dumps(report) + "\n"


def _csv(drawn: Drawn) -> Iterator[str]:
    return drawn.csv()


TEXTS: Final[Mapping[str, Callable[[Drawn], Iterator[str]]]] = {"text": _text, "csv": _csv, "json": _json}
"""The forms of a report that are text: the pieces that it is made of."""


@click.command()
@books_argument
@click.argument("name")
@org_option
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="A setting of the report.")
@click.option("--format", "form", type=click.Choice([*TEXTS, "xlsx"]), default="text", show_default=True)
@out_option
def report(
    books: str, name: str, org_id: str | None, settings: tuple[str, ...], form: str, out: str | None
) -> None:
    """Print a report, such as trial_balance, ledger or customer_ledger; an unknown name lists all of them.

    An account may be given by its code or name, a contact by its name, a branch by its code:
    --set account_id=1020, --set "contact_id=Asha Stores", --set branch_id=HQ.
    """
    asked = dict(_pair(text) for text in settings)
    _check_report(name, asked)
    if asked.get("format") and form in ("csv", "xlsx"):
        raise click.UsageError("The portal's file is JSON: leave --format out, or the setting.")
    with output(out, binary=form == "xlsx") as to, opened(books) as engine:
        org = chosen(engine, org_id)
        for key, find in (("account_id", _account), ("contact_id", _contact), ("branch_id", _branch)):
            if key in asked:
                asked[key] = find(org, asked[key])
        drawn = Drawn(org, name, asked)
        _write(drawn, form, to, engine)
    if drawn.is_cut_short:
        noted("It is cut short by its limit: --set limit=10000 shows more.")
    if out is not None:
        click.echo(f"{name} is written to {out}.")


def _write(drawn: Drawn, form: str, to: Output, engine: Engine) -> None:
    if form == "xlsx":
        from finzcore.render.workbook import write_xlsx

        write_xlsx(drawn.tables(), to.file, made=engine.clock())
    else:
        for text in TEXTS[form](drawn):
            to.text(text)


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"--set {text}: must be KEY=VALUE.")
    return key, value


def _check_report(name: str, asked: dict[str, str]) -> None:
    from finzcore.books.registry import resource
    from finzcore.books.resources.reports import REPORTS
    from finzcore.books.shapes import plan_of

    known = {one.name: one.query for one in resource("reports").operations if one.name in REPORTS}
    if name not in known:
        raise click.UsageError(f"There is no report {name}; there are {', '.join(known)}.")
    query = known[name]
    names = () if query is None else plan_of(query).names
    for key in asked:
        if key not in names:
            raise click.UsageError(f"{name} has no setting {key}; it has {', '.join(names)}.")


def _account(org: Org, named: str) -> str:
    if named.startswith("acc_"):
        return named
    try:
        return org.account_id(named)
    except NotFound:
        fail(f"account_id: no account has the code or the name {named}.")


def _branch(org: Org, named: str) -> str:
    found: list[str] = [row["branch_id"] for row in org.branches.list() if row["code"] == named]
    return found[0] if found else named


def _contact(org: Org, named: str) -> str:
    if named.startswith("ct_"):
        return named
    found = [row for row in org.contacts.all(search=named) if row["contact_name"] == named]
    if len(found) != 1:
        fail(f"{len(found) or 'No'} contacts are called {named}.")
    contact_id: str = found[0]["contact_id"]
    return contact_id
