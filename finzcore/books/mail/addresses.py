"""Who may be written to, and what may stand in a header: by a strict grammar, and on one line
(`reliability.md` §20)."""

import re
from typing import Any, Final

from finzcore.books.kinds import Text, Wrong
from finzcore.declared import declared

_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LAST: Final = "[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
ADDRESS: Final = rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LAST}"
"""The dot-atom form of RFC 5321 §4.1.2, and a domain name with a dot: no quoted names, no comments, no
addresses in brackets, nothing beyond ASCII."""

LONGEST: Final = 254
"""No path of SMTP holds a longer address (RFC 5321 §4.5.3.1.3)."""

_FORM: Final = re.compile(ADDRESS, re.ASCII)
_BREAKS: Final = re.compile(r"[\r\n]")


def is_address(text: str) -> bool:
    """Whether mail may be sent to, or from, such an address.

    >>> is_address("accounts@asha.example"), is_address("Asha <accounts@asha.example>")
    (True, False)
    """
    return len(text) <= LONGEST and _FORM.fullmatch(text) is not None


def _on_one_line(raw: Any) -> None:
    # Before anything is trimmed: whoever sends a line break in a header means no good by it.
    if isinstance(raw, str) and _BREAKS.search(raw):
        raise Wrong("Must not contain line breaks.")


@declared
class Address(Text):
    """One address."""

    most: int = LONGEST
    pattern: str | None = ADDRESS
    hint: str = "Must be an address such as accounts@asha.example."

    def read(self, raw: Any, org: int) -> str:
        """The address as it was written, without the blanks around it."""
        _on_one_line(raw)
        value = super().read(raw, org)
        if not value:
            raise Wrong(self.hint)
        return value


@declared
class HeaderText(Text):
    """Text for a header: one line, and nothing in it that a reader of headers would decode."""

    def read(self, raw: Any, org: int) -> str:
        """Trimmed, NFC."""
        _on_one_line(raw)
        value = super().read(raw, org)
        if "=?" in value:
            raise Wrong("Must not contain '=?', which mail programs decode.")
        return value


def shown_in_header(text: str) -> str:
    """Text of the books, such as a name, as a header may show it.

    >>> shown_in_header("Kaveri =?Traders")
    'Kaveri = ?Traders'
    """
    return " ".join(text.replace("=?", "= ?").split())
