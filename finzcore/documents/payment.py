"""What money received, paid and refunded means in the books, and what using it later means.

The table of `api.md` §4.7 is `WAYS`: one row per flow and type of payment. Money that nobody has used
yet sits somewhere: on account with the contact (AR, AP) or as an advance. Setting it against a
document moves it from there; where the two are worth different rupees, the difference is an exchange
gain or loss. Postings on AR, AP and the advance accounts bear the contact.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

import attrs

from finzcore.documents.allocation import Application, Open, opened
from finzcore.documents.exchange import ONE, exchange_difference, in_rupees
from finzcore.errors import RuleBroken
from finzcore.ledger.account import Role
from finzcore.ledger.chart import Chart
from finzcore.ledger.entry import Posting
from finzcore.money import LARGEST, Paise

_NOTHING: Final = Paise(0)


class Flow(StrEnum):
    """Whether money came in or went out."""

    INCOMING = "INCOMING"
    OUTGOING = "OUTGOING"


class PaymentType(StrEnum):
    """What the money is for."""

    REGULAR = "REGULAR"
    ADVANCE = "ADVANCE"
    REFUND = "REFUND"


@attrs.frozen
class Way:
    """One row of the table.

    `word` begins the words of its postings; `side` is +1 where the bank is debited. `sits_on` is
    where the money stays until it is used, None for a refund, which uses up what is there. `tds` is
    the account of the tax withheld.
    """

    word: str
    side: int
    sits_on: Role | None
    tds: Role


WAYS: Final = {
    (Flow.INCOMING, PaymentType.REGULAR): Way("receipt", 1, Role.AR, Role.TDS_RECEIVABLE),
    (Flow.INCOMING, PaymentType.ADVANCE): Way("receipt", 1, Role.CUSTOMER_ADVANCE, Role.TDS_RECEIVABLE),
    (Flow.OUTGOING, PaymentType.REFUND): Way("refund", -1, None, Role.TDS_RECEIVABLE),
    (Flow.OUTGOING, PaymentType.REGULAR): Way("payment", -1, Role.AP, Role.TDS_PAYABLE),
    (Flow.OUTGOING, PaymentType.ADVANCE): Way("payment", -1, Role.VENDOR_ADVANCE, Role.TDS_PAYABLE),
    (Flow.INCOMING, PaymentType.REFUND): Way("vendor_refund", 1, None, Role.TDS_PAYABLE),
}


@attrs.frozen
class Place:
    """Where unused money or an unused note sits: the word for it, the account on which the documents
    are that it can settle, and the side, +1 where settling one credits that account."""

    word: str
    documents_on: Role
    side: int


PLACES: Final = {
    Role.AR: Place("receivable", Role.AR, 1),
    Role.CUSTOMER_ADVANCE: Place("advance", Role.AR, 1),
    Role.AP: Place("payable", Role.AP, -1),
    Role.VENDOR_ADVANCE: Place("advance", Role.AP, -1),
}


@attrs.frozen(kw_only=True)
class Payment:
    """Money that moved, in paise of its currency; `bank` is the number of a bank or cash account.

    `amount` moved by the instruction, `bank_charges` is the bank's cut of it or on top of it, and
    `tds_amount` settles documents in addition. Raises `RuleBroken` on ``amount``, ``bank_charges``,
    ``tds_amount`` or ``exchange_rate``: amounts are not negative, the first is more than zero, the
    bank keeps no more than came in, and a refund withholds nothing.
    """

    flow: Flow
    payment_type: PaymentType = PaymentType.REGULAR
    amount: Paise
    bank_charges: Paise = _NOTHING
    tds_amount: Paise = _NOTHING
    exchange_rate: int = ONE
    bank: int
    branch_id: int
    contact_id: int

    def __attrs_post_init__(self) -> None:
        if self.amount <= 0:
            raise RuleBroken("The amount must be more than zero.", field="amount")
        if self.bank_charges < 0:
            raise RuleBroken("Bank charges must not be negative.", field="bank_charges")
        if self.flow is Flow.INCOMING and self.bank_charges > self.amount:
            raise RuleBroken("The bank charges are more than what came in.", field="bank_charges")
        if self.tds_amount < 0:
            raise RuleBroken("TDS must not be negative.", field="tds_amount")
        if self.tds_amount and self.payment_type is PaymentType.REFUND:
            raise RuleBroken("Nothing is withheld from a refund.", field="tds_amount")
        if self.exchange_rate <= 0:
            raise RuleBroken("The exchange rate must be more than zero.", field="exchange_rate")
        if self.amount + self.tds_amount + self.bank_charges > LARGEST:
            raise RuleBroken("This is more than we can book.", field="amount")

    @property
    def way(self) -> Way:
        """Its row of the table."""
        return WAYS[self.flow, self.payment_type]

    @property
    def opened(self) -> Open:
        """What documents can be settled with it: the amount and the tax withheld."""
        return opened(Paise(self.amount + self.tds_amount), self.exchange_rate)


def payment_postings(
    payment: Payment, applications: Sequence[Application] = (), *, chart: Chart
) -> tuple[Posting, ...]:
    """A receipt or a payment, together with what it is set against at once; no refund.

    Money on account relieves the documents themselves, at their own rate; what is not applied stays
    on account at the payment's. An advance is parked whole, then transferred. `applications` must
    have been made from `payment.opened`.
    """
    way = payment.way
    assert way.sits_on is not None, "a refund uses up what is there: refund_postings"
    unused = payment.opened
    assert sum([one.amount for one in applications]) <= unused.amount, "no more is applied than there is"
    settled = unused.booked
    place = PLACES[way.sits_on]
    on_account = place.documents_on is way.sits_on
    if on_account:
        settled = Paise(settled + sum([one.relieved - one.used for one in applications]))
    rule = f"{way.word}.{place.word}"
    postings = _money(payment, chart)
    postings += _contact_posting(
        rule, way.sits_on, -way.side * settled, payment.branch_id, payment.contact_id, chart
    )
    closed = _closed(postings, way.word, payment.branch_id, chart)
    if on_account:
        return closed
    return closed + application_postings(
        way.sits_on, applications, chart=chart, branch_id=payment.branch_id, contact_id=payment.contact_id
    )


def application_postings(
    sits_on: Role, applications: Iterable[Application], *, chart: Chart, branch_id: int, contact_id: int
) -> tuple[Posting, ...]:
    """Money or a note that was there already, set against documents.

    `sits_on` is where it sits: AR or AP for money on account and for notes, or an advance account.
    Nothing is posted on account in one currency at one rate; an advance is transferred to the
    documents' account; a realised exchange difference is posted in either case.
    """
    place = PLACES[sits_on]
    amounts: dict[Role, int] = {}
    for one in applications:
        amounts[sits_on] = amounts.get(sits_on, 0) + place.side * one.used
        amounts[place.documents_on] = amounts.get(place.documents_on, 0) - place.side * one.relieved
    postings = []
    for role, amount in amounts.items():
        rule = f"application.{PLACES[role].word}"
        postings += _contact_posting(rule, role, amount, branch_id, contact_id, chart)
    return _closed(postings, "application", branch_id, chart)


def refund_postings(
    payment: Payment, taken: Sequence[tuple[Role, Paise, Paise]], *, chart: Chart
) -> tuple[Posting, ...]:
    """Money given back to a customer, or got back from a vendor.

    `taken` says where it sat, how much of it is taken from there, and what that is worth in rupees: a
    credit note and money on account are on AR or AP, advances on their own account. The amounts add
    up to the payment's.
    """
    way = payment.way
    assert way.sits_on is None, "only a refund uses up what is there"
    assert payment.amount == sum([amount for _, amount, _ in taken]), "a refund is what is taken for it"
    amounts: dict[Role, int] = {}
    for role, _, rupees in taken:
        amounts[role] = amounts.get(role, 0) - way.side * rupees
    postings = _money(payment, chart)
    for role, amount in amounts.items():
        rule = f"{way.word}.{PLACES[role].word}"
        postings += _contact_posting(rule, role, amount, payment.branch_id, payment.contact_id, chart)
    return _closed(postings, way.word, payment.branch_id, chart)


def _money(payment: Payment, chart: Chart) -> list[Posting]:
    """Bank, bank charges and tax withheld, each at the payment's rate."""
    way = payment.way
    rows = (
        ("bank", payment.bank, way.side * payment.amount - payment.bank_charges),
        ("bank_charges", chart.by_role(Role.BANK_CHARGES).number, payment.bank_charges),
        ("tds", chart.by_role(way.tds).number, way.side * payment.tds_amount),
    )
    postings = []
    for word, account, amount in rows:
        rupees = in_rupees(Paise(amount), payment.exchange_rate)
        if rupees:
            postings.append(Posting(account, rupees, f"{way.word}.{word}", payment.branch_id))
    return postings


def _contact_posting(
    rule: str, role: Role, amount: int, branch_id: int, contact_id: int, chart: Chart
) -> list[Posting]:
    if not amount:
        return []
    return [Posting(chart.by_role(role).number, Paise(amount), rule, branch_id, contact_id)]


def _closed(postings: list[Posting], word: str, branch_id: int, chart: Chart) -> tuple[Posting, ...]:
    rule = f"{word}.exchange"
    return (*postings, *exchange_difference(postings, chart=chart, rule=rule, branch_id=branch_id))
