"""Who acts in the story: two firms that trade side by side, and the ids of what they made by name."""

import finzcore
from finzcore.testing import FrozenClock
from tests.stories.sameness.scribe import Firm, Scribe


class Cast:
    """The firms, and what the chapters told so far have left for those after them."""

    def __init__(self, engine: finzcore.Engine, clock: FrozenClock) -> None:
        self.scribe = Scribe(engine, clock)
        self.clock = clock
        self._kept: dict[str, str] = {}
        acme = engine.create_org(name="Acme Traders", state="IN-KA", gstin="29AAACW6288M1ZS")
        bharat = engine.create_org(
            name="भारत Exports", state="IN-MH", legal_name="Bharat Exports Private Limited",
            preferences={"roundInvoiceTotals": True, "exportsUnderLut": True, "taxRoundingLevel": "group"},
        )  # fmt: skip
        self.acme = self._firm(acme)
        self.bharat = self._firm(bharat)

    def _firm(self, org: finzcore.Org) -> Firm:
        engine = self.scribe.engine
        token = engine.mint_pat(org_id=org.org_id, label="The shop")
        engine.set_tier(token.token_id, "PARTNER")
        return Firm(self.scribe, org, token.token)

    def keep(self, name: str, key: str) -> str:
        """Keep an id under a name."""
        assert name not in self._kept, name
        self._kept[name] = key
        return key

    def __getitem__(self, name: str) -> str:
        return self._kept[name]
