"""GSTR-1 of a month against reading its invoices and their lines with one bare query, in the same run.

The month has N invoices of four lines each, half of them to registered customers, a third to another state,
at three rates and forty items. The floor is the query alone: headers and lines joined, those columns that the
return is made of, fetched as tuples and looked at no further.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.floor import connected
from benchmarks.measure import Effort, Ratio, main, medians
from benchmarks.shop import Shop

INVOICES = 5000
AT_ONCE = 500
BUDGET = 3
MONTH = {"from_date": "2026-05-01", "to_date": "2026-05-31"}
PATH = "/reports/gstr1?from_date=2026-05-01&to_date=2026-05-31"

READING = """
    SELECT d.id, d.number, d.date, d.customer_id, d.customer_name, d.customer_gstin, d.customer_treatment,
        d.place_of_supply, d.branch_id, d.total, d.entry, d.exchange_rate, d.tds_amount, d.with_payment,
        d.export, l.line_no, l.tax_id, l.tax_percentage, l.hsn_or_sac, l.unit, l.quantity, l.taxable, l.cgst,
        l.sgst, l.igst, l.cess
    FROM invoices d
    JOIN document_lines l ON l.org_id = d.org_id AND l.document_id = d.id AND l.version = d.lines_version
    WHERE d.org_id = ? AND d.date >= '2026-05-01' AND d.date <= '2026-05-31'
    ORDER BY l.document_id, l.line_no
"""


class Month:
    """The books of a month of sales."""

    def __init__(self, folder: Path, invoices: int) -> None:
        self.invoices = invoices
        self.shop = Shop(folder / "month.db")
        self._fill()
        self.db: sqlite3.Connection = connected(self.shop.path, "relaxed")
        (self.org,) = self.db.execute("SELECT DISTINCT org_id FROM invoices").fetchone()

    def _fill(self) -> None:
        org = self.shop.org
        taxes = [org.tax_id(name) for name in ("GST 5%", "GST 18%", "GST 40%")]
        items = [
            org.items.create(
                item_name=f"Item {n}", rate=100 + 7 * n, tax_id=taxes[n % 3], hsn_or_sac=f"9401{n % 10}0"
            )["item_id"]
            for n in range(40)
        ]
        customers = [
            org.contacts.create(contact_name=f"Customer {n}", gst_no=(None, "27AAPFU0939F1ZV")[n % 2])[
                "contact_id"
            ]
            for n in range(100)
        ]
        for start in range(0, self.invoices, AT_ONCE):
            with org.transaction():
                for n in range(start, min(self.invoices, start + AT_ONCE)):
                    org.invoices.create(
                        customer_id=customers[n % 100],
                        date=f"2026-05-{1 + n * 31 // self.invoices:02}",
                        place_of_supply="IN-MH" if n % 3 == 0 else "IN-KA",
                        auto_approve=True,
                        line_items=[
                            {"item_id": items[(7 * n + 11 * line) % 40], "quantity": 1 + (n + line) % 5}
                            for line in range(4)
                        ],
                    )

    def read(self) -> list[Any]:
        """The rows alone."""
        return self.db.execute(READING, (self.org,)).fetchall()

    def file(self) -> bytes:
        """The portal's file, through `handle`."""
        return self.shop.ask(self.shop.request("GET", f"{PATH}&format=gstn")).body

    def report(self) -> bytes:
        """The report with its findings, through `handle`."""
        return self.shop.ask(self.shop.request("GET", PATH)).body

    def close(self) -> None:
        """Let go of the books."""
        self.db.close()
        self.shop.engine.close()


def check(month: Month) -> None:
    """The return tells of every line that was read."""
    report = month.shop.org.reports.gstr1(**MONTH)
    rows = month.read()
    assert len(rows) == 4 * month.invoices
    assert 100 * report["totals"]["taxable"] == sum(row[21] for row in rows)
    assert len(report["b2b"]) == month.invoices // 2


def ratios(effort: Effort) -> Iterator[Ratio]:
    """The file and the report, each over reading."""
    with tempfile.TemporaryDirectory() as folder:
        month = Month(Path(folder), effort.of(INVOICES, least=100))
        check(month)
        for title, ours, budget in (
            ("as the portal's file", month.file, BUDGET),
            ("as a report with its findings", month.report, BUDGET),
        ):
            taken = medians(ours, month.read, rounds=effort.rounds, each=effort.of(2))
            yield Ratio(f"GSTR-1 of {month.invoices:,} invoices, {title}", *taken, budget)
        month.close()


if __name__ == "__main__":
    main(ratios)
