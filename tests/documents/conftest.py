import pytest

from finzcore.ledger.chart import Chart
from finzcore.ledger.chart_india import india_accounts


@pytest.fixture(scope="session")
def chart():
    return Chart(india_accounts())


@pytest.fixture(scope="session")
def by_code(chart):
    """Postings as a trial balance of codes: what each account was debited, less what it was credited."""

    def sums(postings):
        amounts = {}
        for posting in postings:
            code = chart.by_number(posting.account).code
            amounts[code] = amounts.get(code, 0) + posting.amount
        return amounts

    return sums
