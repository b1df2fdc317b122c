"""A report as the tables that CSV and XLSX are written from; one that is as long as the books is read
while it is written."""

from collections.abc import Iterator, Mapping
from typing import Any

from finzcore.books.registry import resource
from finzcore.books.reports.long import Long
from finzcore.books.resource import Operation
from finzcore.books.unit import Outcome
from finzcore.books.views import Each, View
from finzcore.org import Org, Page
from finzcore.ports import Row
from finzcore.render.grid import Grid
from finzcore.render.outline import Fact, Listed, columns_of, grids, outline
from finzcore.render.separated import csv_of, csv_of_several


class Drawn:
    """A report that was asked for once, and can be read in one of several ways, once."""

    def __init__(self, org: Org, name: str, asked: Mapping[str, Any]) -> None:
        self._org = org
        self._name = name
        self._resource = resource("reports")
        self._operation: Operation = next(one for one in self._resource.operations if one.name == name)
        self._outcome: Outcome = org._done(self._resource, self._operation, None, dict(asked))

    def whole(self) -> Any:
        """The report as the calls of an organisation give it; bytes where it is a file by itself."""
        result = self._org._result(self._resource, self._operation, self._outcome)
        if isinstance(result, Page):
            return {self._name: list(result), "next_cursor": result.next_cursor}
        return result

    @property
    def is_cut_short(self) -> bool:
        """Whether a limit has left something out of it; known once all of it was read."""
        report = self._outcome.result
        ending = report.tail() if isinstance(report, Long) else report
        return isinstance(ending, dict) and bool(ending.get("truncated"))

    def tables(self) -> Iterator[Grid]:
        """A table for each list of it, and behind them its facts."""
        return grids(self._name.replace("_", " "), self._said())

    def csv(self) -> Iterator[str]:
        """As CSV: its list, if it has one; otherwise each of its tables under a title."""
        if isinstance(self._outcome.result, Long):
            return csv_of(next(self.tables()))
        every = list(self.tables())
        lists = sum(isinstance(one, Listed) for one in self._said())
        return csv_of(every[0]) if lists == 1 or len(every) == 1 else csv_of_several(every)

    def _said(self) -> Iterator[Fact | Listed]:
        report = self._outcome.result
        return self._read(report) if isinstance(report, Long) else outline(self.whole(), self._view())

    def _view(self) -> View:
        ((_, view),) = self._resource.answers(self._operation)
        return view

    def _read(self, report: Long) -> Iterator[Fact | Listed]:
        """What a long report says, read as far as it is asked for."""
        view = self._view()
        inner = next(one.kind for one in view.outs if one.key == report.listed)
        assert isinstance(inner, Each), "a long report is long because of its list"
        explained = any("sources" in row and row["sources"] is not None for row in report.first)
        columns = list(columns_of(inner.view, whole=explained))
        yield from outline(self._part(view, report.head))
        yield Listed((report.listed,), self._rows(report, inner.view), columns)
        yield from outline(self._part(view, report.tail()))

    def _rows(self, report: Long, view: View) -> Iterator[dict[str, Any]]:
        assert self._outcome.call is not None, "it goes on where its call began"
        for page in self._org._engine.desk.pages(self._outcome.call, report):
            yield from (view.plain(row, self._org._key) for row in page)

    def _part(self, view: View, row: Row) -> dict[str, Any]:
        return View(*(one for one in view.outs if one.column in row)).plain(row, self._org._key)
