"""Attachments through `handle` and in Python: what comes in comes out, and what is refused leaves nothing.

Every test runs with the files in the books and with the files in a folder, on both engines.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import finzcore
from finzcore.api.multipart import Sent, written
from finzcore.books.entities import RESOURCE_OF
from finzcore.books.files import PIECE
from finzcore.books.history import EVENTS
from finzcore.books.registry import RESOURCES
from finzcore.books.upload import MOST_BYTES
from finzcore.errors import NotFound, Unreadable
from finzcore.testing import Call, FrozenClock
from tests.api.filing import IN_A_FOLDER, KIND, PLACES, Filing, opened
from tests.tampering import laid_open
from tests.trade import Trade

UNREADABLE = "validation.failed"
REQUIRED = "validation.required_field"
INVALID = "validation.invalid_value"
NOT_FOUND = "not_found.resource"


@pytest.fixture(params=PLACES)
def filing(
    request: pytest.FixtureRequest, target: str, clock: FrozenClock, tmp_path: Path
) -> Iterator[Filing]:
    folder = tmp_path / "files"
    blobs = finzcore.BlobFolder(folder) if request.param == IN_A_FOLDER else None
    with opened(target, clock, blobs) as engine:
        yield Filing(engine, folder)


# ----- in and out -----


@pytest.mark.parametrize("size", [1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7])
def test_a_file_comes_out_as_it_went_in(filing: Filing, size: int) -> None:
    file = bytes(at * 7 % 251 for at in range(1000)) * (size // 1000 + 1)
    made = filing.attach(file[:size])
    assert file[:size] == filing.follow(made["download_url"]).body
    with filing.org.attachments.open(made["attachment_id"]) as found:
        assert file[:size] == found.read()
    assert (size, size) == (made["size_bytes"], filing.kept())
    assert [] == filing.engine.verify()


def test_an_attachment_says_what_it_is(filing: Filing) -> None:
    made = filing.attach(description="Line one\r\nLine two")
    user = made["uploaded_by_user_id"]
    assert {
        "attachment_id": made["attachment_id"],
        "entity_type": "CONTACT",
        "entity_id": filing.contact,
        "filename": "receipt.pdf",
        "content_type": "application/pdf",
        "size_bytes": 12,
        "description": "Line one\nLine two",
        "download_url": made["download_url"],
        "uploaded_by_user_id": filing.call.ok("GET", "/whoami")["token"]["user_id"],
        "created_time": "2026-05-19T05:00:00Z",
    } == made
    assert "attachment_id" == next(iter(made))
    assert user.startswith("usr_")
    assert made == filing.call.ok("GET", f"/attachments/{made['attachment_id']}")["attachment"]


def test_a_list_has_the_attachments_of_one_thing_newest_first(filing: Filing) -> None:
    first, second = filing.attach(b"1")["attachment_id"], filing.attach(b"2")["attachment_id"]
    other = filing.org.contacts.create(contact_name="Bela Foods")["contact_id"]
    filing.attach(b"3", entity_id=other)
    assert [second, first] == filing.listed()
    pages = filing.org.attachments.all(entity_type="CONTACT", entity_id=filing.contact, per_page=1)
    assert [second, first] == [one["attachment_id"] for one in pages]
    invoice = filing.org.attachments.list(entity_type="INVOICE", entity_id=filing.contact)
    assert [] == list(invoice)


def test_each_kind_of_thing_takes_attachments(filing: Filing) -> None:
    trade = Trade(filing.call, filing.org)
    invoice = trade.invoice(filing.contact, 100)
    payment = trade.receive(filing.contact, 40)
    note = trade.note(filing.contact, 10)
    ids = {
        "CONTACT": filing.contact,
        "INVOICE": invoice["invoice_id"],
        "PAYMENT": payment["payment_id"],
        "CREDIT_NOTE": note["credit_note_id"],
        "JOURNAL": invoice["journal_id"],
    }
    for word, shown in ids.items():
        made = filing.attach(entity_type=word.lower(), entity_id=shown)
        assert (word, shown) == (made["entity_type"], made["entity_id"])
        (listed,) = filing.org.attachments.list(entity_type=word, entity_id=shown)
        assert made["attachment_id"] == listed["attachment_id"]


@pytest.mark.parametrize(
    ("said", "kept", "media"),
    [
        ("receipt.pdf", "receipt.pdf", "application/pdf"),
        ("../../etc/passwd", "passwd", "application/octet-stream"),
        ("C:\\Bills\\May.PDF", "May.PDF", "application/pdf"),
        ("बिल मई.png", "बिल मई.png", "image/png"),
        ("a \"b\" 'c'.csv", "a b c.csv", "text/csv"),
        ("line\r\nX-Evil: 1.txt", "lineX-Evil 1.txt", "text/plain"),
        ("gnp.\u202etxt.exe", "gnp.txt.exe", "application/octet-stream"),
        ("page.html", "page.html", "application/octet-stream"),
        ("n" * 300 + ".pdf", "n" * 196 + ".pdf", "application/pdf"),
        ("क" * 100 + ".pdf", "क" * 65 + ".pdf", "application/pdf"),
        ("..", "file", "application/octet-stream"),
    ],
)
def test_a_name_is_a_label_and_a_type_is_of_the_list(
    filing: Filing, said: str, kept: str, media: str
) -> None:
    made = filing.attach(Sent(said, b"x", "text/html"))
    assert (kept, media) == (made["filename"], made["content_type"])
    assert b"x" == filing.follow(made["download_url"]).body


def test_a_field_may_name_the_file_instead(filing: Filing) -> None:
    assert "bill.pdf" == filing.attach(Sent("tmp123", b"x"), filename="bill.pdf")["filename"]


def test_python_takes_bytes_and_binary_files(filing: Filing, tmp_path: Path) -> None:
    scan = tmp_path / "scan.jpg"
    scan.write_bytes(b"JPEG")
    whose = {"entity_type": "CONTACT", "entity_id": filing.contact}
    with scan.open("rb") as file:
        one = filing.org.attachments.create(file=file, **whose)
    two = filing.org.attachments.create(file=b"More", filename="more.txt", description="Notes", **whose)
    three = filing.org.attachments.create(file=io.BytesIO(b"No name"), **whose)
    assert [("scan.jpg", "image/jpeg"), ("more.txt", "text/plain"), ("file", "application/octet-stream")] == [
        (made["filename"], made["content_type"]) for made in (one, two, three)
    ]
    assert (4, None) == (one["size_bytes"], one["uploaded_by_user_id"])


@pytest.mark.parametrize("given", ["text", 7, io.StringIO("text")])
def test_python_refuses_what_is_no_bytes(filing: Filing, given: Any) -> None:
    with pytest.raises(TypeError, match="file"):
        filing.org.attachments.create(file=given, entity_type="CONTACT", entity_id=filing.contact)
    assert 0 == filing.kept()


def test_python_is_refused_a_file_that_is_missing_or_too_large(filing: Filing) -> None:
    whose = {"entity_type": "CONTACT", "entity_id": filing.contact}
    for given in ({}, {"file": b""}, {"file": bytes(MOST_BYTES + 1)}):
        with pytest.raises(Unreadable) as refused:
            filing.org.attachments.create(**given, **whose)
        assert "file" == refused.value.field
    assert ([], 0) == (filing.listed(), filing.kept())


# ----- how much -----


def test_25_mib_are_taken(filing: Filing) -> None:
    answer = filing.send(25 * 1024 * 1024)
    assert (201, 26_214_400) == (answer.status, answer.json()["attachment"]["size_bytes"])
    given = filing.follow(answer.json()["attachment"]["download_url"])
    assert 26_214_400 == sum(len(piece) for piece in given.chunks)


def test_one_byte_more_is_refused_and_nothing_is_kept(filing: Filing) -> None:
    answer = filing.send(25 * 1024 * 1024 + 1)
    said = answer.json()
    assert (422, UNREADABLE, "file") == (answer.status, said["code"], said["field"])
    assert {"limit": 26_214_400} == said["details"]
    assert ([], 0, []) == (filing.listed(), filing.kept(), filing.strays())


def test_a_length_that_says_too_much_is_refused_before_a_byte_is_read(filing: Filing) -> None:
    answer = filing.send(10, **{"Content-Length": "99999999"})
    assert (422, "file") == (answer.status, answer.json()["field"])


# ----- what is refused -----


def test_what_is_missing_is_told_all_at_once(filing: Filing) -> None:
    answer = filing.call("POST", "/attachments", {"file": Sent("", b"")})
    faults = [(one["code"], one["field"]) for one in answer.json()["details"]["errors"]]
    assert 422 == answer.status
    assert [(UNREADABLE, "file"), (REQUIRED, "entity_type"), (REQUIRED, "entity_id")] == faults


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"entity_type": "ITEM"}, (400, INVALID, "entity_type")),
        ({"entity_type": ""}, (400, REQUIRED, "entity_type")),
        ({"entity_id": ""}, (400, REQUIRED, "entity_id")),
        ({"entity_id": "ct_1"}, (404, NOT_FOUND, "entity_id")),
        ({"entity_type": "INVOICE"}, (404, NOT_FOUND, "entity_id")),
        ({"description": "x" * 501}, (400, INVALID, "description")),
        ({"description": "\0"}, (422, UNREADABLE, None)),
        ({"description": "x" * 70_000}, (422, UNREADABLE, None)),
        ({"file": Sent("empty.pdf", b"")}, (422, UNREADABLE, "file")),
        ({"file": "no file"}, (422, UNREADABLE, "file")),
    ],
)
def test_a_form_is_refused_and_nothing_is_kept(
    filing: Filing, more: dict[str, Any], refusal: tuple[int, str, str | None]
) -> None:
    body = filing.form() | more
    kind, raw = written(body)
    headers = {"Content-Type": kind}
    assert refusal == filing.call.refused("POST", "/attachments", raw, headers=headers)
    assert ([], 0) == (filing.listed(), filing.kept())


@pytest.mark.parametrize("word", RESOURCE_OF)
def test_of_each_kind_an_unknown_and_a_foreign_id_are_the_same(filing: Filing, word: str) -> None:
    theirs = filing.engine.create_org(name="Somebody Else", state="IN-KA")
    stranger = theirs.contacts.create(contact_name="Gita")["contact_id"]
    said = []
    for shown in (stranger, "ct_" + "0" * 32, "nonsense"):
        answer = filing.call("POST", "/attachments", filing.form(entity_type=word, entity_id=shown))
        problem = answer.json()
        said.append((answer.status, problem["code"], problem["field"], problem["message"].replace(shown, "")))
        assert [] == list(filing.org.attachments.list(entity_type=word, entity_id=shown))
    assert 1 == len(set(said))
    assert (404, NOT_FOUND, "entity_id") == said[0][:3]
    assert 0 == filing.kept()
    assert word in RESOURCE_OF and (RESOURCE_OF[word] in RESOURCES or said[0][3].startswith(word[0]))


def test_an_attachment_of_somebody_else_is_not_there(filing: Filing) -> None:
    made = filing.attach()["attachment_id"]
    theirs = filing.engine.create_org(name="Somebody Else", state="IN-KA")
    call = Call(filing.engine, filing.engine.mint_pat(org_id=theirs.org_id).token)
    for method in ("GET", "DELETE"):
        assert (404, NOT_FOUND, "attachment_id") == call.refused(method, f"/attachments/{made}")
    with pytest.raises(NotFound):
        theirs.attachments.open(made)
    assert [made] == filing.listed()


def test_a_list_needs_to_be_told_of_what(filing: Filing) -> None:
    assert (400, REQUIRED, "entity_type") == filing.call.refused("GET", "/attachments")
    query = "/attachments?entity_type=ITEM&entity_id=x"
    assert (400, INVALID, "entity_type") == filing.call.refused("GET", query)


def test_another_type_of_body_is_refused(filing: Filing) -> None:
    answer = filing.call("POST", "/attachments", {"entity_type": "CONTACT"})
    assert (415, UNREADABLE) == (answer.status, answer.json()["code"])
    form = written(filing.form())[1]
    encoded = {"Content-Type": KIND, "Content-Encoding": "gzip"}
    assert 415 == filing.call("POST", "/attachments", form, headers=encoded).status


def test_without_its_scope_a_token_attaches_nothing(filing: Filing) -> None:
    scopes = ["AIBooks.attachments.READ"]
    reader = filing.engine.mint_pat(org_id=filing.org.org_id, scopes=scopes).token
    assert 403 == filing.send(10, reader).status
    assert 0 == filing.kept()


# ----- sent again -----


def test_a_key_replays_the_same_file_whatever_the_boundary(filing: Filing) -> None:
    answers = []
    for boundary in ("one", "another"):
        kind, raw = written(filing.form(), boundary)
        headers = {"Content-Type": kind}
        answers.append(filing.call("POST", "/attachments", raw, key="scan-1", headers=headers))
    first, again = answers
    assert (201, None) == (first.status, first.header("Idempotency-Replayed"))
    assert (201, "true") == (again.status, again.header("Idempotency-Replayed"))
    assert first.body == again.body
    assert (1, 12) == (len(filing.listed()), filing.kept())


@pytest.mark.parametrize(
    "other",
    [
        {"file": Sent("receipt.pdf", b"Paid in part", "application/pdf")},
        {"file": Sent("other.pdf", b"Paid in full", "application/pdf")},
        {"description": "Another"},
    ],
)
def test_a_key_covers_the_bytes_of_the_file(filing: Filing, other: dict[str, Any]) -> None:
    filing.call.ok("POST", "/attachments", filing.form(), key="scan-1")
    reused = filing.call.refused("POST", "/attachments", filing.form() | other, key="scan-1")
    assert (422, "idempotency.key_reused", "Idempotency-Key") == reused
    assert (1, 12) == (len(filing.listed()), filing.kept())


def test_a_kept_refusal_is_replayed_and_keeps_no_file(filing: Filing) -> None:
    form = filing.form(entity_id="ct_" + "0" * 32)
    first = filing.call("POST", "/attachments", form, key="scan-1")
    again = filing.call("POST", "/attachments", form, key="scan-1")
    assert (404, first.body, "true") == (again.status, again.body, again.header("Idempotency-Replayed"))
    assert 0 == filing.kept()


def test_python_replays_too(filing: Filing) -> None:
    given = {"entity_type": "CONTACT", "entity_id": filing.contact, "idempotency_key": "scan-1"}
    first = filing.org.attachments.create(file=b"One", **given)
    again = filing.org.attachments.create(file=io.BytesIO(b"One"), **given)
    assert first["attachment_id"] == again["attachment_id"]
    assert (1, 3) == (len(filing.listed()), filing.kept())


# ----- the end -----


def test_a_deleted_attachment_takes_its_file_along(filing: Filing) -> None:
    kept, gone = filing.attach(b"kept"), filing.attach(b"x" * 3 * PIECE)
    path = f"/attachments/{gone['attachment_id']}"
    assert "The attachment has been deleted." == filing.call.ok("DELETE", path)["message"]
    assert ([kept["attachment_id"]], 4) == (filing.listed(), filing.kept())
    assert 404 == filing.follow(gone["download_url"]).status
    assert (404, NOT_FOUND, "attachment_id") == filing.call.refused("DELETE", path)


def test_a_file_that_is_deleted_while_it_is_read_ends_as_an_error(filing: Filing) -> None:
    made = filing.attach(bytes(4 * PIECE))
    pieces = filing.follow(made["download_url"]).chunks
    assert PIECE == len(next(pieces))
    filing.org.attachments.delete(made["attachment_id"])
    if filing.files() or not filing.folder.exists():  # an open file of a folder is there until it is closed
        with pytest.raises(OSError, match="too early"):
            list(pieces)
    getattr(pieces, "close")()  # noqa: B009 - of an iterator it is not known


def test_what_is_undone_leaves_no_file(filing: Filing) -> None:
    whose = {"entity_type": "CONTACT", "entity_id": filing.contact}
    with pytest.raises(ZeroDivisionError), filing.org.transaction():
        made = filing.org.attachments.create(file=bytes(2 * PIECE), **whose)
        with filing.org.attachments.open(made["attachment_id"]) as file:
            assert 2 * PIECE == len(file.read())
        raise ZeroDivisionError
    assert ([], 0, []) == (filing.listed(), filing.kept(), filing.strays())


def test_several_files_are_one_commit(filing: Filing) -> None:
    whose = {"entity_type": "CONTACT", "entity_id": filing.contact}
    old = filing.attach(b"old")
    with filing.org.transaction():
        filing.org.attachments.create(file=b"new", **whose)
        with pytest.raises(NotFound):
            filing.org.attachments.create(file=b"lost", **whose | {"entity_id": "ct_1"})
        filing.org.attachments.delete(old["attachment_id"])
    (left,) = filing.listed()
    with filing.org.attachments.open(left) as file:
        assert b"new" == file.read()
    assert [] == filing.engine.verify()


def test_events_stand_in_the_stream_of_the_document(filing: Filing) -> None:
    made = filing.attach()
    filing.org.attachments.delete(made["attachment_id"])
    with filing.engine.store.read(filing.org._key) as session:
        rows = session.find(EVENTS, ascending=True)[-2:]
    assert [
        ("ATTACHMENT_CREATED", "CONTACT_ATTACHMENT_ADDED", "Asha Stores", "PUBLIC_API"),
        ("ATTACHMENT_DELETED", "CONTACT_ATTACHMENT_DELETED", "Asha Stores", "DASHBOARD"),
    ] == [(row["event_type"], row["action"], row["entity_ref"], row["source"]) for row in rows]
    assert (
        f'{{"id":"{made["attachment_id"]}","entity_type":"CONTACT","entity_id":"{filing.contact}",'
        '"filename":"receipt.pdf"}'
    ) == rows[0]["data"]


def test_a_copy_of_the_books_has_the_files_that_are_in_them(filing: Filing, tmp_path: Path) -> None:
    made = filing.attach(bytes(range(256)) * 2048)
    filing.engine.backup(str(tmp_path / "copy.db"))
    filing.engine.export_org(filing.org.org_id, str(tmp_path / "own.db"))
    inside = not filing.files()
    for copy in ("copy.db", "own.db"):
        blobs = None if inside else finzcore.BlobFolder(filing.folder)
        with finzcore.open(str(tmp_path / copy), blobs=blobs) as other:
            org = other.org(filing.org.org_id)
            with org.attachments.open(made["attachment_id"]) as file:
                assert bytes(range(256)) * 2048 == file.read()


# ----- proved -----


@pytest.mark.parametrize(
    ("change", "found"),
    [("DELETE FROM blob_pieces WHERE piece = 2", "524288"), ("DELETE FROM blob_pieces", "0")],
)
def test_bytes_that_are_missing_in_the_books_are_noticed(
    target: str, clock: FrozenClock, tmp_path: Path, change: str, found: str
) -> None:
    with opened(target, clock) as engine:
        filing = Filing(engine, tmp_path)
        filing.attach(bytes(3 * PIECE))
        with laid_open(target) as bare:
            bare.execute(change)
        (problem,) = engine.verify()
        assert ("attachment.incomplete", "786432", found) == (problem.check, problem.expected, problem.found)
