"""GSTR-3B out of documents, row by row of the form (`gst.md` §11)."""

import datetime as dt
from decimal import Decimal

import pytest

from finzcore.gst.gstr3b import Figures, Gstr3b, Table, gstr3b
from finzcore.gst.gstr3b_json import filename, payload
from finzcore.gst.rates import Shape
from finzcore.gst.setoff import ByHead
from finzcore.gst.supply import Treatment
from finzcore.ledger.source import Source
from tests.gst.month import OURS, THEIRS, bought, heads, owed, part, purchase, sale

REGISTERED = {"gstin": THEIRS, "treatment": Treatment.REGISTERED}
SEZ = {"gstin": THEIRS, "treatment": Treatment.SEZ}
ABROAD = {"gstin": None, "treatment": Treatment.OVERSEAS}
UIN = {"gstin": "2917UNO00157UNO", "treatment": Treatment.REGISTERED}
COMPOSITION = {"gstin": THEIRS, "treatment": Treatment.COMPOSITION}
DEEMED = {"gstin": THEIRS, "treatment": Treatment.DEEMED_EXPORT}
NOTE, MORE = {"source": Source.CREDIT_NOTE}, {"source": Source.DEBIT_NOTE}


def month(*documents, through=dt.date(2026, 11, 30), gstin=OURS) -> Gstr3b:
    sales = [one for one in documents if hasattr(one, "with_payment")]
    purchases = [one for one in documents if not hasattr(one, "with_payment")]
    return gstr3b(gstin, through.replace(day=1), through, sales, purchases)


def tables(*documents) -> dict[Table, tuple[int, ...]]:
    """The tables that something stands in, in rupees: taxable, IGST, CGST, SGST, cess."""
    made = month(*documents)
    figures = {table: made.figures(table) for table in Table if made.by_table[table]}
    return {table: tuple(amount // 100 for amount in one) for table, one in figures.items()}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(sale(part(100, 9)), {Table.TAXABLE: (100, 0, 9, 9, 0)}, id="at home"),
        pytest.param(
            sale(part(100, igst=18, cess=2), place=24),
            {Table.TAXABLE: (100, 18, 0, 0, 2), Table.UNREGISTERED: (100, 18, 0, 0, 0)},
            id="to a consumer of another state",
        ),
        pytest.param(
            sale(part(100, igst=18), place=29, **REGISTERED),
            {Table.TAXABLE: (100, 18, 0, 0, 0)},
            id="to a business of another state",
        ),
        pytest.param(
            sale(part(100, igst=18), place=29, **COMPOSITION),
            {Table.TAXABLE: (100, 18, 0, 0, 0), Table.COMPOSITION: (100, 18, 0, 0, 0)},
            id="to a composition dealer of another state",
        ),
        pytest.param(
            sale(part(100, igst=18), place=29, **UIN),
            {Table.TAXABLE: (100, 18, 0, 0, 0), Table.UIN: (100, 18, 0, 0, 0)},
            id="to an embassy in another state",
        ),
        pytest.param(sale(part(100, 9), **UIN), {Table.TAXABLE: (100, 0, 9, 9, 0)}, id="to one at home"),
        pytest.param(sale(part(100, 9), **DEEMED), {Table.TAXABLE: (100, 0, 9, 9, 0)}, id="a deemed export"),
        pytest.param(
            sale(part(100), place=96, with_payment=False, **ABROAD),
            {Table.ZERO_RATED: (100, 0, 0, 0, 0)},
            id="an export under bond",
        ),
        pytest.param(
            sale(part(100, igst=18, cess=1), place=96, **ABROAD),
            {Table.ZERO_RATED: (100, 18, 0, 0, 1)},
            id="an export with payment",
        ),
        pytest.param(
            sale(part(100, igst=18), inter=True, **SEZ),
            {Table.ZERO_RATED: (100, 18, 0, 0, 0)},
            id="into a special economic zone",
        ),
        pytest.param(
            sale(part(100, shape=Shape.EXEMPT), place=96, **ABROAD),
            {Table.ZERO_RATED: (100, 0, 0, 0, 0)},
            id="rice, sent abroad",
        ),
        pytest.param(
            sale(part(60, shape=Shape.EXEMPT), part(40, shape=Shape.NIL_RATED), place=24),
            {Table.NIL_EXEMPT: (100, 0, 0, 0, 0)},
            id="exempt and nil-rated",
        ),
        pytest.param(sale(part(100, shape=Shape.NON_GST)), {Table.NON_GST: (100, 0, 0, 0, 0)}, id="petrol"),
        pytest.param(sale(part(100, shape=None)), {Table.NON_GST: (100, 0, 0, 0, 0)}, id="with no tax named"),
        pytest.param(
            sale(part(100, 9, shape=Shape.RCM), **REGISTERED),
            {Table.TAXABLE: (100, 0, 0, 0, 0)},
            id="whose tax the customer owes",
        ),
        pytest.param(
            sale(part(10, igst=2), place=24, **NOTE),
            {Table.TAXABLE: (-10, -2, 0, 0, 0), Table.UNREGISTERED: (-10, -2, 0, 0, 0)},
            id="a credit note",
        ),
        pytest.param(sale(part(10, 1), **MORE), {Table.TAXABLE: (10, 0, 1, 1, 0)}, id="a debit note"),
    ],
)
def test_where_a_sale_stands(document, expected):
    assert expected == tables(document)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(
            purchase(bought(100, heads(9, cess=1))), {Table.ALL_OTHER: (0, 0, 9, 9, 1)}, id="at home"
        ),
        pytest.param(
            purchase(bought(100, heads(9), blocked="17(5)(a)")),
            {Table.ALL_OTHER: (0, 0, 9, 9, 0), Table.BLOCKED: (0, 0, 9, 9, 0)},
            id="a staff car: first taken, then given back",
        ),
        pytest.param(
            purchase(bought(100, heads(9), blocked="ineligible_pos"), supplier=29, place=29, inter=False),
            {Table.INELIGIBLE: (0, 0, 9, 9, 0)},
            id="a hotel in another state",
        ),
        pytest.param(
            purchase(owed(100, heads(2))),
            {Table.INWARD_RCM: (100, 0, 2, 2, 0), Table.REVERSE_CHARGE: (0, 0, 2, 2, 0)},
            id="freight under reverse charge",
        ),
        pytest.param(
            purchase(owed(100, heads(2), blocked="17(5)(b)")),
            {
                Table.INWARD_RCM: (100, 0, 2, 2, 0),
                Table.REVERSE_CHARGE: (0, 0, 2, 2, 0),
                Table.BLOCKED: (0, 0, 2, 2, 0),
            },
            id="reverse charge without credit is owed all the same",
        ),
        pytest.param(
            purchase(owed(100, heads(igst=18)), supplier=96, **ABROAD),
            {Table.INWARD_RCM: (100, 18, 0, 0, 0), Table.IMPORT_OF_SERVICES: (0, 18, 0, 0, 0)},
            id="a service from abroad",
        ),
        pytest.param(
            purchase(bought(100, heads(igst=18)), supplier=96, **ABROAD),
            {Table.IMPORT_OF_GOODS: (0, 18, 0, 0, 0)},
            id="the tax of a bill of entry",
        ),
        pytest.param(
            purchase(bought(100, heads(igst=18)), **SEZ),
            {Table.IMPORT_OF_GOODS: (0, 18, 0, 0, 0)},
            id="goods out of a zone",
        ),
        pytest.param(
            purchase(bought(100, heads(igst=18), hsn="998314"), **SEZ),
            {Table.ALL_OTHER: (0, 18, 0, 0, 0)},
            id="a service out of a zone",
        ),
        pytest.param(
            purchase(bought(100, shape=Shape.EXEMPT), bought(5, shape=Shape.NON_GST), supplier=29),
            {Table.EXEMPT_INTER: (100, 0, 0, 0, 0), Table.NON_GST_INTER: (5, 0, 0, 0, 0)},
            id="milk and petrol of another state",
        ),
        pytest.param(
            purchase(bought(100, shape=Shape.NIL_RATED), bought(5, shape=Shape.NON_GST)),
            {Table.EXEMPT_INTRA: (100, 0, 0, 0, 0), Table.NON_GST_INTRA: (5, 0, 0, 0, 0)},
            id="salt and petrol at home",
        ),
        pytest.param(
            purchase(bought(100, shape=None), **COMPOSITION),
            {Table.EXEMPT_INTRA: (100, 0, 0, 0, 0)},
            id="of a composition dealer",
        ),
        pytest.param(
            purchase(bought(100, shape=Shape.EXEMPT, reverse_charge=True)),
            {Table.EXEMPT_INTRA: (100, 0, 0, 0, 0)},
            id="reverse charge of what is exempt is nothing",
        ),
        pytest.param(purchase(bought(100, shape=None)), {}, id="wages are no supply"),
        pytest.param(
            purchase(bought(10, heads(1)), **NOTE), {Table.ALL_OTHER: (0, 0, -1, -1, 0)}, id="a credit note"
        ),
    ],
)
def test_where_a_purchase_stands(document, expected):
    assert expected == tables(document)


WORKED = (
    sale(part(10_000, igst=1_800), part(2_000, igst=100, rate=5_000_000), place=29, **REGISTERED),
    sale(part(100_000, igst=18_000), place=24),
    sale(part(5_000, 450)),
    sale(part(50_000), place=96, with_payment=False, **ABROAD),
    sale(part(8_000, shape=Shape.EXEMPT)),
    purchase(owed(10_000, heads(250), hsn="996511")),
    purchase(bought(31_112, heads(2_800)), bought(2_222, heads(200), blocked="17(5)(a)")),
)
"""The month of `gst.md` §11.3."""


def rupees(*amounts):
    return Figures(*(100 * amount for amount in amounts))


def test_the_worked_month():
    made = month(*WORKED)
    assert rupees(117_000, 19_900, 450, 450) == made.figures(Table.TAXABLE)
    assert rupees(50_000) == made.figures(Table.ZERO_RATED)
    assert rupees(8_000) == made.figures(Table.NIL_EXEMPT)
    assert rupees(10_000, 0, 250, 250) == made.figures(Table.INWARD_RCM)
    assert {24: [rupees(100_000, 18_000)]} == {
        place: [share.figures for share in shares]
        for place, shares in made.places(Table.UNREGISTERED).items()
    }
    assert rupees(0, 0, 250, 250) == made.figures(Table.REVERSE_CHARGE)
    assert rupees(0, 0, 3_000, 3_000) == made.figures(Table.ALL_OTHER)
    assert rupees(0, 0, 200, 200) == made.figures(Table.BLOCKED)
    assert ByHead(0, 3_050_00, 3_050_00) == made.credit
    # 19,900 of IGST less 2,600 of each half, and 250 + 250 under reverse charge.
    assert ByHead(igst=14_700_00) == made.payment.cash
    assert 15_200_00 == made.payment.total_cash


def test_the_file_of_the_worked_month():
    nothing = {"iamt": 0, "camt": 0, "samt": 0, "csamt": 0}
    halves = {"iamt": 0, "camt": 250, "samt": 250, "csamt": 0}
    said = payload(month(*WORKED))
    assert {
        "gstin": OURS,
        "ret_period": "112026",
        "sup_details": {
            "osup_det": {"txval": 117_000, "iamt": 19_900, "camt": 450, "samt": 450, "csamt": 0},
            "osup_zero": {"txval": 50_000, "iamt": 0, "csamt": 0},
            "osup_nil_exmp": {"txval": 8_000},
            "isup_rev": {"txval": 10_000, **halves},
            "osup_nongst": {"txval": 0},
        },
        "eco_dtls": {"eco_sup": {"txval": 0, **nothing}, "eco_reg_sup": {"txval": 0}},
        "itc_elg": {
            "itc_avl": [
                {"ty": "IMPG", **nothing},
                {"ty": "IMPS", **nothing},
                {"ty": "ISRC", **halves},
                {"ty": "ISD", **nothing},
                {"ty": "OTH", "iamt": 0, "camt": 3_000, "samt": 3_000, "csamt": 0},
            ],
            "itc_rev": [
                {"ty": "RUL", "iamt": 0, "camt": 200, "samt": 200, "csamt": 0},
                {"ty": "OTH", **nothing},
            ],
            "itc_net": {"iamt": 0, "camt": 3_050, "samt": 3_050, "csamt": 0},
            "itc_inelg": [{"ty": "RUL", **nothing}, {"ty": "OTH", **nothing}],
        },
        "inward_sup": {
            "isup_details": [
                {"ty": "GST", "inter": 0, "intra": 0},
                {"ty": "NONGST", "inter": 0, "intra": 0},
            ]
        },
        "intr_ltfee": {"intr_details": nothing, "ltfee_details": {}},
    } == said
    assert ["gstin", "ret_period", "sup_details", "eco_dtls", "itc_elg", "inward_sup", "intr_ltfee"] == list(
        said
    )
    assert ["txval", "iamt", "camt", "samt", "csamt"] == list(said["sup_details"]["osup_det"])


@pytest.mark.parametrize(
    ("through", "operators", "by_place"),
    [
        (dt.date(2022, 6, 30), False, True),
        (dt.date(2022, 7, 31), True, True),
        (dt.date(2025, 10, 31), True, True),
        (dt.date(2025, 11, 30), True, False),
    ],
)
def test_tables_come_and_go_with_the_period(through, operators, by_place):
    said = payload(month(*WORKED, through=through))
    assert (operators, by_place) == ("eco_dtls" in said, "inter_sup" in said)


def test_supplies_by_place_while_the_portal_took_them():
    sales = (
        sale(part(100, igst=18), place=24),
        sale(part(50, igst=9), place=6),
        sale(part(10, igst=2), place=24, **NOTE),
        sale(part(7, igst=1), place=29, **COMPOSITION),
        sale(part(5, igst=1), place=29, **UIN),
    )
    said = payload(month(*sales, through=dt.date(2025, 10, 31)))
    assert {
        "unreg_details": [
            {"pos": "06", "txval": 50, "iamt": 9},
            {"pos": "24", "txval": 90, "iamt": 16},
        ],
        "comp_details": [{"pos": "29", "txval": 7, "iamt": 1}],
        "uin_details": [{"pos": "29", "txval": 5, "iamt": 1}],
    } == said["inter_sup"]


def test_amounts_have_two_places():
    odd = sale(part(0)._replace(taxable=500_000_55, cgst=5, sgst=5))
    row = payload(month(odd))["sup_details"]["osup_det"]
    assert ["500000.55", "0.05", "0.00"] == [str(row[key]) for key in ("txval", "camt", "csamt")]
    assert all(type(amount) is Decimal for amount in row.values())


def test_the_file_is_named_by_the_year_its_financial_year_begins():
    assert f"November_2026-GSTR3B{OURS}-Details.json" == filename(month())
    assert f"March_2026-GSTR3B{OURS}-Details.json" == filename(month(through=dt.date(2027, 3, 31)))


def test_a_month_that_comes_out_below_nothing_pays_nothing():
    made = month(sale(part(100, 9), **NOTE), purchase(bought(200, heads(igst=36)), supplier=29))
    assert ByHead(cgst=-9_00, sgst=-9_00) == made.owed
    assert (ByHead(), ByHead(igst=36_00)) == (made.payment.cash, made.payment.credit_left)
