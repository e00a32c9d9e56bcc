import pytest
from msgspec.structs import replace

from proofup.authentication.dispatcher import Step, stand
from proofup.authentication.issuing import issue
from proofup.authentication.name import submit_name
from proofup.challenges.brakes import times_met
from proofup.policy import figures
from proofup.policy.limits import Limit
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.errors import LimitReachedError
from proofup.values.ids import random_token
from world import HOME, World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"


@pytest.mark.parametrize(
    "typed",
    ["robin.ashby@contoso.test", "nobody@contoso.test", "", "no name at all", "a\u202eb@c.test"],
)
async def test_GU1_every_name_opens_a_sign_in_that_asks_for_the_password(
    world: World, typed: str
) -> None:
    await world.person()
    token, sign_in = await world.begin(typed)
    assert (await stand(world.sign_in, token, at=world.now)).step is Step.PASSWORD
    assert sign_in.expires_at > world.now


async def test_WE1_a_name_is_found_in_any_spelling(world: World) -> None:
    robin = await world.person()
    _, sign_in = await world.begin("  \uff32\uff2f\uff22\uff29\uff2e.Ashby@Contoso.TEST ")
    assert sign_in.user_id == robin.user.id


async def test_TX1_a_new_name_begins_a_new_sign_in_in_place_of_the_old(world: World) -> None:
    await world.person()
    token, first = await world.begin("robin.ashby@contoso.test")
    second = await submit_name(
        world.sign_in,
        token,
        "other@contoso.test",
        return_to="/x",
        client=HOME,
        language="en",
        at=world.now,
    )
    here = await stand(world.sign_in, token, at=world.now)
    assert here.sign_in
    assert here.sign_in.id == second.id != first.id
    assert here.sign_in.user_id is None
    assert here.sign_in.return_to == "/x"


async def test_I10_one_network_cannot_fill_the_database_with_names(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = figures.SIGN_INS_OF_NETWORK
    few = Limit(name=limit.name, most=3, within=limit.within)
    monkeypatch.setattr(figures, "SIGN_INS_OF_NETWORK", few)
    for number in range(3):
        await world.begin(f"nobody{number}@contoso.test")
    with pytest.raises(LimitReachedError):
        await world.begin("robin.ashby@contoso.test")


async def test_SM4_others_of_a_network_stop_no_known_browser(world: World) -> None:
    least, _ = figures.SIGN_INS_OF_NETWORK.bounds or (0, 0)
    policy = Policy(limits={figures.SIGN_INS_OF_NETWORK.name: least})
    await world.store.commit(SetPolicy(policy=policy))
    await world.person()
    _, here = await world.with_password(ROBIN)
    browser = (await issue(world.sign_in, here, at=world.now)).browser
    assert browser
    for number in range(least):  # the right password has given its try back
        await world.begin(f"nobody{number}@contoso.test")
    with pytest.raises(LimitReachedError) as network:
        await world.begin(ROBIN)
    assert network.value.limit == "signInsNetwork"
    for _ in range(figures.SIGN_INS_OF_BROWSER.most):
        await begin_in(world, browser.reveal())
    with pytest.raises(LimitReachedError) as own:
        await begin_in(world, browser.reveal())
    assert own.value.limit == "signInsBrowser"
    world.later(hours=1)
    await begin_in(world, browser.reveal())


async def begin_in(world: World, browser: str) -> None:
    """Open a sign-in in the browser that holds this token."""
    await submit_name(
        world.sign_in,
        random_token(world.entropy),
        ROBIN,
        return_to=None,
        browser=browser,
        client=HOME,
        language="en",
        at=world.now,
    )


async def test_a_proxy_that_is_not_named_is_told_once_an_hour(world: World) -> None:
    robin = await world.person()
    behind = replace(HOME, address="10.0.0.7", proxy="10.0.0.7")
    for _ in range(3):
        await world.begin(ROBIN, client=behind)
    assert await times_met(world.room, "proxyNotNamed", at=world.now) == 1
    (text,) = [
        str(text)
        for (text,) in await world.store.engine.rows("SELECT text FROM audit_log")
        if "proxyNotNamed" in text
    ]
    assert '"proxy":"10.0.0.7"' in text
    assert robin.user.id not in text, "it is nothing that the user did"
