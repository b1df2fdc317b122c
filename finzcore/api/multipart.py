"""Forms with files, ``multipart/form-data``, read piece by piece (RFC 7578, RFC 2046 §5.1).

Read in this order: `read_form` (a form as a body of fields and files), `parts` (its parts, one after the
other), `_Stream` (bytes up to a mark), `written` (a form as a client sends it). No part is ever held as a
whole but the short ones: a file goes to a temporary one on the way.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeGuard

from finzcore.api.reading import check_texts
from finzcore.books.shapes import plan_of
from finzcore.books.upload import FileKind, Intake, Upload
from finzcore.errors import Unreadable, UnsupportedMedia

if TYPE_CHECKING:
    from email.message import Message

MEDIA: Final = "multipart/form-data"
FIELD_BYTES: Final = 2**16
"""Bytes of all fields together that are no files."""

_PARTS: Final = 50
_HEAD_BYTES: Final = 2**13
_LINE_BYTES: Final = 2**10
_BOUNDARY: Final = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]", re.ASCII)
_BARE: Final = frozenset({"binary", "8bit", "7bit"})
_ESCAPED: Final = (("%22", '"'), ("%0D", "\r"), ("%0A", "\n"))
"""What browsers write for three characters of a name, and for no others."""


class Part(NamedTuple):
    """One part of a form: what its head says, and its bytes, to be read before the next part is."""

    name: str
    filename: str | None
    content_type: str
    pieces: Iterator[bytes]


class _Stream:
    """Bytes that come in pieces, read up to a mark."""

    def __init__(self, pieces: Iterable[bytes], before: bytes = b"") -> None:
        self._pieces = iter(pieces)
        self._held = before

    def _more(self) -> None:
        piece = next(self._pieces, b"")
        if not piece:
            raise Unreadable("The form ends before it is complete.")
        self._held += piece

    def until(self, mark: bytes) -> Iterator[bytes]:
        """What stands before the mark, which is read too."""
        kept = len(mark) - 1
        while (at := self._held.find(mark)) < 0:
            if len(self._held) > kept:
                piece, self._held = self._held[:-kept], self._held[-kept:]
                yield piece
            self._more()
        piece, self._held = self._held[:at], self._held[at + len(mark) :]
        if piece:
            yield piece

    def short(self, mark: bytes, most: int) -> bytes:
        """The same at once, where it is at most so many bytes."""
        found = b""
        for piece in self.until(mark):
            found += piece
            if len(found) > most:
                raise Unreadable("The head of a part of the form is too long.", details={"limit": most})
        return found

    def is_next(self, mark: bytes) -> bool:
        """Whether the mark comes next; then it is read."""
        while len(self._held) < len(mark):
            self._more()
        if not self._held.startswith(mark):
            return False
        self._held = self._held[len(mark) :]
        return True


def parts(pieces: Iterable[bytes], boundary: str) -> Iterator[Part]:
    """The parts of a form. Unreadable for what is no form, or ends too early."""
    mark = b"\r\n--" + boundary.encode()
    # The first mark may stand at the very beginning, without a line before it.
    stream = _Stream(pieces, b"\r\n")
    for _ in stream.until(mark):
        pass
    count = 0
    while not stream.is_next(b"--"):
        if stream.short(b"\r\n", _LINE_BYTES).strip(b" \t"):
            raise Unreadable("The boundary of the form occurs within a part.")
        count += 1
        if count > _PARTS:
            raise Unreadable("The form has too many parts.", details={"limit": _PARTS})
        part = _headed(stream, mark)
        yield part
        for _ in part.pieces:
            pass


def _headed(stream: _Stream, mark: bytes) -> Part:
    from email.parser import HeaderParser

    try:
        head = stream.short(b"\r\n\r\n", _HEAD_BYTES).decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("The head of a part of the form is not UTF-8.") from None
    said = HeaderParser().parsestr(head)
    if said.get_content_disposition() != "form-data":
        raise Unreadable("A part of the form is no form-data.")
    name = _parameter(said, "name")
    if name is None:
        raise Unreadable("A part of the form has no name.")
    if str(said.get("content-transfer-encoding", "binary")).strip().lower() not in _BARE:
        raise Unreadable("A part of the form is encoded.", field=name[:100])
    return Part(name, _parameter(said, "filename"), str(said.get("content-type", "")), stream.until(mark))


def _parameter(said: "Message", wanted: str) -> str | None:
    """A parameter of the disposition, in the spelling of RFC 5987 if it has one; None without it."""
    from email.utils import collapse_rfc2231_value

    pairs: list[tuple[str, Any]] = said.get_params([], "content-disposition")
    values = [value for name, value in pairs if name.lower() == wanted]
    spelled = [value for value in values if isinstance(value, tuple)]
    if spelled:
        return collapse_rfc2231_value(spelled[0])
    if not values:
        return None
    plain = str(values[0])
    for escape, meant in _ESCAPED:
        plain = plain.replace(escape, meant)
    return plain


def read_form(
    pieces: Iterable[bytes], content_type: str | None, content_encoding: str | None, shape: type
) -> dict[str, Any]:
    """A form as a body: its fields as text, and the files that the shape takes, each an `Upload`, which are
    the caller's to close.

    UnsupportedMedia for another type, Unreadable for what is no form, a name twice, too much text, and a
    file that is too large. What the shape does not know is read past.
    """
    boundary = _boundary(content_type, content_encoding)
    files = {name for name, (_, spec) in plan_of(shape).names.items() if isinstance(spec.kind, FileKind)}
    body: dict[str, Any] = {}
    left = FIELD_BYTES
    with ExitStack() as if_it_fails:
        for part in parts(pieces, boundary):
            if part.filename == "" or (part.filename is not None and part.name not in files):
                continue  # a browser sends the first where no file was chosen
            if part.name in body:
                raise Unreadable("The field is given twice.", field=part.name[:100])
            if part.filename is not None:
                body[part.name] = upload = _file(part)
                if_it_fails.callback(upload.close)
                continue
            text = _text(part, left)
            left -= len(text)
            body[part.name] = _decoded(text, part.name)
        check_texts({name: value for name, value in body.items() if isinstance(value, str)})
        if_it_fails.pop_all()
    return body


def _boundary(content_type: str | None, content_encoding: str | None) -> str:
    from email.message import Message

    if content_encoding and content_encoding.lower() != "identity":
        raise UnsupportedMedia("The body must not be encoded.", field="Content-Encoding")
    said = Message()
    said["Content-Type"] = content_type or ""
    if said.get_content_type() != MEDIA:
        raise UnsupportedMedia(field="Content-Type", details={"supported": MEDIA})
    boundary = said.get_param("boundary")
    if not isinstance(boundary, str) or not _BOUNDARY.fullmatch(boundary):
        raise Unreadable("The type of the body names no boundary.", field="Content-Type")
    return boundary


def _file(part: Part) -> Upload:
    with Intake() as intake:
        for piece in part.pieces:
            intake.take(piece)
        return intake.upload(part.filename or "", part.content_type)


def _text(part: Part, most: int) -> bytes:
    found = b""
    for piece in part.pieces:
        found += piece
        if len(found) > most:
            raise Unreadable("The fields of the form are too long.", details={"limit": FIELD_BYTES})
    return found


def _decoded(text: bytes, name: str) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("The field is not UTF-8.", field=name[:100]) from None


# ----- as a client sends it -----


class Sent(NamedTuple):
    """A file as a client sends it."""

    filename: str
    bytes: bytes
    content_type: str = "application/octet-stream"


def has_file(body: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether a body can only be sent as a form."""
    return isinstance(body, Mapping) and any(isinstance(value, Sent) for value in body.values())


def shown(body: Mapping[str, Any]) -> dict[str, Any]:
    """A form whose files are text, as JSON can show it."""
    return {name: one.bytes.decode() if isinstance(one, Sent) else one for name, one in body.items()}


def written(body: Mapping[str, Any], boundary: str = "finzcore-7d1f9c2e4b") -> tuple[str, bytes]:
    """A form as a client sends it: its content type, and its bytes, for tests and examples.

    >>> kind, sent = written({"entity_type": "INVOICE"}, "x")
    >>> kind, sent.split(b"\\r\\n")[:2]
    ('multipart/form-data; boundary=x', [b'--x', b'Content-Disposition: form-data; name="entity_type"'])
    """
    lines = []
    for name, value in body.items():
        head = f'Content-Disposition: form-data; name="{name}"'
        text = value
        if isinstance(value, Sent):
            text = value.bytes
            head += f'; filename="{_escaped(value.filename)}"\r\nContent-Type: {value.content_type}'
        raw = text if isinstance(text, bytes) else str(text).encode()
        lines.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + raw + b"\r\n")
    return f"{MEDIA}; boundary={boundary}", b"".join(lines) + f"--{boundary}--\r\n".encode()


def _escaped(name: str) -> str:
    for escape, meant in _ESCAPED:
        name = name.replace(meant, escape)
    return name
