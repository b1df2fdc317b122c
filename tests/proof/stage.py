"""Books to do every write on, that can be brought back to where they were, byte for byte.

Ids and chance begin anew with every attempt, so that an attempt which is made again leaves exactly
the bytes that an undisturbed one leaves.
"""

import datetime as dt
import hashlib
import itertools
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import finzcore
from finzcore.api.multipart import Sent
from finzcore.books.masters import MastersCache
from finzcore.ids import from_uuid, wire
from finzcore.people import RegisteredClient, User
from finzcore.storage.sqlite import SqliteStore
from finzcore.testing import Call, FrozenClock
from tests.oauth.shop import Shop
from tests.proof import seam
from tests.snapshot import rows_in, snapshot
from tests.trade import TODAY, Trade

Names = dict[str, str]
"""What a write needs to name: a word, and the id that stands for it in these books."""

NOT_COUNTED = {"DEFAULT": 10**9, "PARTNER": 10**9}


class Counted:
    """Ids and random bytes that begin anew: what is drawn depends on how much was drawn before."""

    def __init__(self, start: int) -> None:
        self._start = start
        self.rewind()

    def rewind(self) -> None:
        self._ids = self._start
        self._bytes = 0

    def id(self, now: dt.datetime) -> int:
        self._ids += 1
        return self._ids

    def bytes(self, n: int) -> bytes:
        self._bytes += 1
        return hashlib.shake_256(f"{self._start}/{self._bytes}".encode()).digest(n)


class Stage:
    """One file of books: `engine` over it, calls, and the names of what is in it."""

    def __init__(self, folder: Path, kept: bytes, names: Names, *, cold: bool = False) -> None:
        self.kept = kept
        self.names = names
        self.cold = cold
        """Whether each attempt is the first thing that its engine does."""
        # A new file each time: a connection that somebody forgot to close must not meet the next one.
        self._paths = (folder / f"{number}.db" for number in itertools.count())
        self.counted = Counted(10**6)
        self.engine: finzcore.Engine
        self._acme: finzcore.Org | None
        self.open()

    def open(self) -> None:
        """The books as they were in the beginning, under a new engine."""
        self.path = next(self._paths)
        self.path.write_bytes(self.kept)
        self.engine = open_books(self.path, self.counted)
        self._acme = None
        self._onlooker = seam.plain_connect(self.path, isolation_level=None)
        self.warm()

    def warm(self) -> None:
        """Have a reader and the writer open and the masters read, so that every attempt runs the same
        statements."""
        if not self.cold:
            for org in (self.acme, self.engine.org(self.names["shut"])):
                org.tax_id("GST 18%")
            with self.engine.store.shared(write=True):
                pass

    def close(self) -> None:
        self._onlooker.close()
        self.engine.close()
        for part in ("", "-wal", "-shm", "-limits"):
            Path(f"{self.path}{part}").unlink(missing_ok=True)

    def image(self) -> bytes:
        """The whole file as another process sees it now."""
        return self._onlooker.serialize()

    def rows(self) -> dict[str, list[str]]:
        """Every row of every table, by table."""
        return snapshot(str(self.path), without=())

    @property
    def acme(self) -> finzcore.Org:
        if self._acme is None:
            self._acme = self.engine.org(self.names["acme"])
        return self._acme

    def call(self, token: str = "token") -> Call:
        return Call(self.engine, self.names[token])

    def filled(self, value: Any) -> Any:
        """A body or a path, with ids where it names things: ``{customer}``."""
        if isinstance(value, str):
            return value.format_map(self.names)
        if isinstance(value, dict):
            return {name: self.filled(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.filled(inner) for inner in value]
        return value


class StageInMemory(Stage):
    """The same in memory, where reading and writing share one connection and nothing is ever reopened.

    Undone pages do not come back byte for byte there, so that the rows are what is compared.
    """

    def __init__(self, kept: bytes, names: Names) -> None:
        self._engine = open_books(":memory:", Counted(0))
        self._source = seam.plain_connect(":memory:")
        self._source.deserialize(without_wal(kept))
        super().__init__(Path(), kept, names)

    def open(self) -> None:
        self.engine = self._engine
        self._acme = None
        self.engine.ids, self.engine.random = self.counted.id, self.counted.bytes
        desk = self.engine.desk
        desk.means = desk.means._replace(ids=self.counted.id, random=self.counted.bytes, cache=MastersCache())
        self._source.backup(self._connection)
        self.warm()

    @property
    def _connection(self) -> sqlite3.Connection:
        store = self.engine.store
        assert isinstance(store, SqliteStore)
        return store._writing()

    def close(self) -> None:
        """Nothing: what is in memory is written over, again and again."""

    def end(self) -> None:
        self._source.close()
        self._engine.close()

    def image(self) -> bytes:
        return repr(self.rows()).encode()

    def rows(self) -> dict[str, list[str]]:
        # As a reader of the store sees them: an interrupted unit of work is cleared away first.
        with self.engine.store.shared():
            return rows_in(self._connection)


def without_wal(image: bytes) -> bytes:
    """The bytes of a file as a database in memory takes them: its header names no write-ahead log."""
    return image[:18] + b"\x01\x01" + image[20:]


def open_books(target: Path | str, counted: Counted) -> finzcore.Engine:
    settings = finzcore.Settings(durability="relaxed", rate_limits=NOT_COUNTED)
    return finzcore.open(
        str(target), clock=FrozenClock(), ids=counted.id, random=counted.bytes, settings=settings
    )


def furnished(target: Path | str) -> Names:
    """Put something into books for every write to begin from, and say what it is called there."""
    with open_books(target, Counted(0)) as engine:
        names = _people(engine)
        acme = engine.org(names["acme"])
        names |= _let_in(shop_of(engine, names))
        names |= _papers(Trade(Call(engine, names["token"]), acme))
        names["branch"] = acme.create_branch(code="MUM", name="Mumbai", state="IN-MH")["branch_id"]
        names["account"] = acme.create_account(code="1099", name="Till", account_type="BANK")["account_id"]
        assert [] == engine.verify()
    return names


def furnished_file(path: Path) -> tuple[bytes, Names]:
    """A file of such books, as bytes."""
    names = furnished(path)
    with closing(seam.plain_connect(path)) as connection:
        return connection.serialize(), names


def _people(engine: finzcore.Engine) -> Names:
    """Two organisations, one of them locked; a user, a member, and tokens of each kind."""
    acme = engine.create_org(name="Acme Traders", state="IN-KA", gstin="29AAACW6288M1ZS")
    shut = engine.create_org(name="Shut Mills", state="IN-MH")
    shut.lock_period("2026-06-30", reason="The quarter is filed")
    uma, ravi = engine.create_user(name="Uma"), engine.create_user(name="Ravi")
    engine.add_membership(acme.org_id, uma.user_id, role="ADMIN")
    bound, wide = engine.mint_pat(org_id=acme.org_id), engine.mint_pat(user_id=uma.user_id)
    return {
        "acme": acme.org_id,
        "uma": uma.user_id,
        "ravi": ravi.user_id,
        "token": engine.mint_pat(org_id=acme.org_id).token,
        "wide token": wide.token,
        "connection": wire("conn_", 0, from_uuid(0, wide.token_id) or 0),
        "shut": shut.org_id,
        "shut token": engine.mint_pat(org_id=shut.org_id).token,
        "bound": bound.token_id,
        "wide": wide.token_id,
    }


def shop_of(engine: finzcore.Engine, names: Names) -> Shop:
    """The client that Uma lets in; at first it is registered."""
    uma = User(user_id=names["uma"], name="Uma")
    client = None
    if "client" in names:
        client = RegisteredClient(
            client_id=names["client"], client_secret=names["client secret"], name="Shop"
        )
    return Shop(engine, engine.org(names["acme"]), uma, client=client)


def _let_in(shop: Shop) -> Names:
    """A code that waits, one that was used; a refresh token of one organisation and one of all."""
    used = shop.code()
    assert 200 == shop.redeem(used).status
    return {
        "client": shop.client.client_id,
        "client secret": shop.client.client_secret,
        "code": shop.code(),
        "used code": used,
        "refresh": shop.pair()["refresh_token"],
        "refresh of all": shop.pair(organization_id=None)["refresh_token"],
    }


def _papers(trade: Trade) -> Names:
    """Masters and documents, in every state that some write begins from."""
    asha = trade.contact()
    draft, sent, due, paid = (trade.taxed(asha, 100, auto_approve=auto) for auto in (False, True, True, True))
    note = trade.note(asha, 20, invoice_id=due["invoice_id"])
    receipt = trade.receive(asha, 50)
    settled = trade.receive(asha, 30, (paid, 30))
    item = trade.call.ok("POST", "/items", {"item_name": "Chair"})["item"]["item_id"]
    bank, cash = (trade.org.account_id(code) for code in ("1020", "1010"))
    lines = [{"account_id": bank, "debit": 5}, {"account_id": cash, "credit": 5}]
    voucher = trade.call.ok("POST", "/journals", {"date": TODAY, "lines": lines})["journal"]
    rent = trade.org.account_id("6010")
    spent = {"date": TODAY, "account_id": rent, "amount": 60}
    expense = trade.call.ok("POST", "/expenses", spent)["expense"]
    about = {"entity_type": "INVOICE", "entity_id": due["invoice_id"], "body": "When?"}
    comment = trade.call.ok("POST", "/comments", about)["comment"]
    form = {"file": Sent("scan.pdf", b"A" * 300_000), "entity_type": "CONTACT", "entity_id": asha}
    attachment = trade.call.ok("POST", "/attachments", form)["attachment"]
    recurs = {
        "entity_type": "INVOICE", "name": "Rent", "frequency": "MONTHLY", "start_date": TODAY,
        "template_entity_id": due["invoice_id"],
    }  # fmt: skip
    repeats = trade.call.ok("POST", "/recurring", recurs)["recurring"]
    hooks = {"url": "https://shop.example/hooks", "events": ["ITEM_CREATED"]}
    endpoint = trade.call.ok("POST", "/webhooks/endpoints", hooks)["endpoint"]["endpoint_id"]
    told = trade.call.ok("POST", f"/webhooks/endpoints/{endpoint}/test")["delivery"]
    return {
        "endpoint": endpoint,
        "delivery": told["delivery_id"],
        "schedule": repeats["recurring_id"],
        "customer": asha,
        "unused": trade.contact("Unused"),
        "item": item,
        "bank": bank,
        "cash": cash,
        "rent": rent,
        "expense": expense["expense_id"],
        "voucher": voucher["journal_id"],
        "comment": comment["comment_id"],
        "attachment": attachment["attachment_id"],
        "draft": draft["invoice_id"],
        "sent": sent["invoice_id"],
        "paid": paid["invoice_id"],
        "due": due["invoice_id"],
        "note": note["credit_note_id"],
        "receipt": receipt["payment_id"],
        "settled": settled["payment_id"],
        "today": TODAY,
        "gst": trade.org.tax_id("GST 18%"),
        **_promised(trade, asha),
    }


def _promised(trade: Trade, asha: str) -> Names:
    """Estimates, orders, bills and what corrects them, that some write begins from."""
    call, vendor = trade.call, trade.contact("Dinesh Papers", contact_type="VENDOR")
    body = {"date": TODAY, "line_items": [trade.line(100), trade.line(20)]}
    offer, accepted = (
        call.ok("POST", "/estimates", body | {"customer_id": asha})["estimate"]["estimate_id"] for _ in "ab"
    )
    call.ok("POST", f"/estimates/{accepted}/accept")
    sold, under_way = (
        call.ok("POST", "/sales_orders", body | {"customer_id": asha})["sales_order"]["sales_order_id"]
        for _ in "ab"
    )
    carried = call.ok("POST", f"/sales_orders/{under_way}/convert-to-invoice", {"auto_approve": True})
    bought = call.ok("POST", "/purchase_orders", body | {"vendor_id": vendor})["purchase_order"]
    bill = {"vendor_id": vendor, "date": TODAY, "place_of_supply": "IN-KA"}
    entered, owed = (
        call.ok("POST", "/bills", bill | {"line_items": [trade.line(rate)], "auto_approve": approve})["bill"][
            "bill_id"
        ]
        for rate, approve in ((30, False), (40, True))
    )
    lines = {"date": TODAY, "line_items": [trade.line(10)]}
    charged = call.ok("POST", "/debit_notes", lines | {"customer_id": asha})["debit_note"]
    returned = call.ok("POST", "/credit_notes", lines | {"customer_id": vendor})["credit_note"]
    return {
        "entered": entered,
        "owed": owed,
        "charged": charged["debit_note_id"],
        "returned": returned["credit_note_id"],
        "vendor": vendor,
        "offer": offer,
        "accepted": accepted,
        "sold": sold,
        "carried": carried["invoice"]["invoice_id"],
        "bought": bought["purchase_order_id"],
    }
