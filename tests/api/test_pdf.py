"""``GET …/{id}/pdf``: headers, caching, refusals, and that nothing is written (`api.md` §4.16)."""

from typing import Any

import pytest

import finzcore
from finzcore.api import wsgi
from finzcore.api.routing import BASE
from finzcore.books.books import Books
from finzcore.errors import NotFound, NotInstalled, RuleBroken
from finzcore.testing import Call
from tests.render.pages import text_of
from tests.trade import TODAY, Body, Trade


@pytest.fixture
def trade(call: Call, acme: finzcore.Org) -> Trade:
    return Trade(call, acme)


@pytest.fixture
def invoice(trade: Trade) -> Body:
    return trade.taxed(trade.contact(), 12000)


def head(call: Call, path: str) -> dict[str, str]:
    """The headers of an answer that is a document."""
    answer = call("GET", path)
    assert 200 == answer.status, answer.body
    assert answer.body.startswith(b"%PDF-")
    return {name.lower(): value for name, value in answer.headers}


def test_an_invoice_is_shown_as_pdf(call: Call, invoice: Body) -> None:
    answer = call("GET", f"/invoices/{invoice['invoice_id']}/pdf")
    named = dict(answer.headers)
    assert 200 == answer.status
    assert "application/pdf" == named["Content-Type"]
    assert 'inline; filename="INV-2627-001.pdf"' == named["Content-Disposition"]
    assert "private, max-age=900" == named["Cache-Control"]
    assert "fresh" == named["X-AIBooks-Render"]
    assert "1" == named["X-AIBooks-Version"]
    assert named["X-Request-Id"].startswith("req_")
    assert "X-RateLimit-Remaining" in named
    assert "₹14,160.00" in text_of(answer.body)


def test_the_second_time_it_is_not_drawn_again(call: Call, trade: Trade, invoice: Body) -> None:
    path = f"/invoices/{invoice['invoice_id']}/pdf"
    seen = [head(call, path)["x-aibooks-render"] for _ in range(2)]
    assert ["fresh", "cached"] == seen
    assert "fresh" == head(call, f"{path}?template=tally")["x-aibooks-render"]
    assert "cached" == head(call, f"{path}?template=tally&download=true")["x-aibooks-render"]
    trade.receive(invoice["customer_id"], 5000, (invoice, 5000))
    after = head(call, path)
    assert ("fresh", "2") == (after["x-aibooks-render"], after["x-aibooks-version"])
    assert "9,160.00" in text_of(call("GET", path).body)


def test_a_changed_bank_account_is_printed_at_once(call: Call, acme: finzcore.Org, invoice: Body) -> None:
    path = f"/invoices/{invoice['invoice_id']}/pdf"
    assert "fresh" == head(call, path)["x-aibooks-render"]
    more = {"bank_name": "HDFC Bank", "account_number": "50100012345678", "ifsc": "HDFC0001234"}
    acme.create_account(code="1001", name="Current", account_type="BANK", upi_id="acme@okbank", **more)
    after = head(call, path)
    assert ("fresh", "1") == (after["x-aibooks-render"], after["x-aibooks-version"])
    text = text_of(call("GET", path).body)
    assert "50100012345678" in text
    assert "Scan to pay by UPI" in text


@pytest.mark.parametrize(
    ("query", "begins"),
    [("", "inline"), ("?download=false", "inline"), ("?download=true", "attachment"), ("?other=1", "inline")],
)
def test_it_is_saved_where_that_is_asked_for(call: Call, invoice: Body, query: str, begins: str) -> None:
    path = f"/invoices/{invoice['invoice_id']}/pdf{query}"
    assert f'{begins}; filename="INV-2627-001.pdf"' == head(call, path)["content-disposition"]


def test_a_slash_in_a_number_is_a_hyphen_in_the_name(call: Call, trade: Trade) -> None:
    made = trade.invoice(trade.contact(), 100, invoice_number="KT/26-27/7")
    shown = head(call, f"/invoices/{made['invoice_id']}/pdf")["content-disposition"]
    assert 'inline; filename="KT-26-27-7.pdf"' == shown


@pytest.mark.parametrize("query", ["template=fancy", "template=CLASSICAL", "template=../classic"])
def test_another_template_is_refused(call: Call, invoice: Body, query: str) -> None:
    path = f"/invoices/{invoice['invoice_id']}/pdf?{query}"
    refused = call.refused("GET", path)
    assert (400, "validation.invalid_value", "template") == refused


@pytest.mark.parametrize("name", ["BOXED", "Boxed", "%20boxed%20"])
def test_a_template_is_named_in_any_case(call: Call, invoice: Body, name: str) -> None:
    path = f"/invoices/{invoice['invoice_id']}/pdf"
    drawn = call("GET", f"{path}?template={name}")
    assert (200, call("GET", f"{path}?template=boxed").body) == (drawn.status, drawn.body)
    assert call("GET", path).body != drawn.body


def test_a_word_that_is_neither_true_nor_false_is_refused(call: Call, invoice: Body) -> None:
    path = f"/invoices/{invoice['invoice_id']}/pdf?download=yes"
    assert (422, "validation.failed", "download") == call.refused("GET", path)


def test_the_template_is_that_of_the_organisation(call: Call, acme: finzcore.Org, invoice: Body) -> None:
    path = f"/invoices/{invoice['invoice_id']}/pdf"
    usual = call("GET", path).body
    acme.set_preferences(pdfTemplate="boxed")
    assert usual != call("GET", path).body
    assert call("GET", f"{path}?template=boxed").body == call("GET", path).body
    assert call("GET", f"{path}?template=classic").body == usual


def test_what_is_not_there_has_no_document(call: Call, acme: finzcore.Org, invoice: Body) -> None:
    wrong = f"{invoice['invoice_id'][:-1]}{'0' if invoice['invoice_id'][-1] != '0' else '1'}"
    for path_id in (wrong, "inv_1"):
        refused = call.refused("GET", f"/invoices/{path_id}/pdf")
        assert (404, "not_found.resource", "invoice_id") == refused
    with pytest.raises(NotFound):
        acme.invoices.pdf(wrong)


def test_a_document_of_others_is_not_found(engine: finzcore.Engine, call: Call, invoice: Body) -> None:
    other = engine.create_org(name="Other", state="IN-MH")
    theirs = Call(engine, engine.mint_pat(org_id=other.org_id).token)
    assert 404 == theirs("GET", f"/invoices/{invoice['invoice_id']}/pdf").status


def test_reading_invoices_is_what_it_takes(
    engine: finzcore.Engine, acme: finzcore.Org, invoice: Body
) -> None:
    path = f"/invoices/{invoice['invoice_id']}/pdf"
    for scope, status in (("AIBooks.invoices.READ", 200), ("AIBooks.payments.READ", 403)):
        token = engine.mint_pat(org_id=acme.org_id, scopes=[scope]).token
        assert status == Call(engine, token)("GET", path).status


def test_every_document_so_far_has_its_pdf(call: Call, trade: Trade) -> None:
    asha = trade.contact()
    invoice = trade.taxed(asha, 1000)
    payment = trade.receive(asha, 500, (invoice, 500))
    note = trade.note(asha, 100, invoice_id=invoice["invoice_id"])
    for path, word in (
        (f"/invoices/{invoice['invoice_id']}", invoice["invoice_number"]),
        (f"/payments/{payment['payment_id']}", payment["payment_number"]),
        (f"/credit_notes/{note['credit_note_id']}", invoice["invoice_number"]),
    ):
        answer = call("GET", f"{path}/pdf")
        assert 200 == answer.status
        assert word in text_of(answer.body)


def test_python_callers_get_bytes(call: Call, acme: finzcore.Org, invoice: Body) -> None:
    made = acme.invoices.pdf(invoice["invoice_id"], template="modern")
    assert made == call("GET", f"/invoices/{invoice['invoice_id']}/pdf?template=modern").body
    with acme.transaction():
        assert made == acme.invoices.pdf(invoice["invoice_id"], template="modern", download=True)
    with pytest.raises(RuleBroken, match="Must be one of classic, modern, boxed, tally"):
        acme.invoices.pdf(invoice["invoice_id"], template="fancy")


def test_nothing_is_written(call: Call, trade: Trade, acme: finzcore.Org, invoice: Body) -> None:
    def heads(books: Books) -> Any:
        return dict(books.head)

    before = acme._engine.look(acme._key, heads)
    head(call, f"/invoices/{invoice['invoice_id']}/pdf?template=tally")
    assert before == acme._engine.look(acme._key, heads)
    assert 1 == trade.again(invoice)["version"]


def test_without_the_extra_the_refusal_says_what_to_install(
    call: Call, acme: finzcore.Org, invoice: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    answer = call("GET", f"/invoices/{invoice['invoice_id']}/pdf")
    said = answer.json()
    assert (501, "server.not_installed") == (answer.status, said["code"])
    assert "PDFs are drawn by an extra: pip install 'finzcore[pdf]'." == said["message"]
    with pytest.raises(NotInstalled):
        acme.invoices.pdf(invoice["invoice_id"])


def test_a_server_says_how_long_it_is(engine: finzcore.Engine, call: Call, invoice: Body) -> None:
    began: list[Any] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": f"{BASE}/invoices/{invoice['invoice_id']}/pdf",
        "HTTP_AUTHORIZATION": f"Bearer {call.token}",
    }
    body = b"".join(wsgi(engine)(environ, lambda status, headers, _=None: began.extend((status, headers))))
    assert "200 OK" == began[0]
    assert [str(len(body))] == [value for name, value in began[1] if name == "Content-Length"]
    assert body.startswith(b"%PDF-")


def test_a_draft_is_marked_and_cannot_be_paid_from(call: Call, acme: finzcore.Org, trade: Trade) -> None:
    acme.create_account(code="1001", name="Current", account_type="BANK", upi_id="acme@okbank")
    draft = trade.invoice(trade.contact(), 100, auto_approve=False)
    path = f"/invoices/{draft['invoice_id']}"
    text = text_of(call("GET", f"{path}/pdf").body)
    assert "DRAFT" in text
    assert "Scan to pay" not in text
    call.ok("POST", f"{path}/approve")
    assert "Scan to pay" in text_of(call("GET", f"{path}/pdf").body)
    call.ok("POST", f"{path}/void")
    assert "CANCELLED" in text_of(call("GET", f"{path}/pdf").body)


def test_the_date_of_asking_changes_nothing(engine: finzcore.Engine, call: Call, invoice: Body) -> None:
    path = f"/invoices/{invoice['invoice_id']}/pdf"
    before = call("GET", path).body
    engine.clock.set(f"{int(TODAY[:4]) + 1}-01-01T00:00:00+00:00")  # type: ignore[attr-defined]
    answer = call("GET", path)
    assert before == answer.body
    assert "cached" == answer.header("X-AIBooks-Render")
