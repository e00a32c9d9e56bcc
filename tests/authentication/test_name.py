import pytest

from proofup.authentication.dispatcher import Step, stand
from proofup.authentication.name import submit_name
from proofup.policy import figures
from proofup.policy.limits import Limit
from proofup.values.errors import LimitReachedError
from world import HOME, World

pytestmark = pytest.mark.anyio


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
