"""What is answered gives its try back: limits of messages meet failures and new numbers alone."""

import pytest
from msgspec.structs import replace

from proofup.authentication.issuing import Proven
from proofup.authentication.second_proof import prove
from proofup.authentication.session import ActiveSession
from proofup.methods.phone import KIND as PHONE
from proofup.methods.phone import OFFICE
from proofup.methods.protocol import CallStatus
from proofup.methods.registered_methods import AddMethod
from proofup.policy import figures
from proofup.policy.rules import Policy, SetPolicy
from proofup.registration.confirm import Confirmed, confirm
from proofup.registration.pending import Registration
from proofup.registration.propose import ask, propose
from proofup.values.client import Client
from proofup.values.errors import LimitReachedError
from proofup.values.ways import Way
from world import HOME, World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
INES = "ines.costa@contoso.test"
SWITCHBOARD = "+44 20 7946 0123"


async def signs_in(world: World, name: str) -> None:
    _, here = await world.challenged(name, Way("sms"))
    code = await world.texted_code()
    assert isinstance(await prove(world.sign_in, here, code, at=world.now), Proven)


async def types(
    world: World, found: ActiveSession, number: str, *, client: Client = HOME
) -> Registration:
    """Let somebody type a new number, to which a code then goes."""
    actor = await world.actor(found, client=client)
    typed = {"number": number, "region": "GB"}
    registration = await propose(
        world.registration, actor, PHONE, typed, replaces=None, at=world.now
    )
    await ask(world.registration, actor, registration, at=world.now)
    return registration


async def gives(world: World, found: ActiveSession, registration: Registration) -> None:
    """Let the number answer."""
    code, actor = await world.texted_code(), await world.actor(found)
    outcome = await confirm(
        world.registration, actor, registration, code, sign_out_others=False, at=world.now
    )
    assert isinstance(outcome, Confirmed)


async def test_SM4_forty_people_of_one_address_sign_in_by_text(world: World) -> None:
    for number in range(40):
        name = f"robin{number}@contoso.test"
        await world.person(name, phone=f"+44 7700 9001{number:02}")
        await signs_in(world, name)


async def test_SM4_TEL_03_who_always_answers_meets_no_limit_of_a_number(world: World) -> None:
    await world.person(phone="+44 7700 900067")
    for _ in range(12):
        await signs_in(world, ROBIN)


async def test_SM4_an_answered_call_gives_its_try_back(world: World) -> None:
    await world.person(phone="+44 7700 900067")
    for _ in range(6):
        world.later(seconds=1)
        _, here = await world.challenged(ROBIN, Way("voiceMobile"))
        await world.hears(CallStatus.ANSWERED)
        await world.hears(digits="#")
        assert isinstance(await prove(world.sign_in, here, "", at=world.now), Proven)


async def test_SM4_seventy_people_of_one_address_register_their_phones(world: World) -> None:
    for number in range(70):
        name = f"robin{number}@contoso.test"
        await world.person(name)
        found = await world.session(name)
        await gives(world, found, await types(world, found, f"07700 9001{number:02}"))
        await world.sent()


async def test_SM4_new_numbers_that_nobody_answers_stop_at_the_limit_of_their_network(
    world: World,
) -> None:
    policy = Policy(limits={figures.NEW_NUMBERS_OF_NETWORK.name: 10})
    await world.store.commit(SetPolicy(policy=policy))
    await world.person()
    found = await world.session(ROBIN)
    for number in range(10):
        await types(world, found, f"07700 9001{number:02}")
    with pytest.raises(LimitReachedError) as account:
        await types(world, found, "07700 900120")
    assert account.value.limit == "newNumbersAccount"
    await world.sent()
    await world.person(INES, phone="+44 7700 900150")
    await signs_in(world, INES)
    await world.person("sam@contoso.test")
    sams = await world.session("sam@contoso.test")
    with pytest.raises(LimitReachedError) as network:
        await types(world, sams, "07700 900121")
    assert network.value.limit == "newNumbersNetwork"
    elsewhere = replace(HOME, address="198.51.100.9")
    await types(world, sams, "07700 900121", client=elsewhere)


async def test_SM4_nobody_uses_up_what_a_colleagues_number_may_be_sent(world: World) -> None:
    await world.person(phone="+44 7700 900067")
    await world.person(INES)
    stranger = await world.session(INES)
    for _ in range(5):
        await types(world, stranger, "07700 900067")
        world.later(seconds=31)
    with pytest.raises(LimitReachedError) as refused:
        await types(world, stranger, "07700 900067")
    assert refused.value.limit == "newNumberHour"
    await world.sent()
    await signs_in(world, ROBIN)


async def test_SM4_a_new_number_is_counted_whoever_types_it(world: World) -> None:
    for name in (ROBIN, INES):
        await world.person(name)
    await types(world, await world.session(ROBIN), "07700 900067")
    with pytest.raises(LimitReachedError) as refused:
        await types(world, await world.session(INES), "+44 (0)7700-900067")
    assert refused.value.limit == "newNumberAgain"


async def test_SM4_the_lines_behind_one_switchboard_are_counted_apart(world: World) -> None:
    for line in range(101, 108):
        name = f"robin{line}@contoso.test"
        person = await world.person(name, phone=None)
        office = world.phone(person.user.id, SWITCHBOARD, OFFICE, extension=str(line))
        await world.store.commit(AddMethod(method=office))
        await world.challenged(name, Way("voiceOffice"))
    assert len(await world.sent()) == 7
    with pytest.raises(LimitReachedError):
        await world.challenged("robin101@contoso.test", Way("voiceOffice"))


async def test_SM4_one_account_cannot_use_up_what_all_share(world: World) -> None:
    policy = Policy(limits={figures.TEXTS_OF_ACCOUNT.name: 20})
    await world.store.commit(SetPolicy(policy=policy))
    await world.person(phone="+44 7700 900067")
    for _ in range(20):
        await signs_in(world, ROBIN)
    with pytest.raises(LimitReachedError) as refused:
        await signs_in(world, ROBIN)
    assert refused.value.limit == "textsAccount"
