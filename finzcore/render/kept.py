"""What was drawn, kept in memory for whoever asks for the same again."""

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from finzcore.digests import sha256
from finzcore.render.drawing import draw

MOST_BYTES: Final = 32 * 2**20
"""What is kept of an engine's drawings together."""


class Drawing(NamedTuple):
    """A document as PDF, and whether it was drawn just now."""

    body: bytes
    fresh: bool


class Drawings:
    """Drawings by what is on them. Threads may share it; the oldest go when there are too many bytes.

    The key is the printout itself, digested with the template: another version of a document is another
    printout, and so is the same one after the bank account beside it has changed.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def of(self, org_id: int, version: int, printout: Mapping[str, Any], template: str) -> Drawing:
        """The drawing of one version of an organisation's document; drawn unless it is there.

        Two threads that ask for the same at once may both draw it, which gives the same bytes.
        """
        said = [org_id, version, template, printout]
        key = sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode())
        with self._lock:
            if (body := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return Drawing(body, fresh=False)
        body = draw(printout, template)
        self._keep(key, body)
        return Drawing(body, fresh=True)

    def _keep(self, key: bytes, body: bytes) -> None:
        with self._lock:
            if key in self._kept or len(body) > self._most:
                return
            self._kept[key] = body
            self._bytes += len(body)
            while self._bytes > self._most:
                _key, gone = self._kept.popitem(last=False)
                self._bytes -= len(gone)

    def __len__(self) -> int:
        return len(self._kept)
