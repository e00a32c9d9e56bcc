"""Calls from their greeting to their end, as a carrier tells of them."""

from datetime import timedelta

import anyio
import pytest
from msgspec.structs import replace

from proofup.audit.events.challenges import ChallengeFailed, FraudReported
from proofup.authentication.dispatcher import Standing, Step, stand
from proofup.authentication.issuing import Proven
from proofup.authentication.second_proof import ProofOutcome, ask, prove
from proofup.challenges.call_progress import Reply, note_call
from proofup.challenges.fraud import fraud_changes
from proofup.challenges.outcome import Refusal, Refused, Waiting
from proofup.directory.organisation import Organisation
from proofup.methods.protocol import CallStatus
from proofup.policy.decision import ProofsBlockedError
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.errors import LimitReachedError
from proofup.values.ids import MessageId, UserId
from proofup.values.messages import Call, Mail
from proofup.values.ways import Way
from world import World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
NUMBER = "+44 7700 900067"


async def called(world: World) -> tuple[str, Standing, MessageId]:
    """Return a sign-in whose person is being called, and the call's message."""
    await world.person(phone=NUMBER)
    token, here = await world.challenged(ROBIN, Way("voiceMobile"))
    return token, here, await newest(world, here)


async def newest(world: World, here: Standing) -> MessageId:
    assert here.sign_in
    (stored,) = await world.store.challenges.of_subject(here.sign_in.id, most=1)
    assert stored.message_id
    return stored.message_id


async def press(world: World, message: MessageId, digits: str, *, turn: int = 1) -> Reply:
    reply = await note_call(world.room, message, None, digits, turn=turn, at=world.now)
    assert reply
    return reply


async def tell(world: World, message: MessageId, event: CallStatus) -> Reply:
    reply = await note_call(world.room, message, event, "", at=world.now)
    assert reply
    return reply


async def look(world: World, here: Standing) -> ProofOutcome:
    return await prove(world.sign_in, here, "", at=world.now)


async def test_VOI_01_the_pound_key_approves_and_the_page_goes_on(world: World) -> None:
    token, here, message = await called(world)
    (call,) = await world.sent()
    assert isinstance(call, Call)
    assert call.to.e164 == "+447700900067"
    assert await look(world, here) == Waiting()
    for event in (CallStatus.RINGING, CallStatus.ANSWERED):
        assert (await tell(world, message, event)).listens
        assert await look(world, here) == Waiting()
    said = await press(world, message, "#")
    assert said.say.startswith("Thank you.")
    assert not said.listens
    assert isinstance(await look(world, here), Proven)
    there = await stand(world.sign_in, token, at=world.now)
    assert there.step is Step.FINISHED
    assert there.sign_in
    assert there.sign_in.proofs.second_way == Way("voiceMobile")


async def test_VOI_04_another_key_is_asked_again_and_then_denied(world: World) -> None:
    _, here, message = await called(world)
    again = await press(world, message, "5")
    assert again.listens
    assert again.say.startswith("That key means nothing")
    assert await look(world, here) == Waiting()
    assert await press(world, message, "5") == again  # NE2: told twice, it is one key
    assert (await tell(world, message, CallStatus.ANSWERED)).listens
    denied = await press(world, message, "5", turn=2)
    assert not denied.listens
    assert await look(world, here) == Refused(because=Refusal.DENIED)
    assert await press(world, message, "5", turn=2) == denied
    over = await press(world, message, "#", turn=2)
    assert (over.say.startswith("This call has come too late"), over.listens) == (True, False)
    assert await look(world, here) == Refused(because=Refusal.DENIED)


async def test_after_a_mistyped_key_the_pound_key_approves(world: World) -> None:
    _, here, message = await called(world)
    await press(world, message, "*")
    await press(world, message, "#", turn=2)
    assert isinstance(await look(world, here), Proven)


@pytest.mark.parametrize(
    ("event", "because"),
    [
        (CallStatus.BUSY, Refusal.BUSY),
        (CallStatus.NO_ANSWER, Refusal.NO_ANSWER),
        (CallStatus.HUNG_UP, Refusal.HUNG_UP),
        (CallStatus.VOICEMAIL, Refusal.VOICEMAIL),
        (CallStatus.FAILED, Refusal.FAILED),
    ],
)
async def test_VOI_06_LOG_04_each_end_of_a_call_has_its_own_reason(
    world: World, event: CallStatus, because: Refusal
) -> None:
    _, here, message = await called(world)
    await tell(world, message, event)
    for _ in range(20):  # looking is no try
        assert await look(world, here) == Refused(because=because)
    assert here.person
    log = await world.store.audit.of_user(here.person.user.id, most=20)
    failed = [one.event for one in log if isinstance(one.event, ChallengeFailed)]
    assert [one.because for one in failed] == [event]


async def test_NE2_events_come_twice_late_and_out_of_order(world: World) -> None:
    _, here, message = await called(world)
    await tell(world, message, CallStatus.ANSWERED)
    assert (await tell(world, message, CallStatus.RINGING)).listens
    assert (await tell(world, message, CallStatus.ANSWERED)).listens
    await press(world, message, "#")
    await tell(world, message, CallStatus.HUNG_UP)  # as every call ends
    thanks = await press(world, message, "#")
    assert isinstance(await look(world, here), Proven)
    assert await press(world, message, "#") == thanks  # a carrier that heard no answer asks again
    assert not (await press(world, message, "0#")).listens


async def test_CH_04_a_key_that_is_pressed_too_late_counts_for_nothing(world: World) -> None:
    _, here, message = await called(world)
    world.later(minutes=3)
    assert not (await press(world, message, "#")).listens
    assert await look(world, here) == Refused(because=Refusal.LATE)


async def test_CH_05_a_call_that_was_replaced_counts_for_nothing(world: World) -> None:
    token, here, first = await called(world)
    world.later(seconds=31)

    await ask(world.sign_in, here, Way("sms"), at=world.now)
    assert not (await press(world, first, "#")).listens
    there = await stand(world.sign_in, token, at=world.now)
    assert there.step is Step.CHALLENGE


async def test_a_call_nobody_made_is_not_known(world: World) -> None:
    assert await note_call(world.room, MessageId("none"), None, "#", at=world.now) is None
    await world.person(phone=NUMBER)
    _, here = await world.challenged(ROBIN, Way("sms"))
    text = await newest(world, here)
    assert await note_call(world.room, text, None, "#", at=world.now) is None


@pytest.mark.both_engines
async def test_I2_one_approval_looked_at_thirty_times_at_once_counts_once(world: World) -> None:
    _, here, message = await called(world)
    await press(world, message, "#")
    outcomes: list[ProofOutcome] = []

    async def one() -> None:
        outcomes.append(await look(world, here))

    async with anyio.create_task_group() as group:
        for _ in range(30):
            group.start_soon(one)
    assert sum(isinstance(outcome, Proven) for outcome in outcomes) == 1


@pytest.mark.both_engines
async def test_two_keys_at_once_are_one_key(world: World) -> None:
    _, here, message = await called(world)

    async with anyio.create_task_group() as group:
        group.start_soon(press, world, message, "#")
        group.start_soon(press, world, message, "0#")
    outcome = await look(world, here)
    assert outcome == Refused(because=Refusal.FRAUD) or isinstance(outcome, Proven)


async def test_VOI_02_FRD_06_and_07_AUD_08_a_reported_stranger_is_out_and_changes_are_held(
    world: World,
) -> None:
    token, here, message = await called(world)
    await world.sent()
    reply = await press(world, message, "0 #")
    assert "was told" in reply.say
    assert here.person
    person = await world.store.people.by_id(here.person.user.id)
    assert person
    assert person.account.epoch == here.person.account.epoch + 1
    assert person.account.changes_held_at == world.now
    assert person.account.proofs_blocked_until is None
    (mail,) = await world.sent()
    assert isinstance(mail, Mail)
    assert (mail.to, mail.template) == ("desk@contoso.test", "not-me-reported")
    log = await world.store.audit.of_user(person.user.id, most=2)
    way = Way("voiceMobile")
    assert [entry.event for entry in log] == [
        FraudReported(way=way, blocked=False),
        ChallengeFailed(way=way, because="fraud", purpose="signIn"),
    ]
    del token


async def test_FRD_01_FRD_03_VOI_03_CH_09_BLK_02_a_report_blocks_where_the_rules_say_so(
    world: World,
) -> None:
    await world.store.commit(SetPolicy(policy=Policy(fraud_blocks=True)))
    world.organisation = Organisation(name="Contoso")  # with nobody to mail to
    _, here, message = await called(world)
    await world.sent()
    await press(world, message, "0#")
    assert await world.sent() == []
    assert here.person
    person = await world.store.people.by_id(here.person.user.id)
    assert person
    assert person.account.proofs_blocked_until == world.now + timedelta(days=90)
    log = await world.store.audit.of_user(person.user.id, most=2)
    assert FraudReported(way=Way("voiceMobile"), blocked=True) in [one.event for one in log]
    world.later(minutes=1)
    with pytest.raises(ProofsBlockedError):
        await world.challenged(ROBIN)
    assert await world.sent() == []


async def test_TEL_03_budgets_of_calls_and_texts_are_one_for_a_number(world: World) -> None:
    """A call is no way around the pause between two texts."""
    _, here, _ = await called(world)
    with pytest.raises(LimitReachedError):
        await ask(world.sign_in, here, Way("sms"), at=world.now)


async def test_a_report_about_somebody_who_is_gone_changes_nothing(world: World) -> None:
    _, _, message = await called(world)
    asked = await world.store.challenges.of_message(message)
    assert asked
    orphan = replace(asked, challenge=replace(asked.challenge, user_id=UserId("gone")))
    assert await fraud_changes(world.room, orphan, at=world.now) == ()
