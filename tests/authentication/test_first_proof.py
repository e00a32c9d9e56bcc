"""A right password starts the second proof's challenge, in one write if possible."""

from datetime import timedelta

import anyio
import pytest

from proofup.authentication.dispatcher import Step, stand
from proofup.authentication.first_proof import Entered, enter
from proofup.authentication.password import PasswordRefusal, PasswordRefused
from proofup.authentication.signin import SignIn
from proofup.directory.devices import DeviceToken
from proofup.directory.users import BlockProofs, RaiseEpoch
from proofup.policy import figures
from proofup.policy.budgets import Budget, CountryNotServedError
from proofup.policy.decision import ProofsBlockedError
from proofup.policy.limits import Limit
from proofup.values.errors import LimitReachedError, ProofupError, RevokedError
from proofup.values.ids import DeviceId
from proofup.values.secret import Secret
from world import PASSWORD, World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
PHONE = "+44 7700 900067"
STRANGER = DeviceToken(DeviceId("d" * 36), "not one that anybody gave")
# Known and other browsers take two paths through the same rules.
SHOWN = pytest.mark.parametrize("devices", [(), (STRANGER,)], ids=["new browser", "other device"])


async def entered(world: World, sign_in: SignIn, *devices: DeviceToken) -> Entered:
    found = await enter(world.sign_in, sign_in, Secret(PASSWORD), devices=devices, at=world.now)
    assert isinstance(found, Entered)
    return found


@SHOWN
async def test_the_preferred_option_is_asked_with_the_password(
    world: World, devices: tuple[DeviceToken, ...]
) -> None:
    await world.person(phone=PHONE)
    token, sign_in = await world.begin(ROBIN)
    found = await entered(world, sign_in, *devices)
    assert found.standing.step is Step.CHALLENGE
    assert found.not_sent is None
    assert found.device is None
    assert len(await world.sent()) == 1
    there = await stand(world.sign_in, token, at=world.now)
    assert there.sign_in == found.standing.sign_in


@SHOWN
async def test_without_a_method_nothing_is_asked(
    world: World, devices: tuple[DeviceToken, ...]
) -> None:
    await world.person()
    token, sign_in = await world.begin(ROBIN)
    found = await entered(world, sign_in, *devices)
    assert found.standing.step is Step.ISSUE
    assert (await stand(world.sign_in, token, at=world.now)).step is Step.ISSUE


@SHOWN
async def test_a_wrong_password_asks_nothing(
    world: World, devices: tuple[DeviceToken, ...]
) -> None:
    await world.person(phone=PHONE)
    _, sign_in = await world.begin(ROBIN)
    found = await enter(world.sign_in, sign_in, Secret("no"), devices=devices, at=world.now)
    assert found == PasswordRefused(because=PasswordRefusal.WRONG)
    assert await world.sent() == []


@SHOWN
async def test_SM3_where_no_more_may_be_sent_the_password_counts_all_the_same(
    world: World, devices: tuple[DeviceToken, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.person(phone=PHONE)
    none = Limit(name="textsAccount", most=0, within=figures.DAY)
    monkeypatch.setattr(figures, "TEXTS_OF_ACCOUNT", none)
    token, sign_in = await world.begin(ROBIN)
    found = await entered(world, sign_in, *devices)
    assert isinstance(found.not_sent, LimitReachedError)
    assert await world.sent() == []
    there = await stand(world.sign_in, token, at=world.now)
    assert there.step is Step.CHALLENGE
    assert there.sign_in == found.standing.sign_in


@SHOWN
async def test_SM4_where_a_country_is_not_served_the_password_counts_all_the_same(
    world: World, devices: tuple[DeviceToken, ...]
) -> None:
    await world.person(phone="+351 912 345 678")
    world.texts = Budget(countries=frozenset({"GB"}))
    token, sign_in = await world.begin(ROBIN)
    found = await entered(world, sign_in, *devices)
    assert isinstance(found.not_sent, CountryNotServedError)
    assert (await stand(world.sign_in, token, at=world.now)).step is Step.CHALLENGE


@SHOWN
async def test_who_is_blocked_is_told_so_only_behind_a_right_password(
    world: World, devices: tuple[DeviceToken, ...]
) -> None:
    robin = await world.person(phone=PHONE)
    until = world.now + timedelta(days=90)
    await world.store.commit(BlockProofs(user_id=robin.user.id, until=until))
    token, sign_in = await world.begin(ROBIN)
    with pytest.raises(ProofsBlockedError):
        await entered(world, sign_in, *devices)
    assert await world.sent() == []
    assert (await stand(world.sign_in, token, at=world.now)).step is Step.CHALLENGE


@SHOWN
async def test_nothing_is_written_or_sent_where_the_account_moved_on(
    world: World, devices: tuple[DeviceToken, ...]
) -> None:
    robin = await world.person(phone=PHONE)
    token, sign_in = await world.begin(ROBIN)
    await world.store.commit(RaiseEpoch(user_id=robin.user.id))
    with pytest.raises(RevokedError):
        await entered(world, sign_in, *devices)
    assert await world.sent() == []
    assert (await stand(world.sign_in, token, at=world.now)).step is Step.PASSWORD


@pytest.mark.both_engines
async def test_of_one_form_sent_twice_at_once_one_sends_a_text(world: World) -> None:
    await world.person(phone=PHONE)
    _, sign_in = await world.begin(ROBIN)
    found: list[object] = []

    async def one() -> None:
        try:
            found.append(await entered(world, sign_in))
        except ProofupError as error:
            found.append(error)

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(one)
    assert len(await world.sent()) == 1
    assert sum(isinstance(one, Entered) and one.not_sent is None for one in found) == 1
