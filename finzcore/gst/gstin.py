"""GSTIN, the number of a person registered under GST: fifteen characters (`gst.md` §1).

State number, PAN (or what stands in its place), entity number, a letter for the form, check
character. Four levels of checking: the shape, the state, the PAN's holder type and serial, the check
character. The first two always apply; genuine-looking sample numbers fail the others, so these
follow the preference `validateGstinChecksum` (`api.md` §1.14).
"""

import enum
import re
from typing import Final

from attrs import field, frozen

from finzcore.errors import RuleBroken
from finzcore.gst.states import OVERSEAS, by_number


class Form(enum.Enum):
    """What kind of registration the shape of a number tells (`gst.md` §1.2)."""

    REGULAR = "regular"
    """Also composition, SEZ, casual, input service distributor, deemed-export unit."""
    GOVERNMENT = "government"
    """A department's identity; treated as regular."""
    UIN = "uin"
    """A body of the United Nations or an embassy; recipient only."""
    TDS = "tds"
    """A deductor under section 51."""
    TCS = "tcs"
    """An e-commerce operator collecting under section 52."""
    NON_RESIDENT = "non_resident"
    """A non-resident taxable person."""
    OIDAR = "oidar"
    """A supplier of online services from abroad."""


_SHAPES: Final = tuple(
    (form, re.compile(shape))
    for form, shape in (
        # The specific forms come first: the regular shape also admits C and D in 14th place.
        (Form.OIDAR, r"99[0-9]{2}[A-Z]{3}[0-9]{5}OS[0-9A-Z]"),
        (Form.NON_RESIDENT, r"[0-9]{4}[A-Z]{3}[0-9]{5}NR[0-9A-Z]"),
        (Form.UIN, r"[0-9]{4}[A-Z]{3}[0-9]{5}[UO]N[A-Z0-9]"),
        (Form.TCS, r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]C[0-9A-Z]"),
        (Form.TDS, r"[0-9]{2}[A-Z]{4}[A-Z0-9][0-9]{4}[A-Z][1-9A-Z]D[0-9A-Z]"),
        (Form.GOVERNMENT, r"[0-9]{2}[A-Z]{4}[0-9]{5}[A-Z][0-9]Z[0-9]"),
        (Form.REGULAR, r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z][Z1-9A-J][0-9A-Z]"),
    )
)

_WITHOUT_STATE: Final = frozenset({Form.OIDAR, Form.NON_RESIDENT})

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_VALUES: Final = {character: value for value, character in enumerate(_ALPHABET)}

_PAN: Final = re.compile(r"[A-Z]{5}[0-9]{4}[A-Z]")

_HOLDERS: Final = frozenset("ABCFGHJLPT")
"""AOP, BOI, company, firm, government, HUF, artificial juridical, local authority, person, trust."""


@frozen(kw_only=True)
class Gstin:
    """A number whose shape and state have been checked; the rest is read off its text.

    `state` is the GST number of the state, 25 and 28 read as 26 and 37, None behind the prefix 99.
    `pan` is None where the number is not built on a PAN.
    """

    text: str
    form: Form = field(init=False)
    state: int | None = field(init=False)
    pan: str | None = field(init=False)

    @form.default
    def _read_form(self) -> Form:
        form = form_of(self.text)
        if form is None:
            raise _refusal(_what_is_wrong(self.text), self.text)
        return form

    @state.default
    def _read_state(self) -> int | None:
        return _state_of(self.text, self.form)

    @pan.default
    def _read_pan(self) -> str | None:
        return pan_of(self.text)


def parse(text: str, *, checksum: bool = False) -> Gstin:
    """Read a GSTIN as people type it, trimmed and in upper case (`api.md` §1.14).

    `checksum` turns on the PAN's holder type and serial, and the check character. A transporter's
    enrolment number (TRANSIN) is no GSTIN. Raises `RuleBroken`; the caller knows the field.

    >>> gstin = parse(" 27aapfu0939f1zv ", checksum=True)
    >>> gstin.text, gstin.state, gstin.pan, gstin.form.name
    ('27AAPFU0939F1ZV', 27, 'AAPFU0939F', 'REGULAR')
    """
    trimmed = text.strip()
    # Upper-casing turns some foreign letters into Latin ones, so they are left for the refusal.
    gstin = Gstin(text=trimmed.upper() if trimmed.isascii() else trimmed)
    if checksum:
        _check_pan(gstin)
        _check_last(gstin)
    return gstin


def doubt(text: str) -> str | None:
    """What speaks against a number, in words, although it may have the form of one; None when nothing does.

    >>> doubt("27AAPFU0939F1ZV") is None, doubt("27AAPFU0939F1ZA")
    (True, 'The last character does not agree with the others: is one mistyped?')
    """
    try:
        parse(text, checksum=True)
    except RuleBroken as wrong:
        return wrong.message
    return None


def form_of(text: str) -> Form | None:
    """The form of a number by its shape alone, in upper case; None when it has none of them.

    >>> form_of("29AAACW6288M1CU")
    <Form.TCS: 'tcs'>
    """
    for form, shape in _SHAPES:
        if shape.fullmatch(text):
            return form
    return None


def check_character(first14: str) -> str:
    """The fifteenth character that belongs to the first fourteen (`gst.md` §1.3).

    Values 0 to 35 are weighed 1, 2, 1, 2, … and the two base-36 digits of each product added.
    Raises `RuleBroken` unless given fourteen digits and capital letters.

    >>> check_character("27AAPFU0939F1Z")
    'V'
    """
    values = [_VALUES.get(character, -1) for character in first14]
    if len(values) != 14 or -1 in values:
        raise _refusal("A check character belongs to fourteen digits and capital letters.", first14)
    total = sum(values[0::2]) + sum(sum(divmod(2 * value, 36)) for value in values[1::2])
    return _ALPHABET[-total % 36]


def pan_of(gstin: str) -> str | None:
    """Characters 3 to 12, where they are a PAN (`api.md` §4.3); None for a TAN or an embassy.

    >>> pan_of("27AAPFU0939F1ZV"), pan_of("0717UNO00157UNO")
    ('AAPFU0939F', None)
    """
    middle = gstin[2:12]
    return middle if _PAN.fullmatch(middle) else None


def _state_of(text: str, form: Form) -> int | None:
    prefix = int(text[:2])
    if prefix == 99 and form in _WITHOUT_STATE:
        return None
    try:
        number = by_number(prefix).number
    except RuleBroken:
        number = OVERSEAS
    if number == OVERSEAS:
        raise _refusal(f"A GSTIN begins with the number of a state; {text[:2]} is none.", text)
    return number


def _what_is_wrong(text: str) -> str:
    """The likeliest of the usual errors: spaces, length, a transporter's number, O for 0."""
    if any(character.isspace() for character in text):
        return "A GSTIN has no spaces inside."
    if len(text) != 15:
        return f"A GSTIN has 15 characters; this has {len(text)}."
    if text.startswith("88"):
        return "This is a transporter's enrolment number (TRANSIN), not a GSTIN."
    return "This does not have the form of a GSTIN, such as 27AAPFU0939F1ZV; is a letter O meant as 0?"


def _check_pan(gstin: Gstin) -> None:
    if gstin.pan is None:
        return
    if gstin.pan[3] not in _HOLDERS:
        raise _refusal(f"No kind of PAN holder has the letter {gstin.pan[3]}.", gstin.text)
    if gstin.pan[5:9] == "0000":
        raise _refusal("The serial number of a PAN is not 0000.", gstin.text)


def _check_last(gstin: Gstin) -> None:
    if gstin.text[14] != check_character(gstin.text[:14]):
        raise _refusal("The last character does not agree with the others: is one mistyped?", gstin.text)


def _refusal(message: str, received: str) -> RuleBroken:
    return RuleBroken(message, details={"received": received})
