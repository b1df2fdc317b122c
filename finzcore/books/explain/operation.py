"""``GET /{id}/explain``: why a document says what it says, and posts what it posts."""

from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.resource import Operation
from finzcore.ports import Row

_STEP: Final = views.View(
    views.text("rule"),
    views.text("text"),
    views.out("inputs", views.Given(type="object")),
    views.out("result", views.Given(type=["number", "string"])),
)
_POSTING: Final = views.View(
    views.ident("account_id", "acc_", "account"),
    views.text("role").maybe(),
    views.amount("debit"),
    views.amount("credit"),
    views.text("rule"),
)
EXPLANATION: Final = views.View(
    views.out("steps", views.Each(_STEP)), views.out("postings", views.Each(_POSTING))
)
"""What an explanation says besides what it is of."""


def explained(of: str, key: str, prefix: str = "") -> Operation:
    """The operation that explains a resource's documents; `key` is the key of their id."""

    def run(books: Books, row: Row) -> Row:
        """How each figure of the document came about, rule by rule, and each posting of its entry.

        The steps are computed again from what was entered; a draft has posted nothing yet.
        """
        from finzcore.books.explain.money import money_steps  # only who asks for it needs these
        from finzcore.books.explain.priced import priced_steps
        from finzcore.books.explain.told import lines
        from finzcore.documents.rules import RULES

        steps = (money_steps if of == "payments" else priced_steps)(books, of, row)
        told = [
            {"rule": step.rule, "text": RULES[step.rule], "inputs": step.inputs, "result": step.result}
            for step in steps
        ]
        return {
            "id": row["id"],
            "steps": told,
            "postings": [_posting(books, line) for line in lines(books, row)],
        }

    view = views.View(
        views.ident(key, prefix, "id"),
        *EXPLANATION.outs,
        called=f"{key.removesuffix('_id').title().replace('_', '')}Explanation",
    )
    return Operation(
        name="explain", method="GET", path="/{id}/explain", run=run, action="READ", by_id=True,
        answers=(("explain", view),),
    )  # fmt: skip


def _posting(books: Books, line: Row) -> Row:
    amount = line["amount"]
    role = books.masters.rows["accounts"][line["account"]]["role"]
    return line | {"role": role, "debit": max(amount, 0), "credit": max(-amount, 0)}
