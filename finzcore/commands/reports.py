"""``finzcore report``: a report of the books, printed."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import click

from finzcore import terminal
from finzcore.commands.shared import books_argument, chosen, fail, opened, org_option
from finzcore.org import Org

FORMS: Final[Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]]] = {"text": terminal.report}
"""The forms of a report: how its lines are made."""


@click.command()
@books_argument
@click.argument("name")
@org_option
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="A setting of the report.")
@click.option("--format", "form", type=click.Choice(list(FORMS)), default="text", show_default=True)
def report(books: str, name: str, org_id: str | None, settings: tuple[str, ...], form: str) -> None:
    """Print a report: trial_balance, ledger, customer_ledger.

    An account may be given by its code or name, a contact by its name:
    --set account_id=1020, --set "contact_id=Asha Stores".
    """
    asked = dict(_pair(text) for text in settings)
    _check_report(name, asked)
    with opened(books) as engine:
        org = chosen(engine, org_id)
        for key, find in (("account_id", _account), ("contact_id", _contact)):
            if key in asked:
                asked[key] = find(org, asked[key])
        for line in FORMS[form](getattr(org.reports, name)(**asked)):
            click.echo(line)


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"--set {text}: must be KEY=VALUE.")
    return key, value


def _check_report(name: str, asked: dict[str, str]) -> None:
    from finzcore.books.registry import resource
    from finzcore.books.shapes import plan_of

    known = {one.name: one.query for one in resource("reports").operations}
    if name not in known:
        raise click.UsageError(f"There is no report {name}; there are {', '.join(known)}.")
    query = known[name]
    names = () if query is None else plan_of(query).names
    for key in asked:
        if key not in names:
            raise click.UsageError(f"{name} has no setting {key}; it has {', '.join(names)}.")


def _account(org: Org, named: str) -> str:
    return named if named.startswith("acc_") else org.account_id(named)


def _contact(org: Org, named: str) -> str:
    if named.startswith("ct_"):
        return named
    found = [row for row in org.contacts.all(search=named) if row["contact_name"] == named]
    if len(found) != 1:
        fail(f"{len(found) or 'No'} contacts are called {named}.")
    contact_id: str = found[0]["contact_id"]
    return contact_id
