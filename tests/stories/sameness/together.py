"""Chapter 12: many invoices and many bills in one call, some of which are not what they should be."""

from tests.stories.sameness import purchases, sales
from tests.stories.sameness.cast import Cast


def tell(cast: Cast) -> None:
    _invoices(cast)
    _bills(cast)
    _refused(cast)
    _python(cast)


def _invoices(cast: Cast) -> None:
    good = sales.invoice(cast)
    cast.acme.post(
        "/bulk/invoices", {"invoices": [*sales.kinds(cast).values(), good | {"auto_approve": True}]}
    )
    odd = [
        5, {}, good | {"date": "tomorrow", "round_off": 5}, good | {"customer_id": cast["theirs"]},
        good | {"reference_number": "TWICE"}, good | {"reference_number": "TWICE"}, good | {"discount": 5000},
    ]  # fmt: skip
    again = {"invoices": [*odd, good]}
    cast.acme.post("/bulk/invoices", again, key="bulk-1")
    cast.acme.post("/bulk/invoices", again, key="bulk-1")
    cast.acme.refused(422, "POST", "/bulk/invoices", {"invoices": odd}, key="bulk-1")


def _bills(cast: Cast) -> None:
    bills = [
        bill | {"reference_number": f"BULK {number}"}
        for number, bill in enumerate(purchases.kinds(cast).values())
    ]
    bills.append(purchases.bill(cast, tds_percentage=1, auto_approve=True, tds=1))
    cast.acme.post("/bulk/bills", {"bills": bills})
    cast.acme.post("/bulk/bills", {"bills": [bills[0] | {"auto_approve": True}] * 2})


def _refused(cast: Cast) -> None:
    for of in ("invoices", "bills"):
        cast.acme.refused(400, "POST", f"/bulk/{of}", {})
        for rows in ([], [{}] * 51, "none", {}):
            cast.acme.refused(422, "POST", f"/bulk/{of}", {of: rows})
    cast.acme.refused(413, "POST", "/bulk/bills", b" " * (5 * 2**20) + b"{}")


def _python(cast: Cast) -> None:
    rows = [sales.invoice(cast, "theirs"), sales.invoice(cast, auto_approve=True)]
    cast.acme.call("bulk.invoices", invoices=rows, idempotency_key="bulk-2")
    cast.acme.call("bulk.invoices", invoices=rows, idempotency_key="bulk-2")
    cast.acme.call("bulk.bills", bills=[])
