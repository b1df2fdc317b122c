"""Exports, crosschecks and the forms of a report on the command line."""

import csv
import io
import json
import sys
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

import finzcore
from finzcore.books.registry import resource
from finzcore.books.reports.long import Long
from finzcore.exports import crosscheck, drawn
from finzcore.exports.crosscheck import Opinion
from finzcore.exports.drawn import Drawn
from tests.engines import on_sqlite
from tests.test_cli import run, sell

COLUMNS = (
    "date", "journal_number", "document_number", "account_code", "debit", "credit", "contact_name",
)  # fmt: skip
BALANCE = ("trial_balance", "--set", "as_of_date=2026-05-31")


@pytest.fixture
def books(target: str) -> str:
    """Books with one invoice of 14,160.00, paid into the bank."""
    assert 0 == run("init", target, "--name", "Acme Traders", "--state", "IN-KA").exit_code
    sell(target)
    return target


def rows(result: Result) -> list[dict[str, str]]:
    """The rows of a table in CSV."""
    assert 0 == result.exit_code
    return list(csv.DictReader(io.StringIO(result.stdout, newline="")))


def test_an_export_is_all_that_the_standard_output_holds(books: str) -> None:
    result = run("export", books, "--format", "hledger")
    assert "2 journal entries written as hledger.\n" == result.stderr
    assert result.stdout.startswith("; Acme Traders: the journal, through entry 2\n")
    assert "    Assets:1020-Bank-Account  14160.00 INR" in result.stdout
    assert '2026-05-19 * "Asha Stores" "Invoice' in run("export", books, "--format", "beancount").stdout


def test_a_row_of_the_csv_is_a_posting_with_its_document_and_contact(books: str) -> None:
    sold = rows(run("export", books, "--format", "csv"))
    assert [
        ("2026-05-19", "JE-2627-001", "INV-2627-001", "1040", "14160.00", "", "Asha Stores"),
        ("2026-05-19", "JE-2627-001", "INV-2627-001", "4010", "", "12000.00", "Asha Stores"),
        ("2026-05-19", "JE-2627-001", "INV-2627-001", "2021", "", "1080.00", "Asha Stores"),
        ("2026-05-19", "JE-2627-001", "INV-2627-001", "2022", "", "1080.00", "Asha Stores"),
        ("2026-05-21", "JE-2627-002", "PAY-2627-001", "1020", "14160.00", "", "Asha Stores"),
        ("2026-05-21", "JE-2627-002", "PAY-2627-001", "1040", "", "14160.00", "Asha Stores"),
    ] == [tuple(row[name] for name in COLUMNS) for row in sold]


@on_sqlite  # what is written is no engine's business
def test_a_file_is_there_when_all_of_it_is_written(
    books: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "books.xlsx"
    result = run("export", books, "--format", "xlsx", "--out", str(out))
    assert f"2 journal entries written to {out} as xlsx.\n" == result.output
    assert zipfile.is_zipfile(out)
    before = out.read_bytes()
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    result = run("export", books, "--format", "xlsx", "--out", str(out))
    assert (1, 1) == (result.exit_code, result.output.count("\n"))
    assert "pip install 'finzcore[xlsx]'" in result.output
    assert before == out.read_bytes()
    assert [] == list(tmp_path.glob("*.part"))


@on_sqlite  # what is written is no engine's business
def test_what_is_no_text_is_not_printed_in_a_terminal(books: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from finzcore.commands import output

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    class Sys:
        stdout = Terminal()

    monkeypatch.setattr(output, "sys", Sys)
    result = run("report", books, *BALANCE, "--format", "xlsx")
    assert 1 == result.exit_code
    assert "name a file with --out" in result.output


def test_a_crosscheck_says_who_agrees_in_a_line_each(books: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Opinion("hledger 1.25", 39, ()), Opinion("beancount 3.2", 39, ())]
    monkeypatch.setattr(crosscheck, "crosscheck", lambda _org: found)
    result = run("crosscheck", books)
    assert (0, "hledger 1.25: 39 accounts agree\nbeancount 3.2: 39 accounts agree\n") == (
        result.exit_code,
        result.output,
    )


@on_sqlite  # nothing is read
@pytest.mark.parametrize(
    ("found", "out", "said"),
    [
        ([], "", "Nobody is here to ask: install hledger"),
        (
            [Opinion("hledger 1.25", 39, ()), Opinion("beancount 3.2", 39, ("A: 0.01", "B: 0.02"))],
            "hledger 1.25: 39 accounts agree\nbeancount 3.2: A: 0.01\nbeancount 3.2: B: 0.02\n",
            "Error: beancount 3.2 does not agree with the books.\n",
        ),
    ],
    ids=["nobody", "a difference"],
)
def test_a_crosscheck_fails_where_nobody_is_asked_or_somebody_differs(
    books: str, monkeypatch: pytest.MonkeyPatch, found: list[Opinion], out: str, said: str
) -> None:
    monkeypatch.setattr(crosscheck, "crosscheck", lambda _org: found)
    result = run("crosscheck", books)
    assert (1, out) == (result.exit_code, result.stdout)
    assert said in result.stderr


# ----- the forms of a report -----


def test_a_report_with_one_list_is_that_list_as_csv(books: str) -> None:
    sums = {
        row["code"]: (row["debit"], row["credit"])
        for row in rows(run("report", books, *BALANCE, "--format", "csv"))
    }
    assert {
        "1020": ("14160.00", "0.00"),
        "2021": ("0.00", "1080.00"),
        "2022": ("0.00", "1080.00"),
        "4010": ("0.00", "12000.00"),
    } == sums


def test_a_section_without_rows_has_its_heads(books: str) -> None:
    words = ("--set", "from_date=2026-05-01", "--set", "to_date=2026-05-31", "--format", "csv")
    lines = run("report", books, "gstr1", *words).stdout.splitlines()
    title = lines.index("b2c large")
    assert ["customer_name", "invoice_number", "date", "value"] == lines[title + 1].split(",")[:4]
    assert "" == lines[title + 2]


def test_json_is_what_the_calls_give_with_every_amount(books: str) -> None:
    told = json.loads(run("report", books, *BALANCE, "--format", "json").stdout, parse_float=Decimal)
    with finzcore.open(books) as engine:
        (org,) = engine.orgs()
        assert org.reports.trial_balance(as_of_date="2026-05-31") == told


def test_a_sheet_for_each_table_and_one_for_the_facts(books: str, tmp_path: Path) -> None:
    out = tmp_path / "report.xlsx"
    result = run("report", books, *BALANCE, "--format", "xlsx", "--out", str(out))
    assert f"trial_balance is written to {out}.\n" == result.output
    with zipfile.ZipFile(out) as packed:
        titles = packed.read("xl/workbook.xml").decode()
        assert "14160.00" in packed.read("xl/worksheets/sheet1.xml").decode()
    assert 'name="accounts"' in titles
    assert 'name="trial balance"' in titles


def test_a_branch_goes_by_its_code(books: str) -> None:
    of_branch = run("report", books, *BALANCE, "--set", "branch_id=HQ", "--format", "json")
    assert Decimal("14160.00") == json.loads(of_branch.stdout, parse_float=Decimal)["total_debit"]


def test_what_a_limit_leaves_out_is_said(books: str) -> None:
    words = ("report", books, "ledger", "--set", "account_id=1040", "--format", "csv")
    assert "" == run(*words).stderr
    cut = run(*words, "--set", "limit=1")
    assert (1, "It is cut short by its limit: --set limit=10000 shows more.\n") == (
        len(rows(cut)),
        cut.stderr,
    )


@on_sqlite  # no statement of its own
@pytest.mark.parametrize(("kept", "form"), [(b'{"gstin":"29"}', "text"), (b'{"gstin":"29"}', "json")])
def test_a_report_that_is_a_file_is_printed_as_it_is(
    books: str, monkeypatch: pytest.MonkeyPatch, kept: bytes, form: str
) -> None:
    monkeypatch.setattr(Drawn, "whole", lambda _self: kept)
    assert kept.decode() == run("report", books, *BALANCE, "--format", form).stdout


LONG = [one.name for one in resource("reports").operations if one.name in ("day_book", "ledger")]


@pytest.mark.parametrize("name", LONG)
def test_a_long_report_is_read_as_its_rows_are_written(
    acme: finzcore.Org, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    asked: dict[str, Any] = {"from_date": "2026-05-01", "to_date": "2026-05-31"}
    if name == "ledger":
        asked["account_id"] = acme.account_id("1010")
    for amount in (1, 2, 3):
        lines = [
            {"account_id": acme.account_id("1010"), "debit": amount},
            {"account_id": acme.account_id("4010"), "credit": amount},
        ]
        acme.journals.create(date="2026-05-19", lines=lines, memo=f"=No {amount}")
    report = Drawn(acme, name, asked)
    assert isinstance(report._outcome.result, Long)
    told = list(csv.DictReader(io.StringIO("".join(report.csv()), newline="")))
    assert ["1.00", "2.00", "3.00"] == [row["debit"] for row in told if row["debit"] not in ("", "0.00")]
    seen = drawn.Drawn(acme, name, asked).whole()
    again = list(csv.DictReader(io.StringIO("".join(_as_csv(seen)), newline="")))
    assert [{head: cell for head, cell in row.items() if head in again[0]} for row in told] == again


def _as_csv(told: dict[str, Any]) -> Any:
    """The list of a report that is there as a whole, as CSV."""
    from finzcore.render.outline import Listed, outline, table
    from finzcore.render.separated import csv_of

    return csv_of(next(table(one) for one in outline(told) if isinstance(one, Listed)))
