"""The command line: what each command says, and how it fails."""

import json
import re
import socket
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

import finzcore
from finzcore.api.http import Request
from finzcore.cli import main
from finzcore.testing import FrozenClock
from tests.databases import Databases
from tests.recurring import payload, schedule
from tests.tampering import bare

TOKEN = re.compile(r"aibk_pat_[A-Za-z0-9]{40}")


def run(*words: str, books: str | None = None) -> Result:
    return CliRunner().invoke(main, words, env={"FINZCORE_BOOKS": books}, prog_name="finzcore")


@pytest.fixture
def books(target: str) -> str:
    assert run("init", target, "--name", "Acme Traders", "--state", "IN-KA").exit_code == 0
    return target


@pytest.fixture
def two(books: str) -> tuple[str, list[str]]:
    """Books that hold two organisations."""
    run("init", books, "--name", "Bela Foods", "--state", "IN-MH", "--gstin", "27AAPFU0939F1ZV")
    with finzcore.open(books) as engine:
        return books, [org.org_id for org in engine.orgs()]


def sell(books: str) -> None:
    """One invoice of 14,160.00, paid into the bank."""
    with finzcore.open(books) as engine:
        (org,) = engine.orgs()
        asha = org.contacts.create(contact_name="Asha Stores")["contact_id"]
        line = {"name": "Licence", "rate": 12000, "tax_id": org.tax_id("GST 18%")}
        invoice = org.invoices.create(
            customer_id=asha, date="2026-05-19", place_of_supply="IN-KA", auto_approve=True, line_items=[line]
        )
        org.payments.create(
            flow="INCOMING",
            contact_id=asha,
            date="2026-05-21",
            amount=14160,
            mode="UPI",
            bank_account_id=org.account_id("1020"),
            allocations=[{"invoice_id": invoice["invoice_id"], "amount": 14160}],
        )


def test_init_founds_an_organisation_and_says_so_in_one_line(tmp_path: Path) -> None:
    path = str(tmp_path / "new.db")
    result = run("init", path, "--name", "Acme Traders", "--state", "IN-KA")
    with finzcore.open(path) as engine:
        (org,) = engine.orgs()
        profile = org.profile
    assert f"Acme Traders is founded in {path} as organisation {org.org_id}.\n" == result.output
    assert ("Acme Traders", "IN-KA", None) == (profile["name"], profile["state"], profile["gstin"])


def test_an_organisation_that_is_refused_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    result = run("init", str(path), "--name", "Acme", "--state", "IN-KA", "--gstin", "BAD")
    assert 1 == result.exit_code
    assert "gstin" in result.stderr
    assert [] == list(tmp_path.iterdir())


def test_a_refused_init_touches_nothing_that_is_there(books: str, tmp_path: Path) -> None:
    (tmp_path / "acme.txt").write_text("mine")
    before = {path.name for path in tmp_path.iterdir()}
    for name in ("acme", "acme.db"):
        assert 1 == run("init", str(tmp_path / name), "--name", "Other", "--state", "KARNATAKA").exit_code
    assert before == {path.name for path in tmp_path.iterdir()}


def test_the_same_organisation_is_not_founded_twice_by_mistake(books: str) -> None:
    result = run("init", books, "--name", " Acme Traders ", "--state", "IN-KA")
    assert 1 == result.exit_code
    assert f"{books} holds Acme Traders already." in result.stderr


def test_init_adds_an_organisation_to_books_that_are_there(two: tuple[str, list[str]]) -> None:
    assert 2 == len(two[1])


def test_a_minted_token_is_all_that_the_standard_output_holds_and_it_works(books: str) -> None:
    result = run("token", "mint", books)
    token = result.stdout.removesuffix("\n")
    assert TOKEN.fullmatch(token)
    assert token not in result.stderr
    assert 1 == result.stderr.count("\n")
    with finzcore.open(books) as engine:
        answer = engine.handle(
            Request("GET", "/api/public/v1/whoami", headers={"Authorization": f"Bearer {token}"})
        )
    assert 200 == answer.status


def test_no_other_command_ever_prints_a_token_again(books: str) -> None:
    token = run("token", "mint", books).stdout.strip()
    listed = run("token", "list", books)
    assert token not in listed.output
    assert f"{token[:17]}…" in listed.output
    assert "full access" in listed.output


def test_a_token_can_be_read_only_named_and_end_on_a_day_in_india(books: str) -> None:
    words = ("--preset", "read", "--label", "Accountant", "--expires", "2099-12-31")
    assert 0 == run("token", "mint", books, *words).exit_code
    line = run("token", "list", books).output.splitlines()[1]
    # The last day of 2099 ends in India at 18:30 in UTC.
    assert ["Accountant", "read only", "until 2099-12-31T18:30Z"] == re.split(r"  +", line)[1:]


def test_a_token_can_have_scopes_of_its_own(books: str) -> None:
    run("token", "mint", books, "--scope", "AIBooks.items.READ", "--scope", "AIBooks.contacts.READ")
    assert "AIBooks.contacts.READ AIBooks.items.READ" in run("token", "list", books).output


def test_a_revoked_token_is_shown_as_such(books: str) -> None:
    run("token", "mint", books)
    token_id = run("token", "list", books).output.splitlines()[1].split()[0]
    assert f"Token {token_id} is revoked.\n" == run("token", "revoke", books, token_id).output
    assert " revoked 20" in run("token", "list", books).output


def test_a_token_of_a_user_of_several_organisations_reaches_them_all(two: tuple[str, list[str]]) -> None:
    books, _ = two
    with finzcore.open(books) as engine:
        user = engine.create_user(name="Asha").user_id
    result = run("token", "mint", books, "--user", user)
    assert "all organisations of its user" in result.stderr


def test_the_environment_names_the_books(books: str) -> None:
    token_id = run("token", "mint", books=books).stderr.split(", ")[1].split(";")[0]
    assert f"Token {token_id} is revoked.\n" == run("token", "revoke", token_id, books=books).output
    assert 0 == run("verify", books=books).exit_code


def test_books_with_several_organisations_need_to_be_told_which(two: tuple[str, list[str]]) -> None:
    books, (acme, bela) = two
    result = run("report", books, "trial_balance", "--set", "as_of_date=2026-05-31")
    assert 1 == result.exit_code
    assert f"{acme} (Acme Traders), {bela} (Bela Foods)" in result.output
    words = ("report", books, "trial_balance", "--set", "as_of_date=2026-05-31", "--org", bela)
    assert 0 == run(*words).exit_code


def test_verify_counts_what_it_read(books: str) -> None:
    assert f"{books} is sound; 0 journal entries of 1 organisation read.\n" == run("verify", books).output
    sell(books)
    assert f"{books} is sound; 2 journal entries of 1 organisation read.\n" == run("verify", books).output


def test_verify_names_each_disagreement_and_fails(books: str) -> None:
    sell(books)
    with bare(books) as connection:
        connection.execute("UPDATE totals SET debit = debit + 100")
    result = run("verify", books)
    assert 1 == result.exit_code
    assert "does not verify" in result.stderr
    assert "totals.differ" in result.stdout


def test_a_backup_verifies_against_the_heads_beside_it(books: str, tmp_path: Path) -> None:
    sell(books)
    target = str(tmp_path / "copy.db")
    result = run("backup", books, target)
    assert f"{books} is copied to {target}, which verifies" in result.output
    heads = f"{target}.heads.json"
    assert [2] == [head["entry_seq"] for head in json.loads(Path(heads).read_text())]
    assert (
        f"{target} is sound; 2 journal entries of 1 organisation read.\n"
        == run("verify", target, "--anchor", heads).output
    )


def test_verify_notices_books_that_are_older_than_their_anchor(books: str, tmp_path: Path) -> None:
    old, new = str(tmp_path / "old.db"), str(tmp_path / "new.db")
    run("backup", books, old)
    sell(books)
    run("backup", books, new)
    result = run("verify", old, "--anchor", f"{new}.heads.json")
    assert 1 == result.exit_code
    assert "anchor.shorter" in result.stdout


def test_the_trial_balance_stands_in_columns(books: str) -> None:
    sell(books)
    result = run("report", books, "trial_balance", "--set", "as_of_date=2026-05-31")
    lines = [line.split() for line in result.output.splitlines()]
    assert ["1020", "Bank", "Account", "BANK", "14,160.00"] in lines
    assert ["4010", "Sales", "SALES", "12,000.00"] in lines
    assert ["total", "debit:", "14,160.00"] in lines
    assert ["total", "credit:", "14,160.00"] in lines


def test_an_account_goes_by_its_code_and_a_contact_by_its_name(books: str) -> None:
    sell(books)
    of_account = run("report", books, "ledger", "--set", "account_id=1020")
    assert "account: 1020 Bank Account BANK" in of_account.output
    assert "closing balance: 14,160.00" in of_account.output
    of_customer = run("report", books, "customer_ledger", "--set", "contact_id=Asha Stores")
    assert "contact name: Asha Stores" in of_customer.output
    assert re.search(r"2026-05-19 +INVOICE +INV-2627-001 +14,160\.00 +14,160\.00\n", of_customer.output)


def test_the_schema_is_what_sqlite_takes() -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(run("schema").output)
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    connection.close()
    assert {"orgs", "contacts", "invoices", "entries", "postings"} <= tables


def test_serve_says_what_it_needs(books: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    result = run("serve", books)
    assert 1 == result.exit_code
    ways = "pip install 'finzcore[serve]', or in a checkout pip install -e '.[serve]'"
    assert f"Error: serve needs uvicorn: {ways}\n" == result.output


def test_serve_does_not_take_a_port_that_is_taken(books: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = run("serve", books, "--port", str(taken.getsockname()[1]))
    assert (1, 1) == (result.exit_code, result.output.count("\n"))
    assert "Nothing can listen at 127.0.0.1, port" in result.output


@pytest.mark.parametrize(
    ("status", "said", "words"),
    [
        (1, "There are no books at nowhere.db", ("verify", "nowhere.db")),
        (1, "is not a SQLite file", ("verify", "NOTES")),
        (1, "exists already", ("backup", "BOOKS", "NOTES")),
        (1, "not found", ("token", "revoke", "BOOKS", "tk_1")),
        (1, "no such scope", ("token", "mint", "BOOKS", "--scope", "AIBooks.everything")),
        (1, "not a state code", ("init", "BOOKS", "--name", "B", "--state", "KA")),
        (1, "15 characters", ("init", "BOOKS", "--name", "B", "--state", "IN-KA", "--gstin", "29")),
        (1, "'as_of_date' is required", ("report", "BOOKS", "trial_balance")),
        (
            1,
            "No contacts are called Nobody",
            ("report", "BOOKS", "customer_ledger", "--set", "contact_id=Nobody"),
        ),
        (1, "account_id: no account", ("report", "BOOKS", "ledger", "--set", "account_id=nope")),
        (2, "There is no report sources; there are trial_balance,", ("report", "BOOKS", "sources")),
        (1, "not JSON", ("verify", "BOOKS", "--anchor", "NOTES")),
        (1, "the demo did not make", ("demo", "BOOKS")),
        (2, "Missing option '--name'", ("init", "BOOKS", "--state", "IN-KA")),
        (1, "The database cannot be used", ("verify", "postgresql:///acme?host=/nowhere")),
        (2, "Name the file or database of the books, or set FINZCORE_BOOKS", ("verify",)),
        (2, "Name one file or database", ("verify", "BOOKS", "BOOKS")),
        (2, "not both", ("token", "mint", "BOOKS", "--scope", "x", "--preset", "read")),
        (2, "must be YYYY-MM-DD", ("token", "mint", "BOOKS", "--expires", "tomorrow")),
        (2, "There is no report horoscope", ("report", "BOOKS", "horoscope")),
        (2, "ledger has no setting as_of", ("report", "BOOKS", "ledger", "--set", "as_of=2026-05-31")),
        (2, "must be KEY=VALUE", ("report", "BOOKS", "ledger", "--set", "account_id")),
        (2, "'pdf' is not one of", ("report", "BOOKS", "ledger", "--format", "pdf")),
        (2, "Missing option '--format'", ("export", "BOOKS")),
        (2, "'pdf' is not one of", ("export", "BOOKS", "--format", "pdf")),
        (1, "cannot be written: Not a directory", ("export", "BOOKS", "--format", "csv", "--out", "NOTES/x")),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(
    books: str, tmp_path: Path, status: int, said: str, words: tuple[str, ...]
) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("These are notes, and neither books nor JSON.\n")
    result = run(*(word.replace("BOOKS", books).replace("NOTES", str(notes)) for word in words))
    assert (status, 1) == (result.exit_code, result.output.count("\n"))
    assert result.output.startswith("Error: ")
    assert said in result.output


def test_only_commands_that_do_something_are_registered() -> None:
    assert [
        "backup",
        "crosscheck",
        "deliver",
        "demo",
        "export",
        "init",
        "move",
        "openapi",
        "report",
        "schedule",
        "schema",
        "serve",
        "token",
        "verify",
    ] == sorted(main.commands)


def test_schedule_says_what_it_did(books: str) -> None:
    assert (
        "0 recurring documents made and 0 failed, 0 told of as overdue, 0 old answers let go of, "
        "0 stray files removed.\n" == run("schedule", books).output
    )


def test_commands_take_a_database_and_never_print_its_password(databases: Databases, tmp_path: Path) -> None:
    copy = str(tmp_path / "copy.db")
    with databases.lent() as target:
        secret = f"{target}&password=chalk"
        said = run("init", secret, "--name", "Acme Traders", "--state", "IN-KA").output
        sell(secret)
        said += run("verify", secret).output + run("backup", secret, copy).output
        report = run("report", secret, "trial_balance", "--set", "as_of_date=2026-05-31").output
    assert "Acme Traders is founded in postgresql:///" in said
    assert "password=*** is sound; 2 journal entries of 1 organisation read." in said
    assert "password=*** is copied to" in said
    assert "14,160.00" in report
    assert "chalk" not in said + report
    assert run("verify", copy).output.endswith("is sound; 2 journal entries of 1 organisation read.\n")


def test_a_command_leaves_a_database_without_books_as_it_is(bare_database: str) -> None:
    result = run("verify", bare_database)
    assert (1, 1) == (result.exit_code, result.output.count("\n"))
    assert "holds no books" in result.output
    with psycopg.connect(bare_database) as connection:
        assert (0,) == connection.execute(
            "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        ).fetchone()


def test_schedule_counts_what_it_did(new_target: Callable[[], str]) -> None:
    place = new_target()
    with finzcore.open(place, clock=FrozenClock("2020-04-01T05:00:00+00:00")) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        asha = acme.contacts.create(contact_name="Asha Stores", idempotency_key="k")["contact_id"]
        for body in (payload(acme, asha, auto_approve=True), payload(acme, asha, custom_fields={"a": 1})):
            schedule(acme, asha, start_date="2020-04-01", template_payload=body)
        schedule(acme, asha, start_date="2020-03-01", template_payload=payload(acme, asha))
        acme.lock_period("2020-03-31", "Filed")
    assert (
        "2 recurring documents made and 1 failed, 1 told of as overdue, 1 old answer let go of, "
        "0 stray files removed.\n"
    ) == run("schedule", place).output
