"""Eight processes post two hundred invoices each to one organisation of a database."""

from collections import Counter
from typing import Final

from finzcore.testing import Call
from tests.engines import on_postgres
from tests.proof.crowd import crowd
from tests.proof.onlooker import looking
from tests.proof.races_crews import open_books
from tests.trade import Trade

PROCESSES: Final = 8
INVOICES: Final = 200


@on_postgres
def test_a_crowd_of_processes_gets_numbers_without_gap_and_exact_balances(target: str) -> None:
    many = PROCESSES * INVOICES
    with open_books(target, "before the crowd") as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        token = engine.mint_pat(org_id=acme.org_id).token
        trade = Trade(Call(engine, token), acme)
        customer = trade.contact()
        with crowd(target, token, customer, PROCESSES, INVOICES) as answered:
            answers = [answer for of_one in answered for answer in of_one]
        assert Counter({201: many}) == Counter(status for status, _ in answers)
        invoices = [said["invoice"] for _, said in answers]

        numbers = [int(invoice["invoice_number"].rpartition("-")[2]) for invoice in invoices]
        assert list(range(1, many + 1)) == sorted(numbers)
        for of_one in answered:  # and to each they came in their order
            mine = [int(said["invoice"]["invoice_number"].rpartition("-")[2]) for _, said in of_one]
            assert mine == sorted(mine)

        lines = [(1 + number + turn) * (1 + turn % 3) for number in range(8) for turn in range(200)]
        assert sum(lines) == trade.on("1040") == sum(invoice["total"] for invoice in invoices)
        assert [] == engine.verify()
    with looking(target) as onlooker:
        told = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        assert [(0,)] == onlooker.rows(told)
        assert [(many, many)] == onlooker.rows(
            "SELECT COUNT(*), COUNT(DISTINCT number) FROM invoices WHERE status = 'SENT'"
        )
