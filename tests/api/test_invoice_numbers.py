"""How invoices are numbered: `api.md` §4.2, `gst.md` §8.2."""

import pytest

import finzcore
from finzcore.testing import Call
from tests.selling import DUPLICATE, INVALID, NOT_FOUND, Seller
from tests.tampering import bare


@pytest.fixture
def seller(call: Call, acme: finzcore.Org) -> Seller:
    return Seller(call, acme)


def numbers(seller: Seller, *dates: str) -> list[str]:
    return [seller.draft(date=date)["invoice_number"] for date in dates]


def test_numbers_count_from_one_in_each_financial_year(seller: Seller) -> None:
    # api.md §10 row 19
    dates = ("2026-03-31", "2026-04-01", "2026-03-01", "2027-03-31", "2027-04-01")
    expected = ["INV-2526-001", "INV-2627-001", "INV-2526-002", "INV-2627-002", "INV-2728-001"]
    assert expected == numbers(seller, *dates)


def test_a_draft_and_a_posted_invoice_take_numbers_of_one_series(seller: Seller) -> None:
    first, second = seller.draft(), seller.posted()
    assert ["INV-2627-001", "INV-2627-002"] == [first["invoice_number"], second["invoice_number"]]
    assert "INV-2627-001" == seller.act(first, "approve")["invoice_number"]


def test_the_number_of_a_deleted_draft_is_never_given_again(seller: Seller, engine: finzcore.Engine) -> None:
    seller.do(seller.draft(), "delete")
    assert "INV-2627-002" == seller.draft()["invoice_number"]
    taken = (409, DUPLICATE, "invoice_number")
    assert taken == seller.refused(invoice_number="INV-2627-001")
    assert [] == engine.verify()


def test_a_refused_invoice_takes_no_number(seller: Seller) -> None:
    assert (400, INVALID, "round_off") == seller.refused(round_off="-0.99", adjustment=-14160)
    assert (400, INVALID, "tds_rate") == seller.refused(seller.line(100, None), tds_rate=100)
    assert ["INV-2627-001"] == numbers(seller, "2026-05-19")


def test_what_is_undone_in_a_transaction_takes_no_number(seller: Seller) -> None:
    with pytest.raises(ZeroDivisionError), seller.org.transaction():
        seller.org.invoices.create(**seller.body())
        raise ZeroDivisionError
    assert ["INV-2627-001"] == numbers(seller, "2026-05-19")


def test_a_number_of_ones_own_is_kept_as_sent_and_the_series_does_not_move(seller: Seller) -> None:
    assert "inv/26-27/A1" == seller.draft(invoice_number="inv/26-27/A1")["invoice_number"]
    assert "INV-2627-001" == seller.draft()["invoice_number"]


def test_numbers_are_compared_whatever_their_case(seller: Seller) -> None:
    seller.draft(invoice_number="Asha-1")
    assert (409, DUPLICATE, "invoice_number") == seller.refused(invoice_number="aSHA-1")


def test_the_generator_passes_over_a_number_given_by_hand(seller: Seller, engine: finzcore.Engine) -> None:
    for number in ("INV-2627-001", "inv-2627-003"):
        seller.draft(invoice_number=number)
    assert ["INV-2627-002", "INV-2627-004"] == numbers(seller, "2026-05-19", "2026-05-19")
    assert [] == engine.verify()


def test_a_cancelled_invoice_keeps_its_number(seller: Seller) -> None:
    seller.act(seller.posted(), "void")
    assert (409, DUPLICATE, "invoice_number") == seller.refused(invoice_number="INV-2627-001")


@pytest.mark.parametrize("number", ["A", "1", "AB/26-27/000001", "inv-2627-0000001", "A---/-"])
def test_lawful_numbers_are_taken(seller: Seller, number: str) -> None:
    assert number == seller.draft(invoice_number=number)["invoice_number"]


@pytest.mark.parametrize(
    "number", ["0", "01", "/1", "-1", "INV 1", "INV_1", "ÍNV-1", "ſ1", "INV-2627-00000001", "x" * 41]
)
def test_unlawful_numbers_are_refused(seller: Seller, number: str) -> None:
    assert (400, INVALID, "invoice_number") == seller.refused(invoice_number=number)


def test_the_form_of_a_number_is_told_with_whatever_else_is_wrong(seller: Seller) -> None:
    # api.md §1.4: step 8 comes before the look-ups of step 9.
    ill = {"invoice_number": "INV_1", "series": "exp", "due_date": "2026-05-18", "customer_id": "ct_nobody"}
    said = seller.call("POST", "/invoices", seller.body(**ill)).json()
    assert ["invoice_number", "series", "due_date"] == sorted(
        (one["field"] for one in said["details"]["errors"]), key=list(ill).index
    )
    note = seller.body(credit_note_number="0", customer_id="ct_nobody")
    assert (400, INVALID, "credit_note_number") == seller.call.refused("POST", "/credit_notes", note)
    assert (400, INVALID, "series") == seller.put_refused(seller.draft(), series="exp")


def test_a_century_later_the_series_begins_anew_and_no_number_is_given_twice(
    seller: Seller, engine: finzcore.Engine
) -> None:
    # The 9900 of 1999-00 is printed again in 2099-00, where the branch's own number is passed over.
    assert ["INV-9900-001", "INV-9900-002", "INV-9900-003", "INV-9900-004"] == numbers(
        seller, "1999-05-01", "1999-05-01", "2099-05-01", "2099-05-01"
    )
    assert ["INV-9900-005"] == numbers(seller, "1999-06-01")
    there = seller.org.create_branch(code="DEL", name="Delhi", state="IN-DL")["branch_id"]
    assert ["DEL-9900-001", "DEL-9900-002"] == [
        seller.draft(branch_id=there, date=date)["invoice_number"] for date in ("1999-05-01", "2099-05-01")
    ]
    assert (409, DUPLICATE, "invoice_number") == seller.refused(
        invoice_number="INV-9900-001", date="2099-05-01"
    )
    for date in ("1999-05-01", "2099-05-01"):
        seller.posted(date=date)
    assert [] == engine.verify()


def test_a_branch_numbers_with_its_own_prefix(seller: Seller) -> None:
    mumbai = seller.org.create_branch(code="MUM", name="Mumbai", state="IN-MH")["branch_id"]
    delhi = seller.org.create_branch(code="DEL", name="Delhi", state="IN-DL", invoice_prefix="D/I-")
    made = [
        seller.draft(branch_id=branch)["invoice_number"]
        for branch in (mumbai, None, delhi["branch_id"], mumbai)
    ]
    assert ["MUM-2627-001", "INV-2627-001", "D/I-2627-001", "MUM-2627-002"] == made


def test_branches_of_different_gstins_may_use_the_same_number(seller: Seller) -> None:
    there = {"gstin": "27AAACN1234F1Z4", "invoice_prefix": "INV-"}
    mumbai = seller.org.create_branch(code="MUM", name="Mumbai", state="IN-MH", **there)["branch_id"]
    assert "INV-2627-001" == seller.draft()["invoice_number"]
    assert "INV-2627-001" == seller.draft(branch_id=mumbai)["invoice_number"]
    seller.draft(invoice_number="ONE")
    seller.draft(invoice_number="ONE", branch_id=mumbai)
    assert (409, DUPLICATE, "invoice_number") == seller.refused(invoice_number="one", branch_id=mumbai)


def test_branches_of_one_gstin_share_their_numbers_within_a_year(seller: Seller) -> None:
    hubli = seller.org.create_branch(code="HBL", name="Hubli", state="IN-KA")["branch_id"]
    seller.draft(invoice_number="ONE")
    assert (409, DUPLICATE, "invoice_number") == seller.refused(invoice_number="ONE", branch_id=hubli)
    assert "ONE" == seller.draft(invoice_number="ONE", branch_id=hubli, date="2025-05-19")["invoice_number"]
    # Within the branch that has it, the year does not matter.
    assert (409, DUPLICATE, "invoice_number") == seller.refused(invoice_number="ONE", date="2024-05-19")


def test_a_custom_series_has_its_own_counter_shared_by_the_branches_of_a_gstin(seller: Seller) -> None:
    hubli = seller.org.create_branch(code="HBL", name="Hubli", state="IN-KA")["branch_id"]
    made = [
        seller.draft(**more)["invoice_number"]
        for more in ({"series": "EXP"}, {}, {"series": "EXP", "branch_id": hubli}, {"series": "X1"})
    ]
    assert ["EXP-2627-001", "INV-2627-001", "EXP-2627-002", "X1-2627-001"] == made


@pytest.mark.parametrize("series", ["INV", "HBL", "exp", "0EX", "EX-P", "TOOLONG", "É"])
def test_a_series_that_is_misspelled_or_repeats_a_prefix_is_refused(seller: Seller, series: str) -> None:
    seller.org.create_branch(code="HBL", name="Hubli", state="IN-KA")
    assert (400, INVALID, "series") == seller.refused(series=series)


def test_a_generated_number_is_never_longer_than_the_law_allows(seller: Seller, target: str) -> None:
    assert "EXPORT-2627-001" == seller.draft(series="EXPORT")["invoice_number"]
    _count_up_to(target, 9998)
    assert "EXPORT-2627-9999" == seller.draft(series="EXPORT")["invoice_number"]
    assert (400, INVALID, "series") == seller.refused(series="EXPORT")


def _count_up_to(target: str, last: int) -> None:
    """As if so many numbers of the series had been given."""
    with bare(target) as books:
        counted = books.execute("UPDATE series SET next_no = ? WHERE prefix = 'EXPORT-'", (last + 1,))
    assert 1 == counted.rowcount


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"date": "2026-03-31"}, "date"),
        ({"date": "2027-04-01"}, "date"),
        ({"invoice_number": "OTHER"}, "invoice_number"),
        ({"series": "EXP"}, "series"),
    ],
)
def test_a_draft_keeps_its_number_and_what_stands_in_it(
    seller: Seller, changes: dict[str, str], field: str
) -> None:
    draft = seller.draft()
    assert (400, INVALID, field) == seller.put_refused(draft, **changes)
    assert draft == seller.again(draft)


def test_a_draft_stays_in_its_branch(seller: Seller) -> None:
    mumbai = seller.org.create_branch(code="MUM", name="Mumbai", state="IN-MH")["branch_id"]
    at_home, away = seller.draft(), seller.draft(branch_id=mumbai, series="EXP")
    assert (400, INVALID, "branch_id") == seller.put_refused(at_home, branch_id=mumbai)
    assert (400, INVALID, "branch_id") == seller.put_refused(away, branch_id=at_home["branch_id"])
    kept = seller.put(away, branch_id=mumbai, series="EXP", invoice_number="EXP-2627-001", notes="x")
    assert (mumbai, "EXP-2627-001") == (kept["branch_id"], kept["invoice_number"])
    assert mumbai == seller.put(away, branch_id=None)["branch_id"]
    assert (404, NOT_FOUND, "branch_id") == seller.put_refused(away, branch_id="br_1")
