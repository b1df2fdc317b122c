"""A race: what contenders ask for at the same moment, what they may be answered, and what must be true
after.

A pair is two steps that conflict (`reliability.md` §23). In a round half of the contenders take the
one and half the other. A round is judged twice: by its answers, which must be among the lawful ones,
and by its effects, which are read off the file or the database itself and not through the code that wrote it.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

import attrs

import finzcore
from finzcore.errors import FinzError
from finzcore.ids import from_uuid
from finzcore.testing import Call
from tests.proof.onlooker import Onlooker
from tests.trade import Trade

SEED: Final = 20260519


@attrs.frozen(kw_only=True)
class Step:
    """What one contender does: a request, or the lock of a period, which has no path."""

    method: str = "POST"
    path: str = ""
    body: Any = None
    key: str | None = None
    locks: str | None = None
    own: str | None = None
    """The field of the body that each contender fills in its own way."""

    def of(self, contender: int) -> "Step":
        """The step as this contender takes it: with a key of its own, if it has not a given one."""
        body = self.body if self.own is None else self.body | {self.own: f"from contender {contender}"}
        key = None if self.key is None else self.key.replace("*", str(contender))
        return attrs.evolve(self, body=body, key=key)


@attrs.frozen(kw_only=True)
class Done:
    """What came of a step: the answer in a word or three, and the id under which it is on record."""

    word: str
    request_id: str | None = None

    @property
    def won(self) -> bool:
        """Whether this step itself had an effect."""
        return self.word in ("200", "201", "locked")


def perform(engine: finzcore.Engine, org_id: str, token: str, step: Step) -> Done:
    """Take a step. A refusal's word is its status, its code and its field."""
    if step.locks is not None:
        try:
            engine.org(org_id).lock_period(step.locks, "The return is filed")
        except FinzError as error:
            return Done(word=error.code)
        return Done(word="locked")
    answer = Call(engine, token)(step.method, step.path, step.body, key=step.key)
    said = answer.json()
    words = [str(answer.status)]
    if answer.header("Idempotency-Replayed"):
        words.append("replayed")
    elif answer.status >= 400:
        words += [str(said[name]) for name in ("code", "field") if name in said]
    return Done(word=" ".join(words), request_id=answer.header("X-Request-Id"))


class Crew(Protocol):
    """Contenders that begin together."""

    size: int

    def run(self, org_id: str, token: str, steps: Sequence[Step]) -> list[Done]:
        """Take as many steps as there are contenders, at once."""
        ...


@attrs.define
class Stage:
    """One organisation, and how many rounds it has seen."""

    engine: finzcore.Engine
    org: finzcore.Org
    trade: Trade
    token: str
    customer: str
    onlooker: Onlooker
    round: int = 0

    @classmethod
    def built(cls, engine: finzcore.Engine, onlooker: Onlooker, name: str) -> "Stage":
        """A new organisation with one customer. `onlooker` looks at the same books."""
        org = engine.create_org(name=name, state="IN-KA")
        token = engine.mint_pat(org_id=org.org_id).token
        trade = Trade(Call(engine, token), org)
        return cls(engine, org, trade, token, trade.contact(), onlooker)

    @property
    def org_key(self) -> int:
        key = from_uuid(0, self.org.org_id)
        assert key is not None
        return key

    def rows(self, text: str, **values: Any) -> list[tuple[Any, ...]]:
        """What a SELECT gives over the books, ``:o`` being the organisation."""
        return self.onlooker.rows(text, o=self.org_key, **values)


@attrs.frozen(kw_only=True)
class Pair:
    """Two steps that conflict, and what may come of them.

    `wins` gives, for so many contenders on each side, how many of the first and of the second may
    have an effect; `lost` are the answers that the others may get.
    """

    number: str
    name: str
    scene: Callable[[Stage], tuple[Step, Step]]
    wins: Callable[[int], set[tuple[int, int]]]
    lost: frozenset[str]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


@attrs.frozen
class Judgement:
    """What was wrong with a round, in its answers and in its effects."""

    answers: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        return not self.answers and not self.effects


def play(stage: Stage, pair: Pair, crew: Crew, seen: Counter[str], *, wholly: bool = True) -> Judgement:
    """One round: set the scene, let the crew go, judge. The words are counted in `seen`.

    What is wrong in the books stays so; unless it is `wholly` judged, a round leaves that to a later one.
    """
    stage.round += 1
    sides = pair.scene(stage)
    steps = [sides[contender % 2].of(contender) for contender in range(crew.size)]
    ((since,),) = stage.rows("SELECT event_seq FROM heads WHERE org_id = :o")
    done = crew.run(stage.org.org_id, stage.token, steps)
    seen.update(f"{'AB'[contender % 2]} {one.word}" for contender, one in enumerate(done))
    effects = _unmatched(stage, since, done)
    answers = _unlawful(pair, done) + _several(steps, done)
    if wholly:
        effects += broken(stage)
        answers += _not_replayed(stage, steps, done)
    return Judgement(tuple(answers), tuple(effects))


def _unlawful(pair: Pair, done: Sequence[Done]) -> list[str]:
    """Answers that no order of these steps explains."""
    found = [f"answered {one.word}" for one in done if not one.won and one.word not in pair.lost]
    wins = (sum(one.won for one in done[::2]), sum(one.won for one in done[1::2]))
    if wins not in pair.wins(len(done) // 2):
        found.append(f"{wins} of the two sides had their way")
    return found


def _several(steps: Sequence[Step], done: Sequence[Done]) -> list[str]:
    """A key that everybody uses has one answer of its own."""
    if len({step.key for step in steps}) > 1 or steps[0].key is None:
        return []
    own = [one.word for one in done if "replayed" not in one.word and "idempotency." not in one.word]
    return [] if len(own) == 1 else [f"{len(own)} answers to one key"]


def _not_replayed(stage: Stage, steps: Sequence[Step], done: Sequence[Done]) -> list[str]:
    """A key that was answered before gives the same answer again, and does nothing."""
    step, before = steps[0], done[0]
    if step.key is None:
        return []
    version = stage.onlooker.version(stage.org_key)
    again = perform(stage.engine, stage.org.org_id, stage.token, step)
    after = stage.onlooker.version(stage.org_key)
    wanted = f"{before.word.split()[0]} replayed"
    if "idempotency." in before.word:  # that was no answer: somebody else has had it
        wanted = again.word if again.word.endswith(("replayed", "key_reused Idempotency-Key")) else "a replay"
    found = [] if again.word == wanted else [f"asked again: {again.word}, not {wanted}"]
    return found if after == version else [*found, "asking again wrote something"]


def _unmatched(stage: Stage, since: int, done: Sequence[Done]) -> list[str]:
    """Every step that was acknowledged is on record, and nothing else is."""
    recorded = {
        name
        for (name,) in stage.rows("SELECT request_id FROM events WHERE org_id = :o AND seq > :s", s=since)
    }
    promised = {one.request_id for one in done if one.won}
    found = [f"acknowledged and not there: {name}" for name in promised - recorded]
    return found + [f"there and not acknowledged: {name}" for name in recorded - promised]


def broken(stage: Stage) -> list[str]:
    """What is wrong in the books, by name and by what was found."""
    return [f"{name}: {row}" for name, text in SOUND.items() for row in stage.rows(text)[:3]]


_APPLIED: Final = """
    COALESCE((SELECT SUM(amount) FROM allocations AS a WHERE a.org_id = d.org_id AND released_at IS NULL
              AND a.{end}_type = '{of}' AND a.{end}_id = d.id {more}), 0)
"""


def _applied(end: str, of: str, more: str = "") -> str:
    return _APPLIED.format(end=end, of=of, more=more)


SOUND: Final = {
    "an invoice and what settles it": f"""
        SELECT number, total, payment_made, credits_applied FROM invoices AS d WHERE org_id = :o AND (
            payment_made + credits_applied > total
            OR (status <> 'SENT' AND payment_made + credits_applied > 0)
            OR payment_made <> {_applied("target", "invoices", "AND source_type = 'payments'")}
            OR credits_applied <> {_applied("target", "invoices", "AND source_type = 'credit_notes'")})
    """,
    "a payment and what it settles": f"""
        SELECT number, settles, applied FROM payments AS d WHERE org_id = :o AND (
            applied > settles OR applied <> {_applied("source", "payments")})
    """,
    "a note and what it settles": f"""
        SELECT number, total, credits_applied FROM credit_notes AS d WHERE org_id = :o AND (
            credits_applied > total OR credits_applied <> {_applied("source", "credit_notes")})
    """,
    "a series has no gap": """
        SELECT kind, prefix, next_no FROM series AS s
        WHERE org_id = :o AND kind <> 'JOURNAL' AND next_no - 1 <> (
            SELECT COUNT(DISTINCT serial) FROM numbers AS n WHERE n.org_id = s.org_id
            AND (n.kind, n.scope, n.prefix, n.year) = (s.kind, s.scope, s.prefix, s.year)
            AND serial BETWEEN 1 AND s.next_no - 1)
    """,
    "the journal has no gap": """
        SELECT SUM(next_no - 1) FROM series WHERE org_id = :o AND kind = 'JOURNAL'
        HAVING SUM(next_no - 1) <> (SELECT COUNT(DISTINCT number) FROM entries WHERE org_id = :o)
    """,
    "a number is given once": """
        SELECT kind, number, COUNT(*) FROM numbers WHERE org_id = :o GROUP BY 1, 2 HAVING COUNT(*) > 1
    """,
    "a number is a document's, or was a draft's": """
        SELECT kind, number FROM numbers AS n WHERE org_id = :o AND document_id NOT IN (
            SELECT id FROM invoices WHERE org_id = :o UNION ALL SELECT id FROM payments WHERE org_id = :o
            UNION ALL SELECT id FROM credit_notes WHERE org_id = :o
            UNION ALL SELECT id FROM sales_orders WHERE org_id = :o
            UNION ALL SELECT entity_id FROM events WHERE org_id = :o AND action = 'INVOICE_DELETED')
    """,
    # Ids lie further apart than the lines of a document: its range lets both engines find an order by key.
    "no more is invoiced than was ordered": """
        SELECT o.document_id, o.line_no FROM (
            SELECT order_line, SUM(quantity) AS taken FROM document_lines
            WHERE org_id = :o AND order_line IS NOT NULL GROUP BY 1) AS l
        JOIN document_lines AS o ON o.org_id = :o AND o.document_id + o.line_no = l.order_line
        AND o.document_id BETWEEN l.order_line - 500 AND l.order_line
        WHERE l.taken > o.quantity OR l.taken <> o.converted
    """,
    "an invoice's number is its own": """
        SELECT number, COUNT(*) FROM invoices WHERE org_id = :o GROUP BY 1 HAVING COUNT(*) > 1
    """,
    "an invoice's reference is its own": """
        SELECT customer_id, reference_number, COUNT(*) FROM invoices
        WHERE org_id = :o AND reference_number IS NOT NULL AND status <> 'CANCELLED'
        GROUP BY 1, 2 HAVING COUNT(*) > 1
    """,
    "a payment's reference is its own": """
        SELECT contact_id, date, amount, reference_number, COUNT(*) FROM payments
        WHERE org_id = :o AND reference_number IS NOT NULL AND voided_at IS NULL
        GROUP BY 1, 2, 3, 4 HAVING COUNT(*) > 1
    """,
    "a key has one answer": """
        SELECT id, COUNT(*) FROM keys WHERE org_id = :o GROUP BY 1 HAVING COUNT(*) > 1
    """,
    "a posted invoice has its entry, a draft has none": """
        SELECT number, status, entry FROM invoices
        WHERE org_id = :o AND (status = 'DRAFT') <> (entry IS NULL)
    """,
    "the head stands at the ends of the chains": """
        SELECT entry_seq, event_seq FROM heads AS h WHERE org_id = :o AND (entry_seq, event_seq) <> (
            (SELECT COUNT(*) FROM entries AS e WHERE e.org_id = h.org_id),
            (SELECT COUNT(*) FROM events AS e WHERE e.org_id = h.org_id))
    """,
    "nothing is posted into a locked period": """
        SELECT i.number, i.date, l.seq FROM events AS l
        JOIN events AS e ON e.org_id = :o AND e.seq > l.seq AND e.action = 'INVOICE_CREATED'
        JOIN invoices AS i ON i.org_id = :o AND i.id = e.entity_id
        WHERE l.org_id = :o AND l.action = 'PERIOD_LOCKED' AND l.seq > (SELECT MAX(seq) FROM events
            WHERE org_id = :o) - 200 AND i.date <= json_extract(l.changes, '$.locked_through.new')
    """,
}
"""SELECTs that find nothing in sound books: what the conflicts of a race would break."""
