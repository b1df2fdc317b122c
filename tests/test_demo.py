"""The demo tells the tutorial, figure for figure, and starts clean each time."""

import re
import sqlite3
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import finzcore
from finzcore.cli import main
from finzcore.demo.story import play
from tests.engines import on_postgres


@pytest.fixture
def told(tmp_path: Path) -> list[str]:
    lines: list[str] = []
    assert [] == play(str(tmp_path / "demo.db"), lines.append)
    return [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]


def words(lines: list[str]) -> str:
    return "\n".join(" ".join(line.split()) for line in lines)


@pytest.mark.parametrize(
    "figures",
    [
        # 12,000 and 18 % of it, in two halves; the tutorial of the API.
        "INV-2627-001 of 2026-05-19 DRAFT → SENT\nLicence 12,000.00\nCGST 1,080.00\nSGST 1,080.00\n"
        "Total ₹ 14,160.00",
        "Dr Accounts Receivable 14,160.00\nCr Service Revenue 12,000.00\nCr Output CGST 1,080.00\n"
        "Cr Output SGST 1,080.00",
        "INV-2627-001 SENT → PAID balance ₹ 0.00",
        "Dr Bank Account 14,160.00\nCr Accounts Receivable 14,160.00",
        # 2,000 and 18 % come back; half a licence and 18 % are 7,080, less 2,360 leaves 4,720.
        "Dr Service Revenue 2,000.00\nDr Output CGST 180.00\nDr Output SGST 180.00\n"
        "Cr Accounts Receivable 2,360.00",
        "INV-2627-002 SENT → PARTIALLY_PAID balance ₹ 4,720.00",
        "CN-2627-001 APPLIED remaining ₹ 0.00",
        "2026-05-28 Credit note CN-2627-001 2,360.00 -2,360.00\n"
        "2026-05-28 Invoice INV-2627-002 7,080.00 4,720.00",
        "Closing balance ₹ 4,720.00",
        # 1,000 of paper and 18 % of it, in two halves.
        "NP/0417 of 2026-05-28 DRAFT → OPEN\nPaper 1,000.00\nCGST 90.00\nSGST 90.00\nTotal ₹ 1,180.00",
        "Dr Purchases 1,000.00\nDr Input CGST 90.00\nDr Input SGST 90.00\nCr Accounts Payable 1,180.00",
        "demo.db-INV-2627-001.pdf lies beside the books.",
        # Tax: 1,080 - 180 + 540; revenue: 12,000 - 2,000 + 6,000.
        "2021 Output CGST 1,440.00\n2022 Output SGST 1,440.00\n4020 Service Revenue 16,000.00",
        # 14,160 in the bank, 4,720 to come, 180 of input tax, 1,000 of paper.
        "Total 20,060.00 20,060.00\nDifference ₹ 0.00",
        "The books are sound",
    ],
)
def test_the_demo_says_what_the_books_say(told: list[str], figures: str) -> None:
    assert figures in words(told)


def test_the_demo_plays_the_eight_steps_of_the_tutorial_a_bill_and_a_pdf(told: list[str]) -> None:
    titles = [found for line in told if (found := re.match(r"(\d+)  (.+)", line))]
    assert list(range(1, 11)) == [int(title[1]) for title in titles]
    assert ["A bill: the tax on it is a credit", "The first invoice, on paper"] == [
        title[2] for title in titles[8:]
    ]


def test_the_paper_of_the_demo_is_a_pdf_beside_the_books(tmp_path: Path) -> None:
    play(str(tmp_path / "demo.db"), lambda line: None)
    assert (tmp_path / "demo.db-INV-2627-001.pdf").read_bytes().startswith(b"%PDF-")


def test_without_the_extra_the_demo_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    lines: list[str] = []
    assert [] == play(str(tmp_path / "demo.db"), lines.append)
    assert "   Not without the extra pdf, here: python -m pip install '.[pdf]'" in lines
    assert not (tmp_path / "demo.db-INV-2627-001.pdf").exists()


def test_figures_line_up_in_columns_and_no_line_is_too_long(told: list[str]) -> None:
    assert max(map(len, told[1:-3])) <= 80  # but for the lines that name the file
    trial = [line for line in told if re.match(r"   \d{4}  .*\d\.\d\d$", line)]
    ends = {len(line) for line in trial}
    assert 2 == len(ends)  # the debit column and the credit column


def test_the_demo_shows_no_whole_id_and_no_token(told: list[str]) -> None:
    assert [] == re.findall(r"[0-9a-f]{32}|aibk_pat_\w+", "\n".join(told))


def test_the_books_of_the_demo_stay_and_are_books_like_any(tmp_path: Path) -> None:
    path = str(tmp_path / "demo.db")
    play(path, lambda line: None)
    with finzcore.open(path) as engine:
        (org,) = engine.orgs()
        assert ["INV-2627-002", "INV-2627-001"] == [row["invoice_number"] for row in org.invoices.list()]
        assert [] == engine.verify()


def test_what_the_demo_tells_the_reader_to_try_works(tmp_path: Path) -> None:
    lines: list[str] = []
    play(str(tmp_path / "demo.db"), lines.append)
    advice = [line.partition("finzcore ")[2].split() for line in lines[-3:-1]]
    assert ["report", "verify"] == [words[0] for words in advice]
    for words in advice:
        result = CliRunner().invoke(main, words)
        assert 0 == result.exit_code, result.output
    assert lines[-1].startswith("Then docs/serving.md")


def test_playing_again_starts_clean(tmp_path: Path) -> None:
    path = str(tmp_path / "demo.db")
    for _ in range(2):
        result = CliRunner().invoke(main, ["demo", path])
        assert 0 == result.exit_code
        assert "\x1b" not in result.output  # no colour where there is no terminal
    with finzcore.open(path) as engine:
        assert 1 == len(engine.orgs())


@on_postgres
def test_the_demo_plays_in_a_database_without_books_and_in_no_other(target: str) -> None:
    assert 0 == CliRunner().invoke(main, ["demo", target]).exit_code
    result = CliRunner().invoke(main, ["demo", target])
    assert (1, 1) == (result.exit_code, result.output.count("\n"))
    assert "the demo did not make; name another database" in result.output
    with finzcore.open(target) as engine:
        assert 1 == len(engine.orgs())


@pytest.mark.parametrize("kind", ["books", "database", "empty"])
def test_the_demo_never_removes_what_it_did_not_make(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "demo.db"
    if kind == "books":
        with finzcore.open(str(path)) as engine:
            engine.create_org(name="Acme Traders", state="IN-KA")
    elif kind == "database":
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE recipes (name TEXT)")
        connection.close()
    else:
        with finzcore.open(str(path)):
            pass
    result = CliRunner().invoke(main, ["demo", str(path)])
    assert 1 == result.exit_code
    assert path.exists()
    assert result.output.count("\n") == 1
