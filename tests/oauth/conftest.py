"""Books with a shop that Uma may let in."""

import pytest

import finzcore
from tests.oauth.shop import Shop


@pytest.fixture
def shop(engine: finzcore.Engine, acme: finzcore.Org) -> Shop:
    uma = engine.create_user(name="Uma Rao")
    engine.add_membership(acme.org_id, uma.user_id)
    return Shop(engine, acme, uma)
