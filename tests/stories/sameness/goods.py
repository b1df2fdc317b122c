"""Chapter 3: goods and services, their codes, prices and accounts, and how they are looked for."""

from decimal import Decimal
from typing import Any

from tests.stories.sameness.cast import Cast

SEARCHES = (
    "chair",
    "CHAIR",
    "SKU",
    "sku-1",
    "9403",
    "%",
    "100%",
    "_",
    "\\",
    "'",
    "कुर्सी",
    "🪑",
    "é",
    "nothing",
)


def tell(cast: Cast) -> None:
    _stock_up(cast)
    _are_refused(cast)
    _are_looked_for(cast)
    _change(cast)


def _stock_up(cast: Cast) -> None:
    tax, sales = cast["GST 18%"], cast.acme.org.account_id("4010")
    kinds: dict[str, dict[str, Any]] = {
        "chair": {
            "item_name": "Oak chair", "sku": "SKU-1", "item_type": "GOODS",
            "description": "Four legs\nOne seat",
            "hsn_or_sac": "94036000", "unit": "NOS", "rate": "1499.99", "purchase_rate": 900, "tax_id": tax,
            "account_id": sales, "purchase_account_id": cast.acme.org.account_id("5010"),
            "track_inventory": True, "is_taxable": True,
        },
        "licence": {"name": "Licence", "type": "service", "hsn_sac": "997331", "price": 1, "rate": 12000},
        "training": {
            "item_name": "Training", "product_type": "SERVICE", "sales_account_id": cast["services"],
            "purchase_price": "0.000001", "rate": "0.333333",
        },
        "rent": {"item_name": "Rent", "item_type": "SERVICE", "income_account_id": cast["sundry"], "rate": 5},
        "largest": {"item_name": "y" * 200, "rate": 1000000000000, "purchase_rate": "999999999999.999999"},
        "free": {"item_name": "Sample 100% _free_", "is_taxable": False, "rate": None, "unit": "KGS"},
        "kursi": {"item_name": "कुर्सी 🪑 é", "sku": "sku-1", "tax_id": cast["GST 5%"],
            "track_inventory": True},
        "longest": {"item_name": "🪑" * 200, "sku": "कु" * 50, "description": "🪑" * 2000, "unit": "🪑" * 20},
        "quoted": {"item_name": "12\" rule's \\ end", "sku": "a\\b", "status": "ARCHIVED"},
    }  # fmt: skip
    for name, body in kinds.items():
        cast.keep(f"item {name}", cast.acme.post("/items", body)["item_id"])
    cast.keep("their item", cast.bharat.post("/items", {"item_name": "Oak chair", "sku": "SKU-1"})["item_id"])
    cast.acme.call("items.create", item_name="From Python", rate=Decimal("12.50"), sku="PY")
    cast.acme.call("items.create", item_name="Twice from Python", sku="PY")


def _are_refused(cast: Cast) -> None:
    acme = cast.acme
    for body in (
        {"rate": 5},
        {"item_name": "x", "rate": -1},
        {"item_name": "x", "rate": "1.0000001"},
        {"item_name": "x", "rate": "1000000000000.000001"},
        {"item_name": "x", "hsn_or_sac": "12"},
        {"item_name": "x", "item_type": "LAND"},
        {"item_name": "x", "is_taxable": "perhaps"},
        {"item_name": "x", "account_id": cast["cash"]},
        {"item_name": "x", "sku": "s" * 101, "unit": "u" * 21, "description": "d" * 2001},
    ):
        acme.refused(400, "POST", "/items", body)
    for field, key in (("tax_id", "their GST 18%"), ("account_id", "chair"), ("purchase_account_id", "asha")):
        acme.refused(
            404, "POST", "/items", {"item_name": "x", field: cast[f"item {key}" if key == "chair" else key]}
        )
    acme.refused(409, "POST", "/items", {"item_name": "Another chair", "sku": "SKU-1"})
    acme.refused(409, "PUT", f"/items/{cast['item kursi']}", {"sku": "SKU-1"})
    for method, path in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/archive")):
        acme.refused(404, method, f"/items/{cast['their item']}{path}", {} if method == "PUT" else None)


def _are_looked_for(cast: Cast) -> None:
    acme = cast.acme
    for words in SEARCHES:
        acme.get("/items", search=words)
    for name in ("item_type", "type", "product_type"):
        for kind in ("GOODS", "service"):
            acme.get("/items", **{name: kind})
    for status in ("ACTIVE", "ARCHIVED"):
        acme.get("/items", status=status)
    acme.pages("/items", per_page=3)
    acme.pages("/items", per_page=1, item_type="SERVICE")
    acme.refused(400, "GET", "/items", item_type="LAND")
    acme.refused(422, "GET", "/items", per_page="many")


def _change(cast: Cast) -> None:
    acme = cast.acme
    chair = f"/items/{cast['item chair']}"
    acme.put(chair, {"rate": "1500", "description": None, "sku": "SKU-1"})
    acme.put(chair, {"sku": None})
    acme.put(chair, {"sku": "SKU-1", "tax_id": cast["GST 18%"], "rate": "1500.000000"})
    acme.get(chair)
    acme.put(f"/items/{cast['item quoted']}", {"status": "active"})
    acme.post(f"/items/{cast['item quoted']}/archive")
    short = acme.post("/items", {"item_name": "For a moment", "sku": "GONE"})["item_id"]
    acme.delete(f"/items/{short}")
    acme.refused(404, "GET", f"/items/{short}")
    acme.post("/items", {"item_name": "In its place", "sku": "GONE"})
    acme.call("items.update", cast["item rent"], rate=Decimal("5.5"))
    acme.call("items.archive", cast["item rent"])
    acme.call("items.list", search="rent")
