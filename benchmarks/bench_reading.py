"""GET one invoice and a list of fifty, against the bare queries and `json.dumps`.

The floor reads the same columns and the same lines, lets SQL turn paise into numbers and keys into
text, and dumps an answer with the same keys. It asks nobody who they are.
"""

import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.floor import connected
from benchmarks.measure import Effort, Ratio, main, medians
from benchmarks.shop import Shop
from finzcore.books.kinds import Flag
from finzcore.books.papers.lines import LINE, LINES
from finzcore.books.references import Id
from finzcore.books.resources.invoices import INVOICES, VIEW
from finzcore.books.views import View

INVOICES_KEPT = 200
PAGE = 50


def _spelled(one: Any) -> str:
    """A column as SQL gives it to JSON: amounts in rupees, keys as text."""
    places = getattr(one.kind, "places", 0)
    if places:
        return f"{one.column} / 1e{places}"
    if isinstance(one.kind, Id):
        return f"CASE WHEN {one.column} IS NOT NULL THEN printf('{one.kind.prefix}%016x', {one.column}) END"
    return str(one.column)


def shaped(
    table: str,
    view: View,
    also: tuple[str, ...],
    known: set[str],
    spelled: Callable[[Any], str] = _spelled,
) -> tuple[str, Callable[[Any], Any]]:
    """The columns of a view, and what turns a row of them into what JSON can say."""
    outs = [one for one in view.outs if one.column in known]
    keys = [one.key for one in outs] + list(also)
    kept_as_json = [one.key for one in outs if one.column in ("tags", "custom_fields", "export")]
    flags = [one.key for one in outs if isinstance(one.kind, Flag)]

    def made(row: Any) -> dict[str, Any]:
        shown = dict(zip(keys, row))  # noqa: B905
        for key in kept_as_json:
            if shown[key] is not None:
                shown[key] = json.loads(shown[key])
        for key in flags:
            shown[key] = bool(shown[key])
        return shown

    columns = ", ".join([*map(spelled, outs), *also])
    return f"SELECT {columns} FROM {table} WHERE org_id = ?", made


class Bare:
    """The reader that a careful person writes by hand for these tables; how it reads is left open."""

    def __init__(self, org: int, spelled: Callable[[Any], str] = _spelled) -> None:
        self.org = org
        known = {column.name for column in INVOICES.columns}
        of_lines = {column.name for column in LINES.columns}
        header, self._header = shaped("invoices", VIEW, ("credits_applied", "id"), known, spelled)
        line, self._line = shaped("document_lines", LINE, ("document_id", "line_no"), of_lines, spelled)
        marks = ", ".join("?" * PAGE)
        order = "ORDER BY document_id, version, line_no"
        self.head = f"{header} AND id = ?"
        self.newest = f"{header} ORDER BY id DESC LIMIT ?"
        self.lines = f"{line} AND document_id = ? AND version = ? {order}"
        self.many = f"{line} AND document_id IN ({marks}) AND version = 1 {order}"

    def read_one(self, key: int) -> tuple[Any, list[Any]]:
        """The row of an invoice, and those of its lines."""
        raise NotImplementedError

    def read_page(self) -> tuple[list[Any], list[Any]]:
        """The rows of the newest fifty and one more, and those of the lines of the fifty."""
        raise NotImplementedError

    def _document(self, row: Any, lines: list[Any]) -> dict[str, Any]:
        document = self._header(row)
        document["balance"] = document["total"] - document["payment_made"] - document["credits_applied"]
        document["status"] = "SENT" if document["balance"] else "PAID"
        key = document.pop("id")
        document["line_items"] = lines
        for line in lines:
            line["line_item_id"] = f"li_{key + line.pop('line_no'):016x}"
        return document

    def one(self, key: int) -> bytes:
        """One invoice."""
        row, of_lines = self.read_one(key)
        lines = [self._line(line) for line in of_lines]
        for line in lines:
            del line["document_id"]
        said = {"code": 0, "message": "success", "invoice": self._document(row, lines)}
        return json.dumps(said).encode()

    def page(self) -> bytes:
        """The newest fifty."""
        rows, of_lines = self.read_page()
        keys = [row[-1] for row in rows[:PAGE]]
        lines: dict[int, list[Any]] = {key: [] for key in keys}
        for row in of_lines:
            line = self._line(row)
            lines[line.pop("document_id")].append(line)
        shown = [self._document(row, lines[row[-1]]) for row in rows[:PAGE]]
        context = {"per_page": PAGE, "has_more_page": len(rows) > PAGE, "next_cursor": str(keys[-1])}
        return json.dumps(
            {"code": 0, "message": "success", "invoices": shown, "page_context": context}
        ).encode()


class FileBare(Bare):
    """On plain `sqlite3`."""

    def __init__(self, path: Path) -> None:
        self.db = connected(path, "relaxed")
        super().__init__(self.db.execute("SELECT org_id FROM orgs").fetchone()[0])

    def read_one(self, key: int) -> tuple[Any, list[Any]]:
        """The row of an invoice, and those of its lines."""
        self.db.execute("BEGIN")
        row = self.db.execute(self.head, (self.org, key)).fetchone()
        lines = self.db.execute(self.lines, (self.org, key, 1)).fetchall()
        self.db.execute("COMMIT")
        return row, lines

    def read_page(self) -> tuple[list[Any], list[Any]]:
        """The rows of the newest fifty and one more, and those of the lines of the fifty."""
        self.db.execute("BEGIN")
        rows = self.db.execute(self.newest, (self.org, PAGE + 1)).fetchall()
        lines = self.db.execute(self.many, (self.org, *[row[-1] for row in rows[:PAGE]])).fetchall()
        self.db.execute("COMMIT")
        return rows, lines


def check(ours: Any, bare: Any) -> None:
    """Both answers have the same keys, and the same amounts in them."""
    for one, other in zip(ours, bare, strict=True):
        assert set(one) == set(other), set(one) ^ set(other)
        assert one["total"] == other["total"]
        for line, bare_line in zip(one["line_items"], other["line_items"], strict=True):
            assert set(line) == set(bare_line), set(line) ^ set(bare_line)
            assert [line[name] for name in ("rate", "quantity")] == [
                bare_line[name] for name in ("rate", "quantity")
            ]


def ratios(effort: Effort) -> Iterator[Ratio]:
    """Invoices of one line and of ten."""
    for lines in (1, 10):
        with tempfile.TemporaryDirectory() as folder, Shop(Path(folder) / "books.db") as shop:
            body = shop.invoice(lines, shop.customer())
            for _ in range(effort.of(INVOICES_KEPT, least=PAGE + 1)):
                shop.ask(shop.request("POST", "/invoices", body))
            bare = FileBare(shop.path)
            page = shop.request("GET", f"/invoices?per_page={PAGE}")
            shown = json.loads(shop.ask(page).body)["invoices"]
            one = shop.request("GET", f"/invoices/{shown[0]['invoice_id']}")
            (key,) = bare.db.execute("SELECT max(id) FROM invoices").fetchone()
            check([json.loads(shop.ask(one).body)["invoice"]], [json.loads(bare.one(key))["invoice"]])
            check(shown, json.loads(bare.page())["invoices"])
            for title, ask, read, each in (
                ("one invoice", one, lambda bare=bare, key=key: bare.one(key), 50),
                (f"a list of {PAGE}", page, bare.page, 3),
            ):
                ours = lambda shop=shop, ask=ask: shop.ask(ask)  # noqa: E731
                taken = medians(ours, read, **effort.turns(each * 20, each))
                yield Ratio(f"GET {title}, {lines} line(s) each", *taken, 3)
            bare.db.close()


if __name__ == "__main__":
    main(ratios)
