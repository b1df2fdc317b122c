"""What `verify` asks of payments: their figures and their entries follow from what was entered."""

from collections.abc import Iterator, Sequence

from finzcore.books.checks.prices import compared_postings, grouped, pages
from finzcore.books.masters import load
from finzcore.books.problem import Problem, problem, refused_too
from finzcore.documents.allocation import Application
from finzcore.documents.payment import Flow, Payment, PaymentType, payment_postings, refund_postings
from finzcore.ledger.account import Role
from finzcore.ledger.chart import Chart
from finzcore.ledger.entry import Posting
from finzcore.money import Paise, rupees
from finzcore.ports import Row, Session

CHECK = "payment.differs"


def check_payments(session: Session) -> Iterator[Problem]:
    """Each payment settles what it brought, counts what its live allocations use, and posted just that.

    So does each credit note count what was applied and refunded of it.
    """
    chart = load(session).chart
    for payments, after in pages(session, "checks_payments.page"):
        until = payments[-1]["id"]
        used = grouped(session.ask("checks_payments.used", after=after, until=until))
        taken = grouped(session.ask("checks_payments.taken", after=after, until=until))
        posted = grouped(session.ask("checks_prices.payments_postings", after=after, until=until))
        for row in payments:
            key = row["id"]
            found = _payment(session, chart, row, used.get(key, []), taken.get(key, []), posted.get(key, []))
            yield from refused_too(session, CHECK, f"payment {row['number']}", found)
    for row in session.ask("checks_payments.notes"):
        for name in ("credits_applied", "refunded_amount"):
            if row[name] != row[f"true_{name}"]:
                where = f"credit note {row['number']} {name}"
                yield problem(
                    session, "document.differs", where, rupees(row[f"true_{name}"]), rupees(row[name])
                )


def _payment(
    session: Session, chart: Chart, row: Row, used: Sequence[Row], taken: Sequence[Row], posted: Sequence[Row]
) -> Iterator[Problem]:
    where = f"payment {row['number']}"
    payment = Payment(
        flow=Flow(row["flow"]),
        payment_type=PaymentType(row["payment_type"]),
        amount=row["amount"],
        bank_charges=row["bank_charges"],
        tds_amount=row["tds_amount"],
        exchange_rate=row["exchange_rate"],
        bank=row["bank_account"],
        branch_id=row["branch_id"],
        contact_id=row["contact_id"],
    )
    for name, expected in _figures(payment, used).items():
        if row[name] != expected:
            yield problem(session, CHECK, f"{where} {name}", rupees(expected), rupees(row[name]))
    if (row["status"] == "VOIDED") != (row["voided_at"] is not None):
        yield problem(session, CHECK, f"{where} voided_at", row["status"], str(row["voided_at"]))
    if payment.way.sits_on is None:
        yield from _refund(session, chart, payment, row, taken, posted)
    else:
        yield from _receipt(session, chart, payment, row, used, posted)


def _figures(payment: Payment, used: Sequence[Row]) -> dict[str, int]:
    """The figures of a payment, from what moved and from the allocations that count."""
    refund = payment.way.sits_on is None
    live = [one for one in used if one["released_at"] is None]
    back = sum(one["amount"] for one in live if one["target_type"] == "refunds")
    return {
        "settles": 0 if refund else payment.opened.amount,
        "booked": 0 if refund else payment.opened.booked,
        "applied": sum(one["amount"] for one in live) - back,
        "refunded": back,
    }


def _receipt(
    session: Session, chart: Chart, payment: Payment, row: Row, used: Sequence[Row], posted: Sequence[Row]
) -> Iterator[Problem]:
    """The entry of money received or paid: with what it settled at once, which has no entry of its own."""
    where = f"payment {row['number']}"
    advance = payment.payment_type is PaymentType.ADVANCE
    at_once = [
        Application(amount=one["amount"], used=one["used"], relieved=one["relieved"])
        for one in used
        # What was applied later and made no difference has no entry either, and changes nothing here.
        if one["entry"] is None
        and one["target_type"] != "refunds"
        and (advance or one["used"] != one["relieved"])
    ]
    if sum(one.amount for one in at_once) > payment.opened.amount:
        found = rupees(sum(one.amount for one in at_once))
        yield problem(session, CHECK, f"{where} allocations", rupees(payment.opened.amount), found)
        return
    made = payment_postings(payment, at_once, chart=chart)
    yield from compared_postings(session, where, made, posted, check=CHECK)


def _refund(
    session: Session, chart: Chart, payment: Payment, row: Row, taken: Sequence[Row], posted: Sequence[Row]
) -> Iterator[Problem]:
    """A refund uses up all that it gave back, and as long as it stands, that counts."""
    where = f"payment {row['number']}"
    whole = sum(one["amount"] for one in taken)
    live = sum(one["amount"] for one in taken if one["released_at"] is None)
    expected = 0 if row["status"] == "VOIDED" else row["amount"]
    if (whole, live) != (row["amount"], expected):
        yield problem(session, CHECK, f"{where} allocations", rupees(expected), rupees(live))
    if whole == row["amount"]:
        made = _given_back(chart, payment, taken)
        yield from compared_postings(session, where, made, posted, check=CHECK)


def _given_back(chart: Chart, payment: Payment, taken: Sequence[Row]) -> tuple[Posting, ...]:
    customers = payment.flow is Flow.OUTGOING
    parts = []
    for one in taken:
        if one["payment_type"] == "ADVANCE":
            role = Role.CUSTOMER_ADVANCE if customers else Role.VENDOR_ADVANCE
        else:
            role = Role.AR if customers else Role.AP
        parts.append((role, Paise(one["amount"]), Paise(one["used"])))
    return refund_postings(payment, parts, chart=chart)
