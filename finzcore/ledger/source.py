"""What a journal entry is made from."""

from enum import StrEnum


class Source(StrEnum):
    """What an entry was made from (`api.md` §4.13)."""

    MANUAL = "MANUAL"
    INVOICE = "INVOICE"
    BILL = "BILL"
    PAYMENT = "PAYMENT"
    EXPENSE = "EXPENSE"
    CREDIT_NOTE = "CREDIT_NOTE"
    DEBIT_NOTE = "DEBIT_NOTE"
    OPENING = "OPENING"
    REVERSAL = "REVERSAL"
