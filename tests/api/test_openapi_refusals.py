"""Every refusal of every operation is one that the document tells of, and its examples are real."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

import finzcore
from finzcore.api import Request, Response
from finzcore.api import authenticate as authentication
from finzcore.api.multipart import Sent, written
from finzcore.api.openapi.refusals import BROKEN, REFUSALS
from finzcore.api.openapi.story import Example
from finzcore.api.routing import BASE
from finzcore.books.registry import resource
from finzcore.books.resource import JSON, Operation
from finzcore.commands.openapi import played
from finzcore.errors import KeyInProgress, KeyReused, Unavailable
from tests.api.documented import Documented, books

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE")


class Asker:
    """Requests to each operation of books on which the story was played."""

    def __init__(self, engine: finzcore.Engine) -> None:
        self.engine = engine
        self.examples = played(engine)
        self.api = Documented(self.examples)
        self.org = engine.orgs()[0]
        self.token = engine.mint_pat(org_id=self.org.org_id).token
        self.several = engine.mint_pat(user_id=engine.tokens(org_id=self.org.org_id)[0]["user_id"]).token
        self._sent = 0

    def path(self, name: str) -> str:
        """The path of an operation, with an id that there is, or was."""
        path = self.api.operations[name][1]
        for example in self.examples.get(name, [Example(path_id="", query={}, body=None, answer=None)]):
            path = path.replace(path[path.find("{") : path.find("}") + 1] or "{}", example.path_id or "none")
        return path

    def ask(
        self,
        name: str,
        body: Any = None,
        *,
        query: str = "",
        path: str | None = None,
        method: str | None = None,
        token: str | None = None,
        key: str | None = "",
        **more: str,
    ) -> Response:
        """A request to an operation. Without a `token` that of the organisation asks, or one of several
        where the operation is of such; with "" nobody."""
        usual = self.several if operation_of(name).of_several else self.token
        self._sent += 1
        sent = {name.replace("_", "-"): value for name, value in more.items()}
        if token != "":
            sent["Authorization"] = f"Bearer {token or usual}"
        if key is not None:
            sent["Idempotency-Key"] = key or f"ask-{self._sent}"
        if is_form(name):
            kind, form = written(body if isinstance(body, dict) else {})
            sent = {"Content-Type": kind} | sent
            body = form if isinstance(body, dict) else body
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        method = method or self.api.operations[name][0]
        return self.engine.handle(Request(method, BASE + (path or self.path(name)), query, sent, raw))

    def refused(self, name: str, status: int, code: str, response: Response) -> None:
        """A refusal of that kind, and as the document tells of it."""
        assert (status, code) == (response.status, response.json()["code"]), (name, response.body)
        assert [] == self.api.against(name, response), name


@pytest.fixture(scope="module")
def asker() -> Iterator[Asker]:
    with books(rate_limits={"DEFAULT": 10**6, "PARTNER": 10**6}) as engine:
        yield Asker(engine)


def operation_of(name: str) -> Operation:
    of, _, word = name.rpartition(".")
    return resource(of).operation(word)


def is_form(name: str) -> bool:
    """Whether an operation reads a form, and no JSON."""
    return name != "whoami.get" and operation_of(name).media != JSON


NAMING = {
    "items.create", "estimates.create", "sales_orders.create", "purchase_orders.create", "invoices.create",
    "bills.create", "credit_notes.create", "debit_notes.create", "payments.create", "expenses.create",
    "journals.create", "recurring.create", "comments.create", "attachments.create", "reports.trial_balance",
    "reports.profit_and_loss", "reports.balance_sheet", "reports.cash_flow", "reports.day_book",
    "reports.sales_register", "reports.purchase_register", "reports.gstr1", "reports.gstr3b",
    "filings.create",
    "reports.ledger", "reports.customer_ledger", "reports.vendor_ledger", "reports.ar_aging",
    "reports.ap_aging", "reports.outstanding_receivables", "reports.outstanding_payables",
}  # fmt: skip
"""The operations without an id in their path that name something by its id."""


def each(asker: Asker, *methods: str) -> list[str]:
    """The operations with one of these methods; all of them without any."""
    return [name for name, (method, _, _) in asker.api.operations.items() if method in (methods or METHODS)]


def test_who_asks(asker: Asker) -> None:
    revoked = asker.engine.mint_pat(org_id=asker.org.org_id)
    asker.engine.revoke_token(revoked.token_id)
    over = asker.engine.clock().replace(day=27)
    expired = asker.engine.mint_pat(org_id=asker.org.org_id, expires_at=over)
    for name in each(asker):
        asker.refused(name, 401, "auth.missing_token", asker.ask(name, token=""))
        asker.refused(name, 401, "auth.invalid_token", asker.ask(name, token="aibk_pat_nobody"))
        asker.refused(name, 401, "auth.revoked_token", asker.ask(name, token=revoked.token))
        asker.refused(name, 401, "auth.expired_token", asker.ask(name, token=expired.token))


def test_with_which_scope(asker: Asker) -> None:
    weak = asker.engine.mint_pat(org_id=asker.org.org_id, scopes=["AIBooks.salespersons.DELETE"]).token
    for name in each(asker):
        if name != "whoami.get":
            asker.refused(name, 403, "auth.insufficient_scope", asker.ask(name, token=weak))


def test_for_which_organisation(asker: Asker) -> None:
    other = "00000000-0000-8000-8000-000000000000"
    several = asker.engine.mint_pat(user_id=asker.engine.create_user(name="Meena").user_id).token
    for name in each(asker):
        mismatched = asker.ask(name, token=asker.token, X_AIBooks_Org=other)
        asker.refused(name, 403, "auth.org_mismatch", mismatched)
        twice = asker.ask(name, query=f"organization_id={other}", X_AIBooks_Org=asker.org.org_id)
        asker.refused(name, 400, "validation.invalid_value", twice)
        elsewhere = asker.ask(name, token=several, x_apideck_company_id=other)
        asker.refused(name, 403, "auth.no_membership", elsewhere)
        if operation_of(name).needs_organisation:
            nowhere = asker.ask(name, token=several)
            asker.refused(name, 400, "auth.missing_organization_id", nowhere)


def test_of_what_there_is_not(asker: Asker) -> None:
    for name in each(asker):
        _, path, operation = asker.api.operations[name]
        if "{" in path:
            head, _, tail = path.partition("{")
            nothing = head + "ct_" + "0" * 32 + tail.partition("}")[2]
            body = asker.examples[name][0].body if name in asker.examples else {"bill_id": "bl_" + "0" * 32}
            asker.refused(name, 404, "not_found.resource", asker.ask(name, body, path=nothing))
        else:
            assert ("404" in operation["responses"]) == (name in NAMING)


def test_with_a_body_that_cannot_be_read(asker: Asker) -> None:
    for name in each(asker, "POST", "PUT"):
        asker.refused(name, 422, "validation.failed", asker.ask(name, b"{"))
        asker.refused(name, 422, "validation.failed", asker.ask(name, []))
        most = operation_of(name).most_bytes
        # Of a form it is the file that is too large, which is a field among others.
        too_large = 422 if is_form(name) else 413
        asker.refused(name, too_large, "validation.failed", asker.ask(name, b" " * most + b"{}"))
        asker.refused(name, 415, "validation.failed", asker.ask(name, {}, Content_Type="text/plain"))
        asker.refused(name, 415, "validation.failed", asker.ask(name, {}, Content_Encoding="gzip"))


def test_with_a_head_that_cannot_be_read(asker: Asker) -> None:
    for name in each(asker):
        asker.refused(name, 422, "validation.failed", asker.ask(name, query="per_page=%"))
        asker.refused(name, 413, "validation.failed", asker.ask(name, X_Long="x" * 2**14))


def test_without_what_is_required(asker: Asker) -> None:
    for name in each(asker):
        _, _, operation = asker.api.operations[name]
        codes = asker.api.response(name, 400)["content"]["application/json"]["schema"]["allOf"][1]
        required = operation.get("requestBody", {}).get("required") or any(
            one.get("required") and one["in"] == "query" for one in operation["parameters"]
        )
        if required:
            # A form without its file is one that cannot be read.
            given = {"file": Sent("note.txt", b"Paid")} if is_form(name) else {}
            asker.refused(name, 400, "validation.required_field", asker.ask(name, given))
        elif "validation.required_field" in codes["properties"]["code"]["enum"]:
            # What changes something may leave out everything, but not clear it.
            assert name.endswith((".update", ".convert_to_invoice", ".convert_to_bill"))


def test_with_a_key_that_is_none(asker: Asker) -> None:
    required = []
    for name in each(asker, "POST"):
        asker.refused(name, 400, "validation.invalid_value", asker.ask(name, key="a key"))
        keys = [asker.api.resolved(one) for one in asker.api.operations[name][2]["parameters"]]
        if any(one["name"] == "Idempotency-Key" and one.get("required") for one in keys):
            asker.refused(name, 400, "idempotency.key_required", asker.ask(name, key=None))
            required.append(name)
    # api.md §1.10, as far as these exist
    assert {
        "invoices.create", "payments.create", "payments.apply", "credit_notes.create",
        "credit_notes.apply_to_invoice", "credit_notes.apply_to_bill", "debit_notes.create",
    } == set(required)  # fmt: skip


def test_with_a_key_that_was_used(asker: Asker) -> None:
    for name in each(asker, "POST"):
        key = name.replace(".", ":")
        first, again = (asker.ask(name, {"unknown": 1}, key=key) for _ in range(2))
        assert (first.status, first.body) == (again.status, again.body)
        assert "true" == again.header("Idempotency-Replayed")
        assert [] == asker.api.against(name, first) == asker.api.against(name, again)
        other = asker.ask(name, {"unknown": 2}, key=key)
        asker.refused(name, 422, KeyReused.code, other)


def test_with_another_method(asker: Asker) -> None:
    said = asker.api.document["components"]["responses"]["Refused405"]
    for path, methods in asker.api.document["paths"].items():
        for method in METHODS:
            if method.lower() not in methods:
                plain = path.replace("{", "").replace("}", "")
                response = asker.ask("whoami.get", path=plain, method=method)
                assert 405 == response.status, (method, path)
                assert {*methods} == {word.lower() for word in str(response.header("Allow")).split(", ")}
                assert [] == asker.api.against_response(said, response)


def test_too_often() -> None:
    with books(rate_limits={"DEFAULT": 1000, "PARTNER": 1}) as engine:
        asker = Asker(engine)
        for one in engine.tokens(org_id=asker.org.org_id):
            engine.set_tier(one["token_id"], "PARTNER")
        asker.ask("whoami.get")
        for name in each(asker):
            asker.refused(name, 429, "rate_limit.exceeded", asker.ask(name, token=asker.token))


def test_when_the_books_are_out_of_reach(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(error: Exception) -> Callable[..., Any]:
        def raised(*given: Any, **more: Any) -> Any:
            raise error

        return raised

    for name in each(asker):
        with monkeypatch.context() as patched:
            patched.setattr(authentication, "authenticate", fails(Unavailable()))
            asker.refused(name, 503, "server.unavailable", asker.ask(name))
            patched.setattr(authentication, "authenticate", fails(OSError("no space left")))
            asker.refused(name, 503, "server.unavailable", asker.ask(name))
            patched.setattr(authentication, "authenticate", fails(ValueError("a mistake of ours")))
            asker.refused(name, 500, BROKEN["code"], asker.ask(name))
    for name in each(asker, "POST"):
        with monkeypatch.context() as patched:
            patched.setattr(type(asker.engine.desk), "do", fails(KeyInProgress(field="Idempotency-Key")))
            asker.refused(name, 409, KeyInProgress.code, asker.ask(name))


# ----- the examples -----


def _unreadable(asker: Asker) -> Response:
    return asker.ask("contacts.create", b'{"contact_name": ,}')


def _rule_broken(asker: Asker) -> Response:
    return asker.ask("invoices.create", _sale(asker) | {"due_date": "tomorrow"})


def _required(asker: Asker) -> Response:
    return asker.ask("invoices.create", _sale(asker) | {"customer_id": None})


def _status(asker: Asker) -> Response:
    invoice = asker.examples["invoices.create"][0].answer["invoice"]["invoice_id"]
    made = asker.ask("invoices.create", _sale(asker) | {"auto_approve": True}).json()["invoice"]
    assert invoice != made["invoice_id"]
    return asker.ask("invoices.approve", path=f"/invoices/{made['invoice_id']}/approve")


def _locked(asker: Asker) -> Response:
    asker.org.lock_period("2026-03-31", reason="The year is filed")
    return asker.ask("invoices.create", _sale(asker) | {"date": "2026-03-31", "due_date": "2026-03-31"})


def _over(asker: Asker) -> Response:
    made = asker.ask("invoices.create", _sale(asker) | {"auto_approve": True}).json()["invoice"]
    body = asker.examples["payments.create"][0].body
    parts = [{"invoice_id": made["invoice_id"], "amount": 14161}]
    return asker.ask("payments.create", body | {"amount": 14161, "allocations": parts})


def _duplicate(asker: Asker) -> Response:
    asker.ask("invoices.create", _sale(asker) | {"reference_number": "PO-7"})
    return asker.ask("invoices.create", _sale(asker) | {"reference_number": "PO-7"})


def _reused(asker: Asker) -> Response:
    asker.ask("invoices.create", {}, key="twice")
    return asker.ask("invoices.create", _sale(asker), key="twice")


def _sale(asker: Asker) -> dict[str, Any]:
    body: dict[str, Any] = asker.examples["invoices.create"][0].body
    return {name: value for name, value in body.items() if name != "auto_approve"}


def _unbalanced(asker: Asker) -> Response:
    body = asker.examples["journals.create"][0].body
    debit, credit = body["lines"]
    return asker.ask(
        "journals.create", body | {"lines": [debit | {"debit": 100}, credit | {"credit": 99.98}]}
    )


PROVOKED: dict[str, Callable[[Asker], Response]] = {
    "Unreadable": _unreadable,
    "TooLarge": lambda asker: asker.ask("contacts.create", b" " * 2**20 + b"{}"),
    "UnsupportedMedia": lambda asker: asker.ask("contacts.create", {}, Content_Type="text/xml"),
    "WrongMethod": lambda asker: asker.ask("invoices.list", method="PATCH"),
    "RuleBroken": _rule_broken,
    "RequiredField": _required,
    "StatusRefused": _status,
    "PeriodLocked": _locked,
    "EntryUnbalanced": _unbalanced,
    "OverAllocated": _over,
    "NotFound": lambda asker: asker.ask("invoices.get", path="/invoices/inv_" + "0" * 32),
    "Duplicate": _duplicate,
    "KeyRequired": lambda asker: asker.ask("invoices.create", _sale(asker), key=None),
    "KeyReused": _reused,
    "InsufficientScope": lambda asker: asker.ask(
        "invoices.create",
        token=asker.engine.mint_pat(org_id=asker.org.org_id, scopes=["AIBooks.salespersons.DELETE"]).token,
    ),
    "OrgMismatch": lambda asker: asker.ask("invoices.list", X_AIBooks_Org="elsewhere"),
}
"""How the refusals come about whose examples hold more than a fixed sentence."""


@pytest.mark.parametrize("name", PROVOKED)
def test_the_example_of_a_refusal_is_real(asker: Asker, name: str) -> None:
    refusal = next(one for one in REFUSALS if one.name == name)
    said = json.loads(PROVOKED[name](asker).body, parse_float=Decimal)
    assert _without_ids(refusal.example) == _without_ids(said)


def test_the_other_examples_are_fixed_sentences() -> None:
    fixed = {one.name for one in REFUSALS if one.on_wire and one.name not in PROVOKED}
    assert {
        "MissingOrganisation", "MissingToken", "InvalidToken", "RevokedToken", "ExpiredToken", "NoMembership",
        "RateLimited", "KeyInProgress", "NotInstalled", "Unavailable",
        "InvalidClient", "InvalidGrant", "InvalidScope", "UnsupportedGrantType",
    } == fixed - {"InvalidRequest"}  # fmt: skip
    for one in REFUSALS:
        if one.name in fixed - {"InvalidRequest"}:
            assert one.error.message == str(type(one.error).__doc__)


def _without_ids(said: dict[str, Any]) -> str:
    text = json.dumps(said | {"request_id": ""}, sort_keys=True, default=str)
    words = [word for word in text.replace('"', " ").replace("'", " ").split() if word]
    return " ".join("inv_" if word.startswith("inv_") else word for word in words)
