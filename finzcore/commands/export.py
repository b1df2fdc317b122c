"""``finzcore export`` and ``finzcore crosscheck``: the journal for other tools, and what they make of it."""

import click

from finzcore.commands.output import out_option, output
from finzcore.commands.shared import books_argument, chosen, fail, noted, opened, org_option
from finzcore.exports.forms import BINARY, FORMS
from finzcore.exports.forms import export as write


@click.command()
@books_argument
@org_option
@click.option("--format", "form", type=click.Choice(FORMS), required=True, help="What it is to be read by.")
@out_option
def export(books: str, org_id: str | None, form: str, out: str | None) -> None:
    """Write the journal for hledger, for beancount, or as a table: CSV or XLSX.

    Every entry is there by its date, with its number, its document and its contact, and every account as
    Assets:1010-Cash-in-Hand. It is what was posted when the command began; others may go on writing.
    """
    with output(out, binary=form in BINARY) as to, opened(books) as engine:
        count = write(chosen(engine, org_id), form, to.file)
    written = f"{count} journal {'entry' if count == 1 else 'entries'} written"
    if out is None:
        noted(f"{written} as {form}.")
    else:
        click.echo(f"{written} to {out} as {form}.")


@click.command()
@books_argument
@org_option
def crosscheck(books: str, org_id: str | None) -> None:
    """Have hledger and beancount read the journal, and compare every balance; status 1 for a difference.

    One of the two is enough, and both are better. Income and expenses are compared over all time.
    """
    from finzcore.exports.crosscheck import crosscheck as opinions

    with opened(books) as engine:
        asked = opinions(chosen(engine, org_id))
    if not asked:
        fail(
            "Nobody is here to ask: install hledger (Debian: apt-get install hledger) or beancount "
            "(pip install beancount)."
        )
    for one in asked:
        for difference in one.differences:
            click.echo(f"{one.tool}: {difference}")
        if not one.differences:
            click.echo(f"{one.tool}: {one.accounts} accounts agree")
    against = [one.tool for one in asked if one.differences]
    if against:
        fail(f"{' and '.join(against)} {'does' if len(against) == 1 else 'do'} not agree with the books.")
