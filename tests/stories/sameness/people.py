"""Chapter 2: customers and vendors of every kind, and how they are looked for."""

from decimal import Decimal
from typing import Any

from tests.stories.sameness.cast import Cast

LARGEST = Decimal("10000000000000.00")

KINDS: dict[str, dict[str, Any]] = {
    "asha": {
        "contact_name": "Asha Stores",
        "contact_type": "CUSTOMER",
        "gst_no": " 29aapfu0939f1zr ",
        "email": "accounts@asha.example",
        "phone": "+91 80 5550 1234",
        "website": "https://asha.example",
        "payment_terms": 15,
        "credit_limit": "250000.50",
        "billing_address": {
            "address": "12 Market Road\nNear the temple", "street2": "Jayanagar", "city": "Bengaluru",
            "state_code": "IN-KA", "zip": "560011", "country": "India",
        },
        "shipping_address": {"address": "Gate 4"},
        "contact_persons": [
            {"first_name": "Asha", "last_name": "Rao", "email": "asha@asha.example", "phone": "1"},
            {"first_name": "Ravi", "designation": "Clerk", "is_primary": True},
        ],
    },
    "mumbai buyer": {
        "contact_name": "Bombay Bazaar", "gstin": "27AAPFU0939F1ZV", "display_name": "BB",
        "legal_name": "Bombay Bazaar LLP", "company_name": "BB", "place_of_contact": "IN-MH",
    },
    "composition": {"contact_name": "Chai Point", "gst_treatment": "composition",
        "gst_number": "29AAPFU0939F1ZR"},
    "unregistered": {"contact_name": "Deepa", "gst_treatment": "UNREGISTERED", "pan": "aaacn1234f"},
    "consumer": {"contact_name": "Walk-in", "gst_treatment": "CONSUMER", "place_of_contact": "IN-KA"},
    "zone buyer": {"contact_name": "Zone Unit", "gst_treatment": "SEZ", "gst_no": "24AAPFU0939F1Z1"},
    "overseas": {
        "contact_name": "Überall GmbH", "gst_treatment": "OVERSEAS", "place_of_contact": "OVERSEAS",
        "currency_code": "eur",
    },
    "american": {
        "contact_name": "Zed Inc", "gst_treatment": "OVERSEAS", "place_of_contact": "96",
        "currency_code": "USD", "payment_terms": 365,
    },
    "deemed": {"contact_name": "Deemed Exporter", "gst_treatment": "DEEMED_EXPORT",
        "place_of_contact": "IN-TN"},
    "vendor": {"contact_name": "Vikas Supplies", "contact_type": "vendor", "opening_balance": "5000.05"},
    "both": {"contact_name": "Barter & Co", "contact_type": "BOTH", "opening_balance": -300},
    "owing": {"contact_name": "Old Debtor", "opening_balance": Decimal("1180.00"), "credit_limit": 0},
    "largest": {"contact_name": "Large " + "x" * 194, "opening_balance": LARGEST, "credit_limit": LARGEST},
    "hindi": {"contact_name": "  आशा स्टोर्स 🛒 ", "email": "आशा@example.in", "status": "ACTIVE"},
    "quotes": {"contact_name": "O'Brien \\ \"Sons\" 100% _under_ [a-z]* ; -- ?", "phone": "%s :name $1"},
    "asleep": {"contact_name": "asha stores", "status": "INACTIVE"},
    # What is composed here and decomposed there is one text after it was read.
    "composed": {"contact_name": "Cafe\u0301 Straße ẞ İstanbul"},
}  # fmt: skip

REFUSED: tuple[Any, ...] = (
    {},
    {"contact_name": None},
    {"contact_name": "   "},
    {"contact_name": "x" * 201},
    {"contact_name": "Bell\x07"},
    {"contact_name": "Turned \u202e round"},
    {"contact_name": ["Asha"]},
    {"contact_name": "Asha", "gst_no": "29AAPFU0939F1"},
    {"contact_name": "Asha", "gst_no": "98AAPFU0939F1ZR"},
    {"contact_name": "Asha", "gst_treatment": "NONE"},
    {"contact_name": "Asha", "currency_code": "GBP"},
    {"contact_name": "Asha", "currency_code": "RUPEE"},
    {"contact_name": "Asha", "payment_terms": 366},
    {"contact_name": "Asha", "payment_terms": 1.5},
    {"contact_name": "Asha", "opening_balance": "10000000000000.01"},
    {"contact_name": "Asha", "opening_balance": "1.001"},
    {"contact_name": "Asha", "credit_limit": -1},
    {"contact_name": "Asha", "place_of_contact": "IN-XX"},
    {"contact_name": "Asha", "email": "nowhere", "pan": "123", "contact_type": "FRIEND"},
    {"contact_name": "Asha", "contact_persons": [{"last_name": "Rao"}, 7]},
    {"contact_name": "Asha", "billing_address": "12 Market Road"},
)

SEARCHES = (
    "asha", "ASHA", "Asha Stores", "STORES", "29aapfu", "29AAPFU0939F1ZR", "accounts@", "%", "_", "100%",
    "_under_", "\\", '"Sons"', "O'Brien", "[a-z]", "*", "?", "--", "आशा", "🛒", "überall", "ÜBERALL",
    "strasse",
    "STRASSE", "straße", "istanbul", "café", "cafe", "cafe\u0301", "no such", " ", "", "x" * 200,
)  # fmt: skip


def tell(cast: Cast) -> None:
    _arrive(cast)
    _are_refused(cast)
    _are_looked_for(cast)
    _change(cast)
    _go(cast)


def _arrive(cast: Cast) -> None:
    for name, body in KINDS.items():
        cast.keep(name, cast.acme.post("/contacts", body)["contact_id"])
        # Some of them within a second, some an hour apart.
        cast.clock.move(hours=int(len(name) > 8))
    cast.keep("theirs", cast.bharat.post("/contacts", {"contact_name": "Asha Stores"})["contact_id"])
    cast.acme.post("/contacts", KINDS["asha"], key=None)
    cast.acme.call("contacts.create", contact_name="From Python", opening_balance=Decimal("-0.01"))
    cast.acme.call("contacts.create", contact_name="", payment_terms=-1)
    for unlawful in (b"a lone \\ud83d surrogate", b"a nul \\u0000 inside"):
        cast.acme.refused(422, "POST", "/contacts", b'{"contact_name": "' + unlawful + b'"}')


def _are_refused(cast: Cast) -> None:
    for body in REFUSED:
        cast.acme.refused(400, "POST", "/contacts", body)
    cast.acme.refused(400, "PUT", f"/contacts/{cast['asha']}", {"contact_name": None})
    cast.acme.refused(400, "PUT", f"/contacts/{cast['asha']}", {"opening_balance": 5})
    cast.acme.refused(404, "PUT", f"/contacts/{cast['theirs']}", {"phone": "1"})
    for key in ("theirs", "GST 18%"):
        cast.acme.refused(404, "GET", f"/contacts/{cast[key]}")
        cast.acme.refused(404, "DELETE", f"/contacts/{cast[key]}")
        cast.acme.refused(404, "POST", f"/contacts/{cast[key]}/archive")


def _are_looked_for(cast: Cast) -> None:
    acme = cast.acme
    for words in SEARCHES:
        acme.get("/contacts", search=words)
    acme.refused(422, "GET", "/contacts", search="y" * 201)
    for kind in ("CUSTOMER", "vendor", "BOTH"):
        for status in ("ACTIVE", "INACTIVE"):
            acme.get("/contacts", contact_type=kind, status=status)
    acme.pages("/contacts", per_page=5)
    acme.pages("/contacts", per_page=1, search="asha", contact_type="CUSTOMER")
    acme.get("/contacts", per_page=100000)
    cast.bharat.get("/contacts", search="asha")
    first = acme.send("GET", "/contacts", per_page=2).json()["page_context"]["next_cursor"]
    acme.refused(400, "GET", "/contacts", cursor=first[:-1])
    acme.refused(400, "GET", "/contacts", cursor=first, search="asha")
    cast.bharat.refused(400, "GET", "/contacts", cursor=first)
    acme.call("contacts.list", per_page=3, contact_type="VENDOR")


def _change(cast: Cast) -> None:
    acme = cast.acme
    asha = f"/contacts/{cast['asha']}"
    acme.put(asha, {"contact_name": "Asha Stores & Sons", "credit_limit": None, "unknown": 1})
    acme.put(asha, {"gst_no": "27AAPFU0939F1ZV"})
    acme.put(asha, {"gst_no": "29AAPFU0939F1ZR", "place_of_contact": None})
    acme.put(asha, {"contact_persons": [], "shipping_address": None, "display_name": " "})
    acme.put(asha, {"contact_name": "Asha Stores"})
    acme.put(asha, {})
    acme.get(asha)
    acme.get("/contacts", search="sons")
    acme.post(f"/contacts/{cast['asleep']}/archive")
    acme.put(f"/contacts/{cast['asleep']}", {"status": "ACTIVE"})
    acme.post(f"/contacts/{cast['asleep']}/archive", key="archive-once")
    acme.post(f"/contacts/{cast['asleep']}/archive", key="archive-once")
    acme.call("contacts.update", cast["hindi"], phone="०१२३", website=None)


def _go(cast: Cast) -> None:
    acme = cast.acme
    short = acme.post("/contacts", {"contact_name": "For a moment"})["contact_id"]
    acme.delete(f"/contacts/{short}")
    acme.refused(404, "GET", f"/contacts/{short}")
    acme.refused(400, "DELETE", f"/contacts/{cast['owing']}")
    acme.call("contacts.delete", cast["deemed"])
