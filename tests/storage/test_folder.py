"""Blobs in a folder: complete or not there, and nowhere else."""

import io
from pathlib import Path

import pytest

from finzcore.storage.folder import BlobFolder

KEY = "orgs/1/attachments/BILL/7/uuid-बिल May.pdf"


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_blob_is_kept_and_given_back_from_its_beginning(tmp_path: Path) -> None:
    blobs = BlobFolder(tmp_path / "files")
    file = io.BytesIO(b"Paid in full")
    file.seek(7)
    blobs.put(KEY, file)
    assert [f"files/{KEY}"] == files(tmp_path)
    with blobs.open(KEY) as found:
        assert b"Paid in full" == found.read()


def test_a_blob_that_is_put_again_is_the_last_one(tmp_path: Path) -> None:
    blobs = BlobFolder(tmp_path)
    for said in (b"one", b"two"):
        blobs.put(KEY, io.BytesIO(said))
    with blobs.open(KEY) as found:
        assert b"two" == found.read()
    assert [KEY] == files(tmp_path)


def test_a_put_that_breaks_off_has_no_name(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise OSError("gone")
            return super().read(3)

    blobs = BlobFolder(tmp_path)
    with pytest.raises(OSError, match="gone"):
        blobs.put(KEY, Broken(b"more than three"))
    with pytest.raises(FileNotFoundError):
        blobs.open(KEY)
    assert ["orgs/1/attachments/BILL/7/.uuid-बिल May.pdf.part"] == files(tmp_path)
    blobs.remove(KEY)
    assert [] == files(tmp_path)


def test_what_is_not_there_is_removed_without_a_word(tmp_path: Path) -> None:
    BlobFolder(tmp_path).remove(KEY)
    assert [] == files(tmp_path)


@pytest.mark.parametrize(
    "key",
    ["", "/etc/passwd", "../a", "a/../b", "a//b", "a/./b", "a\\b", "C:\\a", "a/b\0", "a/", "c:d", 'a"b'],
)
@pytest.mark.parametrize("verb", ["put", "open", "remove"])
def test_no_key_leads_out_of_the_folder(tmp_path: Path, key: str, verb: str) -> None:
    blobs = BlobFolder(tmp_path / "files")
    given = (io.BytesIO(b"x"),) if verb == "put" else ()
    with pytest.raises(ValueError, match="is no key of a blob"):
        getattr(blobs, verb)(key, *given)
    assert [] == files(tmp_path)
