"""Files for benchmarks, which are never whole in memory: forms that make their bytes while they are read."""

import io
from typing import Any

import finzcore
from finzcore.api import wsgi
from finzcore.api.multipart import Sent, written

PATH = "/api/public/v1/attachments"
MARK = b"\0mark\0"


class Form(io.RawIOBase):
    """A form with a file of so many zeros."""

    def __init__(self, fields: dict[str, Any], size: int) -> None:
        super().__init__()
        kind, whole = written(fields | {"file": Sent("scan.pdf", MARK, "application/pdf")})
        before, _, after = whole.partition(MARK)
        self.kind = kind
        self.length = len(before) + size + len(after)
        self._parts = [io.BytesIO(before), _Zeros(size), io.BytesIO(after)]

    def read(self, size: int = -1) -> bytes:
        while self._parts:
            if piece := self._parts[0].read(min(size, 2**16) if size >= 0 else 2**16):
                return bytes(piece)
            self._parts.pop(0)
        return b""


class _Zeros(io.RawIOBase):
    def __init__(self, left: int) -> None:
        super().__init__()
        self._left = left

    def read(self, size: int = -1) -> bytes:
        size = min(size, self._left)
        self._left -= size
        return bytes(size)


class Desk:
    """Books with one contact, to whom files are attached through WSGI."""

    def __init__(self, target: str, **chosen: Any) -> None:
        self.engine = finzcore.open(target, **chosen)
        org = self.engine.create_org(name="Acme Traders", state="IN-KA")
        contact = org.contacts.create(contact_name="Asha Stores")["contact_id"]
        self.token = self.engine.mint_pat(org_id=org.org_id).token
        self.fields = {"entity_type": "CONTACT", "entity_id": contact}
        self._application = wsgi(self.engine)

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        told: list[str] = []
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": io.BytesIO()} | more
        return self._application(environ, lambda status, _headers: told.append(status)), told

    def attach(self, size: int) -> str:
        """A file of so many bytes; the path of its link."""
        from json import loads

        form = Form(self.fields, size)
        answer, told = self._ask(
            "POST",
            PATH,
            **{"wsgi.input": form, "CONTENT_TYPE": form.kind, "CONTENT_LENGTH": str(form.length)},
            HTTP_AUTHORIZATION=f"Bearer {self.token}",
        )
        body = b"".join(answer)
        assert told == ["201 Created"], body
        url: str = loads(body)["attachment"]["download_url"]
        return url

    def fetch(self, url: str) -> int:
        """How many bytes a link gives, piece by piece."""
        answer, told = self._ask("GET", url)
        size = sum(len(piece) for piece in answer)
        assert told == ["200 OK"]
        return size

    def close(self) -> None:
        self.engine.close()
