"""No secret reaches a log: tokens and webhook secrets are masked in it (`reliability.md` §21)."""

import logging
import re
from typing import Final

_SECRET: Final = re.compile(r"\b((?:aibk|aibooks)_(?:[a-z]+_)+|whsec_)[A-Za-z0-9_-]+")
_FORMATTER: Final = logging.Formatter()


def masked(text: str) -> str:
    """Text with every secret cut down to its prefix.

    >>> masked("refused aibk_pat_a1b2c3d4e5f6 for whsec_0123456789")
    'refused aibk_pat_… for whsec_…'
    """
    return _SECRET.sub(r"\1…", text)


class MaskingArguments(logging.Filter):
    """Masks the arguments of a record, for loggers whose formatters want them one by one, as that of an
    access log does."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true: the record passes, without its secrets."""
        if isinstance(record.args, tuple):
            record.args = tuple(masked(one) if isinstance(one, str) else one for one in record.args)
        return True


class Masking(logging.Filter):
    """Masks the message and the traceback of a record before any handler sees them."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true: the record passes, without its secrets."""
        record.msg, record.args = masked(record.getMessage()), ()
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = masked(_FORMATTER.formatException(record.exc_info))
        return True
