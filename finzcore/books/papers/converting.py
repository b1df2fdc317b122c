"""Estimates that become orders, and orders that become invoices or bills, in one part or in many
(`api.md` §4.9, §4.10).

What an order says is what its invoices say: prices, currency and rate, place, branch, tags, texts. Of
amounts that stand on the whole of it each part takes its share, see `finzcore.documents.parts`. What
cannot be divided, the order's reference and a round-off by hand, goes with a part that is the whole.
"""

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any, Final, NamedTuple

from finzcore.books.books import Books
from finzcore.books.kinds import Kind
from finzcore.books.lookups import missing
from finzcore.books.papers.charges import Charges
from finzcore.books.papers.drafts import as_body
from finzcore.books.papers.drawing import Drawn, draw
from finzcore.books.papers.lines import MOST_LINES, as_given, discount_of, lines_of
from finzcore.books.papers.named import check_usable
from finzcore.books.papers.orders import count
from finzcore.books.papers.proposals import Proposals, proposals_of, standing
from finzcore.books.references import Id, Stray
from finzcore.books.shapes import day, flag, many, number, shape, special, text
from finzcore.declared import declared
from finzcore.documents.lifecycle import step
from finzcore.documents.line import gross
from finzcore.documents.parts import part_of, taken_of
from finzcore.errors import RuleBroken
from finzcore.ids import wire
from finzcore.money import Millionths, plain, rupees
from finzcore.ports import Row

_LINE: Final = Id("li_")


class LineKey(Kind):
    """The id of a line, looked for among the lines of the document in question."""

    def read(self, raw: Any, org: int) -> int | Stray:
        """The line's key, or the text as a stray."""
        return _LINE.read(raw, org)

    def schema(self) -> dict[str, Any]:
        """The form of an id."""
        return _LINE.schema()


@shape
class OrderPart:
    """How much of a line of an order is carried out; what is not said is all of it that is open."""

    line_item_id: Any = special(LineKey(), required=True)
    quantity: int | None = number(least=0, above=True, most=10**15)


@shape
class NewConversion:
    """What an invoice or a bill made from an order is to be: without `line_items`, all that is open."""

    date: str | None = day()
    due_date: str | None = day()
    reference_number: str | None = text(100)
    auto_approve: int = flag(default=False)
    line_items: tuple[Any, ...] | None = many(OrderPart, least=1, most=MOST_LINES, default=None)


@cache
def charges_of(of: str) -> Charges:
    """How the resource of that name writes its invoices or bills."""
    found: Charges = import_module(f"finzcore.books.resources.{of}").CHARGES
    return found


# ----- an estimate becomes a sales order -----


def ordered(books: Books, estimates: Proposals, row: Row) -> Row:
    """The estimate after it became a sales order, which is confirmed and has the same lines, dated today."""
    status = step(estimates.kind.life, row["status"], "convert")
    orders = proposals_of("sales_orders")
    lines = lines_of(books, [row])[row["id"]]
    changes = {"date": books.today, "series": None}
    body: Any = as_body(orders.shape, estimates.kind.table, row, lines, changes)
    check_usable(books, body, [f"line_items[{index}]" for index in range(len(lines))])
    key = books.new_id()
    after = estimates.advance(books, row, "convert", converted_to_sales_order_id=key)
    assert status == after["status"]
    agreed = {"status": step(orders.kind.life, "DRAFT", "confirm"), "approved_at": books.time}
    orders.written(books, body, key, estimate_id=row["id"], **agreed)
    said = wire("so_", books.org_id, key)
    return estimates.whole(books, after, lines) | {"sales_order": said}


def reopened(books: Books, row: Row) -> None:
    """Let the estimate of a sales order that is deleted be converted again."""
    if row["estimate_id"] is not None:
        estimates = proposals_of("estimates")
        estimate = books.session.get(estimates.kind.table, row["estimate_id"])
        assert estimate is not None, "an estimate that was converted is not deleted"
        estimates.advance(books, estimate, "reopen", converted_to_sales_order_id=None)


# ----- an order becomes invoices or bills -----


class Pick(NamedTuple):
    """A line of an order, how much of it is carried out now, and where it stands: in the body, or in the
    order if the body names none."""

    line: Row
    quantity: int
    at: str

    @property
    def rest(self) -> int:
        """How much of it stays open."""
        rest: int = self.line["quantity"] - self.line["converted"] - self.quantity
        return rest


def picked(books: Books, lines: Sequence[Row], parts: Sequence[OrderPart] | None) -> list[Pick]:
    """What of an order's lines is to be carried out: what the body names, or all that is open.

    NotFound, ``line_items[i].line_item_id``, for what is no line of the order; RuleBroken for a line that is
    named twice, and on ``line_items[i].quantity`` for more than is open of it.
    """
    if not parts:
        return [
            Pick(line, _open(line), f"line_items[{index}]") for index, line in enumerate(lines) if _open(line)
        ]
    known = {line["line_item_id"]: line for line in lines}
    picks: dict[int, Pick] = {}
    for index, part in enumerate(parts):
        key, at = part.line_item_id, f"line_items[{index}]"
        if key in picks:
            raise RuleBroken("This line is named twice.", field=f"{at}.line_item_id")
        if key not in known:
            shown = key if isinstance(key, Stray) else _LINE.plain(key, books.org_id)
            missing("Line item", shown, f"{at}.line_item_id")
        picks[key] = _pick(known[key], part.quantity, at)
    return list(picks.values())


def _open(line: Row) -> int:
    left: int = line["quantity"] - line["converted"]
    return left


def _pick(line: Row, quantity: int | None, at: str) -> Pick:
    """So much of a line, or without a quantity all that is open of it."""
    left = _open(line)
    if not left or (quantity or 0) > left:
        raise RuleBroken(f"Only {plain(left, 6)} of this line is open.", field=f"{at}.quantity")
    return Pick(line, quantity or left, at)


@declared
class Conversion:
    """How the orders of one kind are carried out."""

    orders: Proposals
    noun: str
    """The key of what is made, in the answer."""
    agree: str
    """The step by which a draft is agreed on; here it is taken on the way."""

    def run(self, books: Books, row: Row, body: Any) -> Row:
        """Carry out an order, in part or what is open of it: the order then, and what was made."""
        orders, kind = self.orders, self.orders.kind
        step(kind.life, row["status"], "convert")
        lines = lines_of(books, [row])[row["id"]]
        picks = picked(books, lines, body.line_items)
        others = standing(books, orders.out, [row["id"]])
        part = Part(books, charges_of(orders.out), orders, row, lines, picks, others)
        wanted = part.body(body)
        also = {}
        if row["status"] == "DRAFT":
            also = {"approved_at": books.time}
            agreed = row | {"status": step(kind.life, "DRAFT", self.agree)}
            kind.tell(books, agreed, None, orders.verbs[self.agree])
        moved = {pick.line["line_item_id"]: pick.quantity for pick in picks}
        after, counted = count(books, orders, row, lines, moved, {}, "CONVERTED", **also)
        made = part.charges.written(books, wanted, row["id"])
        ids = [*[other["id"] for other in others], made["id"]]
        return {kind.noun: orders.whole(books, after, counted, ids), self.noun: made}


class Part(NamedTuple):
    """A part of an order that is to be an invoice or a bill: `others` are those made of it already."""

    books: Books
    charges: Charges
    orders: Proposals
    order: Row
    lines: Sequence[Row]
    picks: Sequence[Pick]
    others: Sequence[Row]

    def body(self, given: Any) -> Any:
        """What the invoice or the bill is to say, as its create call would have it."""
        order = self.order
        changes = {
            name: value
            for name, value in given.__dict__.items()
            if value is not None and name != "line_items"
        }
        if self.is_all:
            changes.setdefault("reference_number", order["reference_number"])
        else:
            changes |= {"round_off": None, "shipping_charge": self._shared("shipping_charge")}
            changes.setdefault("reference_number", None)
        changes |= {"date": given.date or self.books.today, "series": None}
        changes["line_items"] = tuple(self._lines())
        table = self.orders.kind.table
        body: Any = as_body(self.charges.shape, table, order, self.lines, changes)
        for fault in body.faults():
            raise RuleBroken(fault.message, field=fault.field)
        check_usable(self.books, body, [pick.at for pick in self.picks])
        return body if self.is_all else self._bounded(body)

    @property
    def is_all(self) -> bool:
        """Whether the part is the whole order."""
        untouched = not any(line["converted"] for line in self.lines)
        return untouched and len(self.picks) == len(self.lines) and not any(one.rest for one in self.picks)

    def _lines(self) -> list[Row]:
        """The lines, as they were filled in the order, with the quantities of this part."""
        taken: dict[int, int] = {}
        discounted = [pick for pick in self.picks if _is_amount(pick.line["discount_given"])]
        if discounted and self.others:
            for rows in lines_of(self.books, self.others).values():
                for row in rows:
                    taken[row["order_line"]] = taken.get(row["order_line"], 0) + row["discount"]
        return [_carried(pick, self.order, taken.get(pick.line["line_item_id"], 0)) for pick in self.picks]

    def _shared(self, name: str, worth: int | None = None) -> int:
        """This part's share of an amount on the whole order: by the value of its lines, or by what it is
        `worth`, where that was computed; no share is more than that then."""
        taken = taken_of(self.order[name], [other[name] for other in self.others])
        part = sum(_value(pick.line, pick.quantity) for pick in self.picks)
        left = {pick.line["line_item_id"]: pick.rest for pick in self.picks}
        rest = sum(_value(line, left.get(line["line_item_id"], _open(line))) for line in self.lines)
        if worth is not None:
            gone = sum(other["sub_total"] for other in self.others)
            part, rest = worth, rest and max(self.order["sub_total"] - gone - worth, 0)
        return part_of(self.order[name], taken=taken, part=part, rest=rest)

    def _bounded(self, body: Any) -> Any:
        """The body with its share of a discount and of an adjustment, neither more than it is worth: by
        rounding, a part may be worth a paisa less than its share of what is taken off."""
        said, order = body.__dict__, self.order
        said["adjustment"] = 0
        if _is_amount(order["discount_given"]):
            said["discount"] = None
            worth = self._drawn(body).row["sub_total"]
            said["discount"] = rupees(min(self._shared("discount", worth), worth))
        if order["adjustment"]:
            most = self._drawn(body).row["total"] if order["adjustment"] < 0 else 0
            said["adjustment"] = max(self._shared("adjustment"), -most)
        return body

    def _drawn(self, body: Any) -> Drawn:
        kind = self.charges.kind
        return draw(self.books, kind, body, selling=kind.who == "customer")


def _is_amount(discount: str | None) -> bool:
    """Whether a discount was given as an amount; a percentage divides by itself."""
    return discount is not None and not discount.endswith("%")


def _value(line: Row, quantity: int) -> int:
    """What so much of a line comes to, by what all of it came to."""
    value: int = line["item_total"] * quantity // line["quantity"]
    return value


def _carried(pick: Pick, order: Row, taken: int) -> Row:
    """A line of an order as a line that carries it out: of a discount in rupees it takes its share."""
    line = pick.line
    given = as_given(line, order) | {"quantity": pick.quantity, "order_line": line["line_item_id"]}
    discount = discount_of(line["discount_given"])
    if discount is not None and discount.amount is not None:
        share = part_of(discount.amount, taken=taken, part=pick.quantity, rest=pick.rest)
        most = gross(Millionths(pick.quantity), Millionths(line["rate"]))
        given["discount_given"] = rupees(min(share, most))
    return given
