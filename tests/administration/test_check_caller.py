"""Who is calling: what the agent may ask, what counts as an answer, and for how long."""

import anyio
import pytest
from msgspec.structs import replace

from administration.conftest import Administrator
from outrun import outrun
from proofup.administration.check_caller import callers_options, check_caller, latest_check
from proofup.administration.reset_methods import reset_methods
from proofup.administration.set_account_enabled import set_account_enabled
from proofup.audit.events.callers import CallerCheckStarted, CallerProven
from proofup.audit.events.challenges import ChallengeFailed, ChallengeSent
from proofup.authentication.callers import answer_help_desk, prove_caller
from proofup.directory.caller_checks import CallerCheck, drawn_code, drawn_word, typed_word
from proofup.directory.users import BlockProofs, Person, RaiseEpoch
from proofup.policy.actor import Actor
from proofup.policy.callers import CallerUnprovenError
from proofup.policy.permissions import Permission
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.errors import (
    LimitReachedError,
    RevokedError,
    StaleError,
    StaleMethodError,
    UnknownUserError,
)
from proofup.values.ids import CorrelationId
from proofup.values.messages import Text
from proofup.values.ways import Way
from world import ELSEWHERE, World

pytestmark = pytest.mark.anyio
PHONE = "+44 7700 900067"
SMS = Way("sms")
DEMANDED = Policy(caller_check_acts=frozenset({Permission.RESET_METHODS}))


async def asked(world: World, ada: Actor, robin: Person, way: Way | None = SMS) -> CallerCheck:
    target = await world.target(robin.user.id)
    return await check_caller(world.administration, ada, target, way, at=world.now)


async def answered(world: World, word: str, typed: str) -> bool:
    return await answer_help_desk(
        world.sign_in,
        word,
        typed,
        client=ELSEWHERE,
        correlation_id=CorrelationId("c"),
        language="en",
        at=world.now,
    )


async def knowing(world: World, ada: Actor, robin: Person) -> Actor:
    """Return the agent with what they know of the caller, as a page reads it."""
    target = await world.target(robin.user.id)
    check = await latest_check(world.administration, ada, target, at=world.now)
    return replace(ada, caller=check)


async def words_of(world: World, robin: Person) -> list[str]:
    return [one.event.word for one in await world.store.audit.of_user(robin.user.id, most=20)]


@pytest.mark.both_engines
async def test_the_answer_is_noted_for_the_agent_who_asked_and_for_no_other(
    world: World, administrator: Administrator
) -> None:
    (ada, _), (bob, _) = await administrator(), await administrator()
    robin = await world.person(phone=PHONE, preferred_language="de")
    check = await asked(world, ada, robin)
    (text,) = [one for one in await world.sent() if isinstance(one, Text)]
    code = "".join(one for one in text.body.reveal() if one.isdigit())
    assert await answered(world, check.word, code)
    assert not await answered(world, check.word, code)
    of_ada, of_bob = await knowing(world, ada, robin), await knowing(world, bob, robin)
    known = of_ada.checked(robin.user.id, at=world.now)
    assert known
    assert known.proof == "sms +XX XXXXXXXX67"
    assert of_bob.caller is None
    assert replace(bob, caller=known).checked(robin.user.id, at=world.now) is None
    assert of_ada.checked(None, at=world.now) is None
    events = [one.event for one in await world.store.audit.of_user(robin.user.id, most=9)]
    assert CallerProven(way=SMS, by="+XX XXXXXXXX67") in events
    assert CallerCheckStarted() in events
    sent = next(
        one
        for one in await world.store.audit.of_user(robin.user.id, most=9)
        if isinstance(one.event, ChallengeSent)
    )
    assert (sent.actor, sent.event.facts["purpose"]) == (ada.id, "callerCheck")
    world.later(minutes=15)
    assert (await knowing(world, ada, robin)).caller is None


async def test_RC9_the_rules_demand_that_the_caller_has_proven_it(
    world: World, administrator: Administrator
) -> None:
    ada, _ = await administrator()
    robin = await world.person(phone=PHONE, apps=1)
    await world.store.commit(SetPolicy(policy=DEMANDED))
    check = await asked(world, ada, robin, Way("oath"))
    target = await world.target(robin.user.id)
    with pytest.raises(CallerUnprovenError):
        reset_methods(
            world.administration, await knowing(world, ada, robin), target, "x", at=world.now
        )
    assert await answered(world, check.word, await world.app_code(robin.user.id))
    caller = await knowing(world, ada, robin)
    await world.carry_out(reset_methods(world.administration, caller, target, "x", at=world.now))
    assert (await words_of(world, robin))[0] == "methodsReset"
    # What the rules do not name needs no check, and the host needs none.
    target = await world.target(robin.user.id)
    set_account_enabled(ada, target, enabled=False, at=world.now)
    reset_methods(world.administration, world.host, target, "x", at=world.now)


@pytest.mark.both_engines
async def test_a_check_that_is_replaced_while_the_act_is_written_lets_nothing_be_written(
    world: World, administrator: Administrator
) -> None:
    ada, _ = await administrator()
    robin = await world.person(apps=1)
    await world.store.commit(SetPolicy(policy=DEMANDED))
    check = await asked(world, ada, robin, Way("oath"))
    assert await answered(world, check.word, await world.app_code(robin.user.id))
    caller, target = await knowing(world, ada, robin), await world.target(robin.user.id)
    act = reset_methods(world.administration, caller, target, "x", at=world.now)
    await asked(world, ada, robin, None)
    with pytest.raises(StaleError):
        await world.carry_out(act)
    assert await world.store.methods.of_user(robin.user.id)


@pytest.mark.both_engines
async def test_of_two_answers_at_once_one_counts(
    world: World, administrator: Administrator
) -> None:
    ada, _ = await administrator()
    robin = await world.person(phone=PHONE)
    check, found = await asked(world, ada, robin), list[bool]()
    code = await world.texted_code()

    async def answer() -> None:
        found.append(await answered(world, check.word, code))

    async with anyio.create_task_group() as group:
        group.start_soon(answer)
        group.start_soon(answer)
    assert sorted(found) == [False, True]


async def test_an_app_that_is_used_meanwhile_is_judged_again(
    world: World, administrator: Administrator
) -> None:
    ada, _ = await administrator()
    robin = await world.person(apps=2)
    check = await asked(world, ada, robin, Way("oath"))
    code, found = await world.app_code(robin.user.id), list[bool]()

    async def answer() -> None:
        found.append(await answered(world, check.word, code))

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(answer)
    assert found.count(True) == 1


async def test_an_open_check_goes_on_and_a_new_one_begins_after_its_end(
    world: World, administrator: Administrator
) -> None:
    ada, _ = await administrator()
    robin = await world.person(apps=1)
    first = await asked(world, ada, robin, None)
    assert (await asked(world, ada, robin, Way("oath"))).id == first.id
    world.later(minutes=10)
    second = await asked(world, ada, robin, Way("oath"))
    assert second.id != first.id
    assert second.word != first.word
    assert not await answered(world, first.word, await world.app_code(robin.user.id))
    await world.store.commit(RaiseEpoch(user_id=robin.user.id))
    assert not await answered(world, second.word, await world.app_code(robin.user.id))
    third = await asked(world, ada, robin, Way("oath"))
    assert third.id != second.id


async def test_nothing_is_asked_where_it_could_not_be_answered(
    world: World, administrator: Administrator
) -> None:
    ada, _ = await administrator()
    robin = await world.person(apps=1)
    with pytest.raises(StaleError):
        await asked(world, ada, robin)
    check = await asked(world, ada, robin, Way("oath"))
    await world.store.commit(BlockProofs(user_id=robin.user.id, until=world.later(minutes=5)))
    world.later(minutes=-1)
    target = await world.target(robin.user.id)
    assert callers_options(world.room, target, at=world.now) == ()
    assert not await answered(world, check.word, await world.app_code(robin.user.id))
    world.later(minutes=2)
    assert callers_options(world.room, target, at=world.now)


async def test_a_wrong_code_counts_as_at_a_sign_in_and_warns_of_no_stolen_password(
    world: World, administrator: Administrator
) -> None:
    ada, _ = await administrator()
    robin = await world.person(phone=PHONE)
    await world.store.commit(SetPolicy(policy=Policy(limits={"secondProof": 5})))
    check = await asked(world, ada, robin)
    code = await world.texted_code()
    for _ in range(5):
        assert not await answered(world, check.word, "1")
    assert not await answered(world, check.word, code)
    events = [one.event for one in await world.store.audit.of_user(robin.user.id, most=20)]
    failed = ChallengeFailed(way=SMS, because="wrong", purpose="callerCheck")
    assert events.count(failed) == 5
    assert await world.sent() == []
    _, here = await world.with_password(robin.user.user_principal_name)
    assert here.options
    world.later(seconds=31)
    with pytest.raises(LimitReachedError):
        await asked(world, ada, robin)


async def test_a_code_of_a_check_opens_no_session(
    world: World, administrator: Administrator
) -> None:
    ada, _ = await administrator()
    robin = await world.person(phone=PHONE)
    await asked(world, ada, robin)
    text = next(one for one in await world.sent() if isinstance(one, Text))
    assert "for the page of the help desk" in text.body.reveal()


async def test_a_call_that_rings_is_no_answer_yet(
    world: World, administrator: Administrator
) -> None:
    ada, _ = await administrator()
    robin = await world.person(phone=PHONE)
    check = await asked(world, ada, robin, Way("voiceMobile"))

    async def looked() -> bool:
        return await prove_caller(
            world.sign_in, check, "", client=ELSEWHERE, language="en", at=world.now
        )

    assert not await looked()
    await world.hears(digits="#")
    assert await looked()
    assert not await looked()


async def test_who_may_not_check_a_person_finds_nobody(world: World, nobody: Actor) -> None:
    robin = await world.person(apps=1)
    with pytest.raises(UnknownUserError):
        await asked(world, nobody, robin)


async def test_an_agent_who_was_signed_out_asks_nothing(
    world: World, administrator: Administrator
) -> None:
    ada, person = await administrator()
    robin = await world.person(phone=PHONE)
    await world.store.commit(RaiseEpoch(user_id=person.user.id))
    with pytest.raises(RevokedError):
        await asked(world, ada, robin)
    assert await world.sent() == []


def test_words_are_read_as_they_are_heard(world: World) -> None:
    word = drawn_word(world.entropy)
    assert typed_word(f" {word[:4].lower()}-{word[4:]} ") == word
    assert typed_word(word[1:]) is None
    assert typed_word("AEIOUAEI") is None
    assert len(drawn_code(bytes)) == 4


async def test_a_method_that_was_used_meanwhile_is_judged_again(
    world: World, administrator: Administrator
) -> None:
    ada, _ = await administrator()
    robin = await world.person(apps=1)
    check = await asked(world, ada, robin, Way("oath"))
    ports = replace(world.sign_in, room=outrun(world.room, StaleMethodError()))
    code = await world.app_code(robin.user.id)
    assert await prove_caller(ports, check, code, client=ELSEWHERE, language="en", at=world.now)


async def test_a_check_that_is_over_is_answered_by_nobody(
    world: World, administrator: Administrator
) -> None:
    ada, _ = await administrator()
    robin = await world.person(apps=1)
    check = await asked(world, ada, robin, Way("oath"))
    code = await world.app_code(robin.user.id)
    late = world.later(minutes=15)
    assert not await prove_caller(
        world.sign_in, check, code, client=ELSEWHERE, language="en", at=late
    )
