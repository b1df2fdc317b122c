"""Where document numbers come from, and which numbers are lawful (`api.md` §4.2, `gst.md` §8.2).

A number is `<prefix><financial year>-<n>`, as in ``INV-2627-001``. The prefix of an invoice or a
bill is its branch's own; other documents have a fixed one, with the branch's code before it in
every branch but the first; a custom series replaces either. Read from the right a number has only
one meaning, so series with different prefixes never meet.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import attrs

from finzcore.errors import RuleBroken
from finzcore.fiscal import FinancialYear

LONGEST_LAWFUL: Final = 16
"""Characters in the number of a tax invoice, credit note or debit note (CGST Rules, rule 46(b))."""

LONGEST_OTHER: Final = 40
"""Characters in any other number; a bill's is often the vendor's."""

NUMBER_FORM: Final = "[A-Za-z1-9][A-Za-z0-9/-]{0,15}"
"""The form of such a number, as a regular expression."""

NUMBER_HINT: Final = "A number is 1 to 16 letters, digits, - and /, starting with a letter or 1–9."
"""What a refusal of one says."""

SERIES_FORM: Final = "[A-Z1-9][A-Z0-9]{0,5}"
"""The form of a custom series, as a regular expression."""

SERIES_HINT: Final = "A series is 1 to 6 of A–Z and 0–9, not starting with 0."
"""What a refusal of one says."""

_LAWFUL: Final = re.compile(NUMBER_FORM)
_PREFIX: Final = re.compile(r"[A-Z1-9][A-Z0-9/-]{0,8}")
_BRANCH_PREFIX: Final = re.compile(r"[A-Z1-9][A-Z0-9/-]{0,5}")
_SERIES: Final = re.compile(SERIES_FORM)
_BRANCH_CODE: Final = re.compile(r"[A-Z1-9][A-Z0-9]{0,3}")


class DocumentKind(StrEnum):
    """What is numbered."""

    INVOICE = "INVOICE"
    BILL = "BILL"
    ESTIMATE = "ESTIMATE"
    SALES_ORDER = "SALES_ORDER"
    PURCHASE_ORDER = "PURCHASE_ORDER"
    CREDIT_NOTE = "CREDIT_NOTE"
    DEBIT_NOTE = "DEBIT_NOTE"
    JOURNAL = "JOURNAL"
    EXPENSE = "EXPENSE"
    PAYMENT = "PAYMENT"

    @property
    def is_statutory(self) -> bool:
        """Whether the law says what its number looks like: invoices, credit and debit notes."""
        return self in _STATUTORY


_STATUTORY: Final = frozenset({DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE, DocumentKind.DEBIT_NOTE})

FIXED_PREFIXES: Final = {
    DocumentKind.ESTIMATE: "EST-",
    DocumentKind.SALES_ORDER: "SO-",
    DocumentKind.PURCHASE_ORDER: "PO-",
    DocumentKind.CREDIT_NOTE: "CN-",
    DocumentKind.DEBIT_NOTE: "DN-",
    DocumentKind.JOURNAL: "JE-",
    DocumentKind.EXPENSE: "EXP-",
    DocumentKind.PAYMENT: "PAY-",
}
"""Prefixes of what is not numbered by the branch's own invoice or bill prefix."""


def _kind(given: str) -> DocumentKind:
    # Of an enum itself attrs would ask the signature, which takes longer than making the class.
    return DocumentKind(given)


@attrs.frozen(kw_only=True)
class Series:
    """The numbers of one kind of document with one prefix in one financial year.

    RuleBroken, field ``series``, when the prefix could not begin a lawful number.

    >>> series = Series(kind=DocumentKind.INVOICE, prefix="INV-", year=FinancialYear(2026))
    >>> series.number(1), series.number(1000), series.position("INV-2627-042")
    ('INV-2627-001', 'INV-2627-1000', 42)
    """

    kind: DocumentKind = attrs.field(converter=_kind)
    prefix: str
    year: FinancialYear

    def __attrs_post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix):
            raise RuleBroken("The prefix is not one of A–Z, 0–9, - and /.", field="series")

    def number(self, n: int) -> str:
        """The `n`-th number, n from 1, with three digits or more.

        RuleBroken, field ``series``, when an invoice's or a note's would be longer than the law allows.
        """
        assert n >= 1, "numbers are counted from 1"
        number = f"{self.prefix}{self.year.compact}-{n:03d}"
        if self.kind.is_statutory and len(number) > LONGEST_LAWFUL:
            raise RuleBroken(
                f"The number {number} is longer than {LONGEST_LAWFUL} characters.", field="series"
            )
        return number

    def position(self, number: str) -> int | None:
        """Which number of this series `number` is, compared as `number_key` does; None if it is none."""
        start = number_key(f"{self.prefix}{self.year.compact}-")
        key = number_key(number)
        digits = key[len(start) :]
        if not (key.startswith(start) and digits.isascii() and digits.isdigit()):
            return None
        # A written number longer than any counter cannot be ours, and int() of it would be slow.
        if len(digits) < 3 or len(digits) > 18 or (len(digits) > 3 and digits[0] == "0"):
            return None
        return int(digits) or None


def prefix_for(
    kind: DocumentKind,
    *,
    branch_code: str,
    is_first: bool,
    invoice_prefix: str,
    bill_prefix: str,
    series: str | None = None,
) -> str:
    """The prefix of a document's number in a branch, or in a custom `series`.

    >>> mumbai = {"branch_code": "MUM", "is_first": False, "invoice_prefix": "MUM-", "bill_prefix": "MUMB-"}
    >>> prefix_for(DocumentKind.INVOICE, **mumbai), prefix_for(DocumentKind.CREDIT_NOTE, **mumbai)
    ('MUM-', 'MUM-CN-')
    """
    if series is not None:
        return f"{series}-"
    if kind is DocumentKind.INVOICE:
        return invoice_prefix
    if kind is DocumentKind.BILL:
        return bill_prefix
    return FIXED_PREFIXES[kind] if is_first else f"{branch_code}-{FIXED_PREFIXES[kind]}"


def branch_prefixes(code: str, *, is_first: bool) -> tuple[str, str]:
    """The invoice and the bill prefix of a branch that was given none.

    >>> branch_prefixes("HQ", is_first=True), branch_prefixes("MUM", is_first=False)
    (('INV-', 'BILL-'), ('MUM-', 'MUMB-'))
    """
    return ("INV-", "BILL-") if is_first else (f"{code}-", f"{code}B-")


def check_branch_code(code: str, *, field: str = "code") -> None:
    """RuleBroken unless `code` is 1 to 4 of A–Z and 0–9, not starting with 0.

    A branch's notes begin with its code, and no lawful number begins with 0.
    """
    if not _BRANCH_CODE.fullmatch(code):
        raise RuleBroken("A branch code is 1 to 4 of A–Z and 0–9, not starting with 0.", field=field)


def check_prefix(prefix: str, *, field: str) -> None:
    """RuleBroken unless `prefix` is 1 to 6 of A–Z, 0–9, - and /, starting with a letter or 1–9."""
    if not _BRANCH_PREFIX.fullmatch(prefix):
        raise RuleBroken(
            "A prefix is 1 to 6 of A–Z, 0–9, - and /, starting with a letter or 1–9.", field=field
        )


def check_series(series: str, *, field: str = "series") -> None:
    """RuleBroken unless `series` is 1 to 6 of A–Z and 0–9, not starting with 0."""
    if not _SERIES.fullmatch(series):
        raise RuleBroken(SERIES_HINT, field=field)


def clashes(prefix: str, in_use: Iterable[str]) -> bool:
    """Whether `prefix` repeats one of `in_use`, whatever their case.

    >>> clashes("INV-", ["BILL-", "inv-"])
    True
    """
    key = number_key(prefix)
    return any(number_key(other) == key for other in in_use)


def check_override(number: str, *, strict: bool = True, field: str) -> None:
    """RuleBroken on `field` unless `number` may be given by hand.

    Strict, for invoices and notes (`DocumentKind.is_statutory`): 1 to 16 of letters, digits, - and
    /, the first a letter or 1–9, so a number of nothing but zeros is refused too. Otherwise: 1 to
    40 printable characters that are not all blank.
    """
    if strict:
        if not _LAWFUL.fullmatch(number):
            raise RuleBroken(NUMBER_HINT, field=field)
    elif not (number.strip() and len(number) <= LONGEST_OTHER and number.isprintable()):
        raise RuleBroken("A number is 1 to 40 printable characters.", field=field)


def number_key(number: str) -> str:
    """The form in which numbers are compared; they are kept as given.

    >>> number_key("inv-2627-001")
    'INV-2627-001'
    """
    return number.upper()
