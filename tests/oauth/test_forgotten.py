"""What was granted and has long been over is forgotten; what still means something is not."""

import finzcore
from finzcore.books.access import TOKENS
from finzcore.books.oauth.tables import GRANTS, REFRESHES
from finzcore.testing import FrozenClock
from tests.engines import on_sqlite
from tests.oauth.shop import Shop, answer, given


def kept(engine: finzcore.Engine) -> tuple[int, int, int]:
    """How many grants, refresh tokens and access tokens there are."""
    with engine.store.shared() as session:
        tokens = [row for row in session.find(TOKENS) if row["kind"] == "oauth"]
        return len(session.find(GRANTS)), len(session.find(REFRESHES)), len(tokens)


def test_a_family_that_ended_goes_a_month_later_with_all_that_came_of_it(
    shop: Shop, engine: finzcore.Engine, clock: FrozenClock
) -> None:
    ended = shop.pair()
    given(shop.refresh(ended["refresh_token"]))
    standing = shop.pair()
    shop.revoke(ended["refresh_token"])
    assert (2, 3, 3) == kept(engine)
    clock.move(days=29)
    standing = given(shop.refresh(standing["refresh_token"]))
    engine.run_scheduler()
    assert (2, 4, 4) == kept(engine)
    assert (401, "auth.revoked_token") == shop.call(ended["access_token"])
    clock.move(days=2)
    # A grant and two tokens of each sort, and the first access token of the other family.
    assert 6 == engine.run_scheduler()
    assert (1, 2, 1) == kept(engine)
    assert (401, "auth.invalid_token") == shop.call(ended["access_token"])
    assert (400, "invalid_grant") == answer(shop.refresh(ended["refresh_token"]))
    assert 0 == engine.run_scheduler()


@on_sqlite  # the statements are those of the test before
def test_a_code_that_nobody_fetched_goes(shop: Shop, engine: finzcore.Engine, clock: FrozenClock) -> None:
    shop.code()
    clock.move(days=30)
    engine.run_scheduler()
    assert (1, 0, 0) == kept(engine)
    clock.move(days=1)
    engine.run_scheduler()
    assert (0, 0, 0) == kept(engine)


@on_sqlite  # as above
def test_a_used_refresh_token_is_known_as_long_as_its_family_lives(
    shop: Shop, engine: finzcore.Engine, clock: FrozenClock
) -> None:
    first = pair = shop.pair()
    for _ in range(4):
        clock.move(days=28)
        engine.run_scheduler()
        pair = given(shop.refresh(pair["refresh_token"]))
    assert (1, 5, 2) == kept(engine)  # an access token of today, and one that ended less than a month ago
    assert (400, "invalid_grant") == answer(shop.refresh(first["refresh_token"]))
    assert (401, "auth.revoked_token") == shop.call(pair["access_token"])


@on_sqlite  # as above
def test_the_tier_outlives_the_tokens_that_had_it(
    shop: Shop, engine: finzcore.Engine, clock: FrozenClock
) -> None:
    pair = shop.pair()
    (token,) = [one for one in engine.tokens(user_id=shop.user.user_id) if one["kind"] == "oauth"]
    engine.set_tier(token["token_id"], "PARTNER")
    for _ in range(2):
        clock.move(days=29)
        engine.run_scheduler()
        pair = given(shop.refresh(pair["refresh_token"]))
    clock.move(days=3)
    engine.run_scheduler()
    tiers = [one["tier"] for one in engine.tokens(user_id=shop.user.user_id) if one["kind"] == "oauth"]
    assert ["PARTNER"] == tiers


@on_sqlite  # as above
def test_a_family_of_a_year_goes_a_month_after_its_end(
    shop: Shop, engine: finzcore.Engine, clock: FrozenClock
) -> None:
    shop.pair()
    clock.move(days=394)
    engine.run_scheduler()
    assert (1, 1, 1) == kept(engine)
    clock.move(days=1)
    engine.run_scheduler()
    assert (0, 0, 0) == kept(engine)


@on_sqlite  # as above
def test_personal_tokens_are_kept(shop: Shop, engine: finzcore.Engine, clock: FrozenClock) -> None:
    old = engine.mint_pat(org_id=shop.org.org_id, expires_at=clock())
    clock.move(days=1000)
    engine.run_scheduler()
    assert (401, "auth.expired_token") == shop.call(old.token)
