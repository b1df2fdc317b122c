"""``finzcore deliver``: what it says, how it fails, how it ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import finzcore
from finzcore.cli import main
from tests.house import ROOT
from tests.mail.server import serving
from tests.mail.waiting import queued

SENDER = "books@kaveri.example"


def run(*words: str, **settings: str) -> Result:
    names = ("FINZCORE_SMTP", "FINZCORE_SENDER", "FINZCORE_MAIL_FOLDER", "FINZCORE_BOOKS")
    env = dict.fromkeys(names) | settings
    return CliRunner().invoke(main, ["deliver", *words], env=env, prog_name="finzcore")


@pytest.fixture
def books(target: str) -> str:
    """Books with two messages that wait."""
    with finzcore.open(target) as engine:
        queued(engine.create_org(name="Kaveri Traders", state="IN-KA"), 2)
    return target


def test_messages_are_put_into_a_folder(books: str, tmp_path: Path) -> None:
    folder = str(tmp_path / "out")
    assert [f"0 webhooks delivered.\n{many} messages sent.\n" for many in (2, 0)] == [
        run(books, "--folder", folder).output for _ in range(2)
    ]
    assert 2 == len(list((tmp_path / "out").glob("em_*.eml")))


def test_messages_are_sent_by_a_server_that_the_environment_names(books: str) -> None:
    with serving() as server:
        url = f"smtp://127.0.0.1:{server.port}?tls=none"
        result = run(FINZCORE_BOOKS=books, FINZCORE_SMTP=url, FINZCORE_SENDER=SENDER)
    assert (0, "0 webhooks delivered.\n2 messages sent.\n") == (result.exit_code, result.output)
    assert [SENDER] * 2 == [letter.sender for letter in server.letters]


def test_what_fails_is_told_and_the_password_is_not(books: str) -> None:
    with serving(account=("books", "s3cret")) as server:
        url = f"smtp://books:wr0ng@127.0.0.1:{server.port}?tls=none"
        result = run(books, "--smtp", url, "--sender", SENDER)
    assert 0 == result.exit_code
    assert "0 webhooks delivered.\n0 messages sent.\n" == result.stdout
    said = "put off: INV-2627-001 to accounts@asha.example: SMTPAuthenticationError: (535, b'5.7.8 "
    assert [said + "wrong password')"] * 2 == result.stderr.splitlines()
    assert "wr0ng" not in result.output


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--sender", SENDER), 2, "Say where mail goes, with --smtp or with --folder."),
        (
            ("--smtp", "smtp://localhost", "--folder", "x"),
            2,
            "Say where mail goes, with --smtp or with --folder.",
        ),
        (("--smtp", "smtp://localhost"), 2, "Say with --sender where mail is sent from."),
        (
            ("--smtp", "http://u:s3cret@localhost", "--sender", SENDER),
            1,
            "is like smtp://user:password@host:587",
        ),
        (
            ("--smtp", "smtp://u:s3cret@x.in?tls=none", "--sender", SENDER),
            1,
            "a password is not sent in the open",
        ),
        (("--folder", "x", "--sender", "nobody"), 1, "is no address such as"),
    ],
)
def test_what_cannot_be_understood_is_one_line(
    books: str, words: tuple[str, ...], status: int, said: str
) -> None:
    result = run(books, *words)
    assert (status, 1) == (result.exit_code, result.output.count("\n"))
    assert said in result.output
    assert "s3cret" not in result.output


def test_there_must_be_books(tmp_path: Path) -> None:
    result = run(str(tmp_path / "none.db"), "--folder", str(tmp_path))
    assert (1, True) == (result.exit_code, "There are no books at" in result.output)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_goes_on_until_it_is_told_to_stop(books: str, tmp_path: Path, end: int) -> None:
    words = [
        sys.executable,
        "-m",
        "finzcore",
        "deliver",
        books,
        "--folder",
        str(tmp_path / "out"),
        "--forever",
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert "0 webhooks delivered.\n" == process.stdout.readline()
        assert "2 messages sent.\n" == process.stdout.readline()
        assert "Looking again and again, until Ctrl-C.\n" == process.stderr.readline()
        process.send_signal(end)
        try:
            assert ("", "") == process.communicate(timeout=30)
        finally:
            process.kill()
        assert 0 == process.returncode
