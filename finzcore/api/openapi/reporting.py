"""How the story of the examples ends: with the reports of its month."""

from typing import Final

from finzcore.api.openapi.steps import do

_MAY: Final = "from_date=2026-05-01&to_date=2026-05-31"
_ALL: Final = "organization_ids=all"

_SALE: Final = {
    "customer_id": "{asha}",
    "date": "2026-05-28",
    "place_of_supply": "IN-KA",
    "auto_approve": True,
    "line_items": [{"name": "Repair", "rate": 250}],
}
_MANY: Final = 21
"""More entries than a report shows of a figure's sources at once."""

REPORTS: Final = (
    do("reports.trial_balance", query="as_of_date=2026-05-31"),
    do("reports.profit_and_loss", query=f"{_MAY}&compare=previous_period"),
    do("reports.balance_sheet", query="as_of_date=2026-05-31"),
    do("reports.cash_flow", query=_MAY),
    do("reports.sales_register", query=_MAY),
    do("reports.purchase_register", query=_MAY),
    do("reports.day_book", query="date=2026-05-19"),
    do("reports.ledger", query="account_id={bank}&from_date=2026-05-01&to_date=2026-05-31"),
    do("reports.ar_aging", query="as_of_date=2026-05-31"),
    do("reports.ap_aging", query="as_of_date=2026-05-31"),
    do("reports.outstanding_receivables", query="as_of_date=2026-05-31&contact_id={asha}"),
    do("reports.outstanding_payables", query="as_of_date=2026-05-31"),
    do("reports.customer_ledger", query="contact_id={asha}&to_date=2026-05-31"),
    do("reports.vendor_ledger", query="contact_id={dinesh}&to_date=2026-05-31"),
    do("reports.gstr1", query=_MAY),
    do("reports.gstr3b", query="from_date=2026-05-01&to_date=2026-05-31"),
    do("filings.create", body={"return_type": "GSTR3B", "period": "052026"}, keeps="filing"),
    do("filings.list", query="return_type=GSTR3B"),
    do("filings.get", "{filing}"),
    do("filings.drift", "{filing}"),
    do("consolidated.trial_balance", query=f"{_ALL}&as_of_date=2026-05-31"),
    do("consolidated.profit_and_loss", query=f"{_ALL}&{_MAY}"),
    do("consolidated.balance_sheet", query=f"{_ALL}&as_of_date=2026-05-31"),
    do("consolidated.cash_flow", query=f"{_ALL}&{_MAY}"),
    do("consolidated.ar_aging", query=f"{_ALL}&as_of_date=2026-05-31"),
    do("consolidated.ap_aging", query=f"{_ALL}&as_of_date=2026-05-31"),
    do("bulk.invoices", body={"invoices": [_SALE] * _MANY}),
    do("reports.trial_balance", query="as_of_date=2026-05-31&explain=true", keeps="cursor"),
    do("reports.sources", query="cursor={cursor}"),
)
