"""A remembered browser in a sign-in: races, copies, and what it must not outlive."""

import anyio
import pytest
from msgspec.structs import replace

from proofup.audit.events.sign_ins import DeviceRefused
from proofup.authentication.dispatcher import Standing, Step, stand
from proofup.authentication.issuing import Proven
from proofup.authentication.recovery import redeem
from proofup.authentication.remembering import (
    Recalled,
    Remembered,
    days_offered,
    recall,
    remembering,
    wish,
)
from proofup.authentication.second_proof import prove
from proofup.directory.devices import MOST_OF_USER, OVERLAP, DeviceToken, RememberDevice
from proofup.directory.users import Person
from proofup.policy.rules import Policy, SetPolicy
from proofup.registration.recovery import make_codes
from proofup.values.client import Client
from proofup.values.ids import DeviceId
from proofup.values.messages import Mail
from proofup.values.ways import Way
from world import ELSEWHERE, HOME, World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
PHONE = "+44 7700 900067"


@pytest.fixture
async def robin(world: World) -> Person:
    """Give a person with a phone, where browsers may be remembered for a month."""
    await world.store.commit(SetPolicy(policy=Policy(remember_days=30)))
    return await world.person(phone=PHONE)


async def remembered(world: World) -> DeviceToken:
    """Sign in with the box ticked, and return what the browser holds then."""
    _, here = await world.challenged(ROBIN)
    code = await world.texted_code()
    found = await prove(world.sign_in, here, code, remember=True, at=world.now)
    assert isinstance(found, Proven)
    assert found.issued
    assert found.issued.remembered
    world.later(minutes=5)
    return found.issued.remembered.token


async def recalled(
    world: World, token: DeviceToken, *, client: Client = HOME
) -> DeviceToken | None:
    """Show ``token`` after the password, and return its successor where it let the person in."""
    _, here = await world.with_password(ROBIN, client=client)
    found = await recall(world.sign_in, here, [token], at=world.now)
    if found is None:
        return None
    assert found.standing.step is Step.ISSUE
    assert found.token
    return found.token


@pytest.mark.parametrize("seconds", [0, OVERLAP.total_seconds()])
async def test_SE5_who_uses_a_copy_first_is_found_out_by_the_owner_who_comes_back(
    world: World, robin: Person, seconds: float
) -> None:
    own = await remembered(world)
    stolen = await recalled(world, own, client=ELSEWHERE)
    assert stolen
    await world.sent()
    world.later(seconds=seconds)
    assert await recalled(world, own) is None
    assert await recalled(world, stolen, client=ELSEWHERE) is None
    assert [mail.template for mail in await world.sent() if isinstance(mail, Mail)] == [
        "device-refused"
    ]
    log = await world.store.audit.of_user(robin.user.id, most=9)
    assert [type(one.event) for one in log].count(DeviceRefused) == 1


@pytest.mark.usefixtures("robin")
@pytest.mark.parametrize(
    "thief",
    [
        Client(address=ELSEWHERE.address, agent=HOME.agent),
        Client(address=HOME.address, agent=ELSEWHERE.agent),
    ],
)
async def test_SE5_a_copy_opens_nothing_elsewhere_in_the_moment_that_two_tabs_are_allowed(
    world: World, thief: Client
) -> None:
    own = await remembered(world)
    assert await recalled(world, own)
    await world.sent()
    world.later(seconds=1)
    assert await recalled(world, own, client=thief) is None
    mails = [message.template for message in await world.sent() if isinstance(message, Mail)]
    assert mails == ["device-refused"]


@pytest.mark.usefixtures("robin")
async def test_SE5_an_answer_that_was_lost_is_no_copy_where_it_was_sent_to(world: World) -> None:
    held = await remembered(world)
    assert await recalled(world, held)
    world.later(days=1)
    renewed = await recalled(world, held)
    assert renewed
    world.later(days=1)
    assert await recalled(world, renewed)


@pytest.mark.both_engines
@pytest.mark.usefixtures("robin")
async def test_SE5_two_tabs_at_once_are_no_copy(world: World) -> None:
    held = await remembered(world)
    tabs = [(await world.with_password(ROBIN))[1] for _ in range(2)]
    found: list[Recalled | None] = []

    async def show(here: Standing) -> None:
        found.append(await recall(world.sign_in, here, [held], at=world.now))

    async with anyio.create_task_group() as group:
        for here in tabs:
            group.start_soon(show, here)
    assert [one.standing.step for one in found if one] == [Step.ISSUE, Step.ISSUE]
    (following,) = [one.token for one in found if one and one.token]
    world.later(days=1)
    assert await recalled(world, following)


@pytest.mark.usefixtures("robin")
async def test_a_sign_in_that_moved_on_meanwhile_is_left_as_it_is(world: World) -> None:
    held = await remembered(world)
    _, here = await world.with_password(ROBIN)
    first = await recall(world.sign_in, here, [held], at=world.now)
    assert first
    assert first.token
    assert await recall(world.sign_in, here, [first.token], at=world.now) is None


async def test_an_account_has_so_many_browsers_and_the_idlest_makes_room(
    world: World, robin: Person
) -> None:
    await remembered(world)
    (known,) = await world.store.devices.of_user(robin.user.id)
    for number in range(MOST_OF_USER - 1):
        newer = replace(known, id=DeviceId(f"d-{number}"), last_used_at=world.later(seconds=1))
        await world.store.commit(RememberDevice(device=newer))
    _, here = await world.with_password(ROBIN)
    assert here.sign_in
    proofs = here.sign_in.proofs.with_second(Way("sms"), world.now)
    proven = replace(here, sign_in=replace(here.sign_in, remember=True, proofs=proofs))
    found = await remembering(world.sign_in, proven, [], at=world.now)
    assert isinstance(found, Remembered)
    assert found.void == {known.id}
    await world.store.commit(*found.changes)
    assert len(await world.store.devices.of_user(robin.user.id)) == MOST_OF_USER


def test_SE5_a_token_shows_its_secret_to_nobody() -> None:
    assert "secret" not in repr(DeviceToken(DeviceId("d-1"), "a secret"))


def test_whoever_is_nobody_yet_is_offered_nothing() -> None:
    assert days_offered(Standing(step=Step.NAME)) == 0


async def test_CH_10_a_wish_is_noted_where_it_is_offered_and_may_be_taken_back(
    world: World,
) -> None:
    await world.person(phone=PHONE)
    token, here = await world.challenged(ROBIN)
    assert await wish(world.sign_in, here, remember=True) is here
    await world.store.commit(SetPolicy(policy=Policy(remember_days=1)))
    here = await stand(world.sign_in, token, at=world.now)
    for remember in (True, False):
        noted = await wish(world.sign_in, here, remember=remember)
        here = await stand(world.sign_in, token, at=world.now)
        assert here.sign_in == noted.sign_in
        assert here.sign_in
        assert here.sign_in.remember is remember


async def test_SE5_a_recovery_code_is_no_proof_to_be_remembered(
    world: World, robin: Person
) -> None:
    found = await world.session(ROBIN)
    code, *_ = await make_codes(world.registration, await world.actor(found), at=world.now)
    world.later(seconds=31)
    _, here = await world.challenged(ROBIN)
    here = await wish(world.sign_in, here, remember=True)
    outcome = await redeem(world.sign_in, here, code.reveal(), at=world.now)
    assert isinstance(outcome, Proven)
    assert outcome.issued
    assert outcome.issued.remembered is None
    assert await world.store.devices.of_user(robin.user.id) == []


async def test_a_recovery_code_forgets_every_browser(world: World, robin: Person) -> None:
    found = await world.session(ROBIN)
    code, *_ = await make_codes(world.registration, await world.actor(found), at=world.now)
    world.later(seconds=31)
    held = await remembered(world)
    _, here = await world.with_password(ROBIN)
    assert isinstance(await redeem(world.sign_in, here, code.reveal(), at=world.now), Proven)
    assert await world.store.devices.of_user(robin.user.id) == []
    assert await recalled(world, held) is None


async def test_a_recovery_code_remembers_nothing_whatever_was_ticked(
    world: World, robin: Person
) -> None:
    _, here = await world.challenged(ROBIN)
    assert here.sign_in
    proofs = here.sign_in.proofs.with_second(Way("recoveryCode"), world.now)
    ticked = replace(here, sign_in=replace(here.sign_in, remember=True, proofs=proofs))
    assert await remembering(world.sign_in, ticked, (), at=world.now) is None
