"""What a GSTR-1 says about filed ones: amended, gone, late, and table 7 told anew (`gst.md` §10.2)."""

import json
from decimal import Decimal
from typing import Any

import attrs

from finzcore.gst.amendments import Told, amendments, restated, rows_of, same
from finzcore.gst.gstr1 import Amendments, Item, Small
from finzcore.gst.gstr1_json import payload, tell
from finzcore.gst.gstr1_tables import About, gstr1
from finzcore.gst.outward import Document
from finzcore.gst.rates import Shape
from finzcore.gst.supply import Treatment
from finzcore.ledger.source import Source
from tests.gst.month import OURS, THEIRS, part, sale

DECEMBER = About(gstin=OURS, since="2026-12-01", through="2026-12-31")
REGISTERED = {"gstin": THEIRS, "treatment": Treatment.REGISTERED, "place": 29}
CREDIT = {"source": Source.CREDIT_NOTE}


def amended(*pairs: tuple[Document | None, Document | None], content: Any = None) -> Amendments:
    """Documents as November's return told of them, and as they are now."""
    told = {(one.source, one.key): Told(one, "112026") for one, _ in pairs if one is not None}
    now = {(one.source, one.key): one for _, one in pairs if one is not None}
    contents = [] if content is None else [content]
    return amendments(told, now, lambda period: rows_of(period, contents))


def file_of(said: Amendments) -> Any:
    made = gstr1(DECEMBER, [], tell, said)
    return json.loads(payload(made, made.hsn.rows, {}, []), parse_float=Decimal)


def changed(document: Document, *parts: Any, **more: Any) -> Document:
    return attrs.evolve(document, parts=parts or document.parts, **more)


def test_what_did_not_change_is_not_told_again() -> None:
    document = sale(part(100, igst=18), **REGISTERED)
    again = attrs.evolve(document, entry=99, name="Asha and Sons", contact_id=9, lines_version=2)
    assert same(document, again)
    assert Amendments() == amended((document, again))


def test_lines_that_are_divided_otherwise_say_the_same() -> None:
    document = sale(part(100, igst=18), **REGISTERED)
    halves = part(50, igst=9)._replace(quantity=500_000)
    assert same(document, changed(document, halves, halves))


def test_a_changed_note_stands_among_the_amendments_with_what_it_was_told_as() -> None:
    note = sale(part(100, igst=18), **REGISTERED, **CREDIT)
    after = changed(note, part(50, igst=9), date="2026-11-06", value=59_00)
    said = file_of(amended((note, after)))
    assert {
        "ont_num": note.number, "ont_dt": "05-11-2026", "nt_num": note.number, "nt_dt": "06-11-2026",
        "ntty": "C", "val": 59, "pos": "29", "rchrg": "N", "inv_typ": "R",
        "itms": [{"num": 1801, "itm_det": {"txval": 50, "rt": 18, "iamt": 9, "csamt": 0}}],
    } == said["cdnra"][0]["nt"][0]  # fmt: skip
    # Less was taken back than the filed return had told of: Table 12 has the difference.
    (row,) = said["hsn"]["hsn_b2b"]
    assert (50, 9, 0) == (row["txval"], row["iamt"], row["qty"])


def test_what_is_void_is_amended_to_nothing_in_the_table_where_it_stood() -> None:
    registered = sale(part(100, igst=18), **REGISTERED)
    large, export = (
        sale(part(100_001, rate=0), place=24),
        sale(part(7), place=96, treatment=Treatment.OVERSEAS),
    )
    said = file_of(amended((registered, None), (large, None), (export, None)))
    (invoice,) = said["b2ba"][0]["inv"]
    assert (registered.number, registered.number, 0, 0) == (
        invoice["oinum"], invoice["inum"], invoice["val"], invoice["itms"][0]["itm_det"]["txval"],
    )  # fmt: skip
    assert ("24", 0) == (said["b2cla"][0]["pos"], said["b2cla"][0]["inv"][0]["val"])
    assert ("WPAY", 0) == (said["expa"][0]["exp_typ"], said["expa"][0]["inv"][0]["itms"][0]["txval"])
    assert [-100, -100008] == [said["hsn"][key][0]["txval"] for key in ("hsn_b2b",)] + [
        sum(row["txval"] for row in said["hsn"]["hsn_b2c"])
    ]


def test_what_came_late_stands_in_the_ordinary_tables() -> None:
    late = sale(part(100, igst=18), **REGISTERED)
    said = amended((None, late))
    assert ((late,), (), ()) == (said.late, said.documents, said.difference)
    assert [late.number] == [one["inum"] for one in file_of(said)["b2b"][0]["inv"]]


def test_another_customer_or_place_cannot_be_amended_and_is_told_anew() -> None:
    before = sale(part(100, igst=18), **REGISTERED, **CREDIT)
    for change in ({"gstin": OURS}, {"place": 24}, {"treatment": Treatment.SEZ}):
        after = changed(before, **change)
        said = amended((before, after))
        (one,) = said.documents
        assert ((after,), (0, "R"), ((before, -1),)) == (
            said.late, (one.entry.document.value, one.entry.kind), said.difference,
        )  # fmt: skip


def test_untaxed_supplies_are_told_by_their_difference() -> None:
    before = sale(part(100, shape=Shape.EXEMPT, rate=0))
    after = changed(before, part(30, shape=Shape.EXEMPT, rate=0))
    said = file_of(amended((before, after)))
    assert [{"sply_ty": "INTRAB2C", "expt_amt": -70, "nil_amt": 0, "ngsup_amt": 0}] == said["nil"]["inv"]


NOVEMBER = {
    "fp": "112026",
    "b2cs": [
        {"sply_ty": "INTRA", "rt": 18, "typ": "OE", "pos": "27", "txval": 5000, "camt": 450, "samt": 450,
         "csamt": 0},
        {"sply_ty": "INTRA", "rt": 5, "typ": "OE", "pos": "27", "txval": 200, "camt": 5, "samt": 5,
         "csamt": 0},
        {"sply_ty": "INTER", "rt": 18, "typ": "OE", "pos": "24", "txval": 100, "iamt": 18, "csamt": 0},
    ],
}  # fmt: skip


def test_small_sales_are_told_anew_place_by_place_with_all_their_rates() -> None:
    # November told 5,000 at home; one invoice of 1,000 in it is void.
    said = file_of(amended((sale(part(1000, 90)), None), content=NOVEMBER))
    assert [
        {
            "omon": "112026", "sply_ty": "INTRA", "typ": "OE", "pos": "27",
            "itms": [
                {"rt": 5, "txval": 200, "camt": 5, "samt": 5, "csamt": 0},
                {"rt": 18, "txval": 4000, "camt": 360, "samt": 360, "csamt": 0},
            ],
        }
    ] == said["b2csa"]  # fmt: skip


def test_a_small_sale_that_moves_changes_both_places() -> None:
    before = sale(part(100, 9))
    after = changed(before, part(100, igst=18), place=24, inter=True)
    rows = amended((before, after), content=NOVEMBER)
    # It is told as a late one where it is now, and taken out where it was.
    assert ([after], [(False, 27, [200_00, 4900_00])]) == (
        list(rows.late), [(one.inter, one.place, [item.taxable for item in one.items]) for one in rows.small],
    )  # fmt: skip


def test_what_was_amended_before_is_what_is_amended_now() -> None:
    amended_in_december = {
        "fp": "122026",
        "b2csa": [
            {"omon": "112026", "sply_ty": "INTRA", "typ": "OE", "pos": "27",
             "itms": [{"rt": 18, "txval": 4000, "camt": 360, "samt": 360, "csamt": 0}]},
            {"omon": "102026", "sply_ty": "INTRA", "typ": "OE", "pos": "27",
             "itms": [{"rt": 18, "txval": 1, "camt": 0, "samt": 0, "csamt": 0}]},
        ],
    }  # fmt: skip
    rows = rows_of("112026", [NOVEMBER, amended_in_december])
    home = Small(False, 27, 18_000_000)
    assert (4000_00, 200_00, 3) == (
        rows[home].taxable, rows[Small(False, 27, 5_000_000)].taxable, len(rows)
    )  # fmt: skip
    (one,) = restated("112026", rows, {home: Item(18_000_000, -500_00, 0, -45_00, -45_00, 0)})
    assert [200_00, 3500_00] == [item.taxable for item in one.items]
