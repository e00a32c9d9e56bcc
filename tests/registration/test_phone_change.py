"""A phone is changed: the trip that everything else stands on."""

import asyncio

import anyio
import pytest
from msgspec.structs import replace

from outrun import outrun
from proofup.audit.events.methods import MethodReplaced
from proofup.authentication.issuing import Proven
from proofup.authentication.second_proof import ask, prove
from proofup.authentication.session import ActiveSession
from proofup.challenges.outcome import Refusal, Refused
from proofup.directory.users import HoldChanges, RaiseEpoch
from proofup.methods.phone import KIND as PHONE_KIND
from proofup.methods.registered_methods import RegisteredMethod
from proofup.policy.proofs import NotFreshError
from proofup.registration.confirm import Confirmed, ConfirmOutcome, confirm
from proofup.registration.guard import read_again
from proofup.registration.pending import Registration
from proofup.registration.ports import (
    AlreadyRegisteredError,
    ChangesHeldError,
    UnknownRegistrationError,
)
from proofup.registration.propose import ask as ask_candidate
from proofup.registration.propose import pending, placed, propose
from proofup.values.errors import (
    AlreadySpentError,
    InvalidPhoneNumberError,
    MethodTakenError,
    RevokedError,
    SlotTakenError,
    StaleError,
    StaleMethodError,
)
from proofup.values.ids import MethodId, SessionId, UserId
from proofup.values.messages import Mail, Text
from world import ELSEWHERE, World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
OLD = "+44 7700900067"
NEW = "+44 7700900142"


async def phone_of(world: World, user_id: UserId) -> RegisteredMethod:
    held = await world.store.methods.of_user(user_id)
    return next(method for method in held if method.kind == PHONE_KIND)


async def number_of(world: World, user_id: UserId) -> str:
    phone = await phone_of(world, user_id)
    return str(world.catalogue.of(phone).describe(phone).number)


async def proposed(
    world: World, found: ActiveSession, number: str = NEW, *, replaces: MethodId | None = None
) -> Registration:
    """Propose a number in place of the present phone."""
    if replaces is None:
        replaces = (await phone_of(world, found.session.user_id)).id
    typed = {"number": number, "region": "GB"}
    return await propose(
        world.registration,
        await world.actor(found),
        PHONE_KIND,
        typed,
        replaces=replaces,
        at=world.now,
    )


async def give(
    world: World,
    found: ActiveSession,
    registration: Registration,
    code: str,
    *,
    sign_out_others: bool = False,
) -> ConfirmOutcome:
    return await confirm(
        world.registration,
        await world.actor(found),
        registration,
        code,
        sign_out_others=sign_out_others,
        at=world.now,
    )


@pytest.fixture
async def robin(world: World) -> ActiveSession:
    """Return Robin's session, a minute after signing in by the old phone."""
    await world.person(phone=OLD)
    found = await world.session(ROBIN)
    world.later(minutes=1)
    return found


async def test_VER_01_the_code_goes_to_the_new_number(world: World, robin: ActiveSession) -> None:
    registration = await proposed(world, robin, "07700 900142")
    await ask_candidate(world.registration, await world.actor(robin), registration, at=world.now)
    (text,) = await world.sent()
    assert isinstance(text, Text)
    assert str(text.to) == NEW


async def test_VER_04_until_it_is_confirmed_the_old_number_works(
    world: World, robin: ActiveSession
) -> None:
    registration = await proposed(world, robin)
    await ask_candidate(world.registration, await world.actor(robin), registration, at=world.now)
    await world.sent()
    await world.challenged(ROBIN)
    (text,) = await world.sent()
    assert isinstance(text, Text)
    assert str(text.to) == OLD
    assert isinstance(await give(world, robin, registration, "nonsense"), Refused)
    assert await number_of(world, robin.session.user_id) == OLD


async def test_VER_05_CMP_06_from_its_confirmation_only_the_new_number_works(
    world: World, robin: ActiveSession
) -> None:
    registration = await proposed(world, robin)
    await ask_candidate(world.registration, await world.actor(robin), registration, at=world.now)
    new_code = await world.texted_code()
    _, in_flight = await world.challenged(ROBIN)
    old_code = await world.texted_code()
    outcome = await give(world, robin, registration, new_code)
    assert isinstance(outcome, Confirmed)
    assert outcome.old
    assert (str(outcome.old.number), str(outcome.new.number)) == (OLD, NEW)
    assert await number_of(world, robin.session.user_id) == NEW
    late = await prove(world.sign_in, in_flight, old_code, at=world.now)
    assert isinstance(late, Refused)
    assert late.because is Refusal.METHOD_GONE
    await world.sent()
    world.later(minutes=1)
    _, here = await world.challenged(ROBIN)
    (text,) = [one for one in await world.sent() if isinstance(one, Text)]
    assert str(text.to) == NEW
    code = text.body.reveal().partition(" is ")[2][:7]
    assert isinstance(await prove(world.sign_in, here, code, at=world.now), Proven)


async def test_EN6_old_and_new_contact_points_are_told(world: World, robin: ActiveSession) -> None:
    registration = await proposed(world, robin)
    await ask_candidate(world.registration, await world.actor(robin), registration, at=world.now)
    await give(world, robin, registration, await world.texted_code())
    text, mail = await world.sent()
    assert isinstance(text, Text)
    assert str(text.to) == OLD
    assert "+44 20 7946 0018" in text.body.reveal()
    assert isinstance(mail, Mail)
    assert mail.to == "robin@fabrikam.test"
    assert mail.template == "method-changed"
    assert (mail.facts["was"], mail.facts["now"]) == ("+XX XXXXXXXX67", "+XX XXXXXXXX42")
    assert mail.facts["browser"] == "Chrome"
    assert mail.facts["system"] == "Windows"
    assert mail.facts["address"] == "203.0.113.24"
    assert mail.facts["not_me_url"].startswith("https://id.contoso.test/not-me/")


async def test_without_an_address_the_change_is_made_and_the_text_alone_tells(
    world: World,
) -> None:
    await world.person(phone=OLD, mail=None)
    found = await world.session(ROBIN)
    world.later(minutes=1)
    registration = await proposed(world, found)
    await ask_candidate(world.registration, await world.actor(found), registration, at=world.now)
    outcome = await give(world, found, registration, await world.texted_code())
    assert isinstance(outcome, Confirmed)
    assert outcome.told is None
    assert [type(one) for one in await world.sent()] == [Text]


async def test_EN1_a_change_needs_a_proof_of_the_last_ten_minutes_and_keeps_what_was_typed(
    world: World, robin: ActiveSession
) -> None:
    world.later(minutes=9)
    registration = await proposed(world, robin)
    with pytest.raises(NotFreshError) as refused:
        await ask_candidate(
            world.registration, await world.actor(robin), registration, at=world.now
        )
    assert refused.value.proven_at == robin.session.proofs.second_at
    assert await world.sent() == []
    fresh = replace(
        robin,
        session=replace(robin.session, proofs=replace(robin.session.proofs, second_at=world.now)),
    )
    kept = await pending(
        world.registration, await world.actor(fresh), registration.id, at=world.now
    )
    assert kept.candidate == registration.candidate
    await ask_candidate(world.registration, await world.actor(fresh), kept, at=world.now)
    assert isinstance(await give(world, fresh, kept, await world.texted_code()), Confirmed)


async def test_EN2_a_session_of_one_factor_changes_nothing_where_there_is_a_method(
    world: World, robin: ActiveSession
) -> None:
    weak = replace(
        robin,
        session=replace(
            robin.session, proofs=replace(robin.session.proofs, second_at=None, second_way=None)
        ),
    )
    registration = await proposed(world, weak)
    with pytest.raises(NotFreshError):
        await ask_candidate(world.registration, await world.actor(weak), registration, at=world.now)


async def test_PG_08_a_form_made_for_another_number_changes_nothing(
    world: World, robin: ActiveSession
) -> None:
    with pytest.raises(StaleMethodError):
        await proposed(world, robin, replaces=MethodId("of an older page"))


@pytest.mark.both_engines
async def test_of_two_changes_at_once_the_second_is_stale(
    world: World, robin: ActiveSession
) -> None:
    first = await proposed(world, robin)
    second = await proposed(world, robin, "+44 7700 900215")
    await ask_candidate(world.registration, await world.actor(robin), first, at=world.now)
    first_code = await world.texted_code()
    await ask_candidate(world.registration, await world.actor(robin), second, at=world.now)
    second_code = await world.texted_code()
    assert isinstance(await give(world, robin, first, first_code), Confirmed)
    with pytest.raises(StaleMethodError):
        await give(world, robin, second, second_code)
    with pytest.raises(StaleMethodError):
        await ask_candidate(world.registration, await world.actor(robin), second, at=world.now)
    assert await number_of(world, robin.session.user_id) == NEW


@pytest.mark.both_engines
async def test_I2_a_change_confirmed_many_times_at_once_is_made_once(
    world: World, robin: ActiveSession
) -> None:
    registration = await proposed(world, robin)
    await ask_candidate(world.registration, await world.actor(robin), registration, at=world.now)
    code = await world.texted_code()
    made: list[Confirmed] = []

    async def one() -> None:
        try:
            outcome = await give(world, robin, registration, code)
        except StaleError:
            return
        if isinstance(outcome, Confirmed):
            made.append(outcome)

    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(one)
    assert len(made) == 1
    events = [
        type(entry.event)
        for entry in await world.store.audit.of_user(robin.session.user_id, most=9)
    ]
    assert events.count(MethodReplaced) == 1


async def test_a_change_belongs_to_its_session_and_ends_in_half_an_hour(
    world: World, robin: ActiveSession
) -> None:
    registration = await proposed(world, robin)
    other = replace(await world.actor(robin), session_id=SessionId("another"))
    with pytest.raises(UnknownRegistrationError):
        await pending(world.registration, other, registration.id, at=world.now)
    mine = await world.actor(robin)
    assert await pending(world.registration, mine, registration.id, at=world.now)
    world.later(minutes=30)
    with pytest.raises(UnknownRegistrationError):
        await pending(world.registration, mine, registration.id, at=world.now)


async def test_EN8_another_persons_change_is_unknown(world: World, robin: ActiveSession) -> None:
    registration = await proposed(world, robin)
    ines = await world.person("ines.costa@contoso.test")
    subscriber = await world.store.subscribers.of(ines.user.id)
    assert subscriber
    stranger = replace(await world.actor(robin), subscriber=subscriber)
    with pytest.raises(UnknownRegistrationError):
        await pending(world.registration, stranger, registration.id, at=world.now)


async def test_a_change_that_is_made_cannot_be_gone_on_with(
    world: World, robin: ActiveSession
) -> None:
    registration = await proposed(world, robin)
    await ask_candidate(world.registration, await world.actor(robin), registration, at=world.now)
    await give(world, robin, registration, await world.texted_code())
    with pytest.raises(UnknownRegistrationError):
        await pending(world.registration, await world.actor(robin), registration.id, at=world.now)


@pytest.mark.both_engines
async def test_of_two_answers_at_the_same_moment_one_changes_the_phone(
    world: World, robin: ActiveSession
) -> None:
    waiting = []
    for number in (NEW, "+44 7700 900215"):
        registration = await proposed(world, robin, number)
        await ask_candidate(
            world.registration, await world.actor(robin), registration, at=world.now
        )
        waiting.append(give(world, robin, registration, await world.texted_code()))
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {Confirmed, StaleMethodError}


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("twelve", "not a number"),
        ("020 7946 0018", "landline"),
        ("0909 8790000", "premium"),
    ],
)
async def test_what_is_no_mobile_number_is_refused_with_a_reason(
    world: World, robin: ActiveSession, typed: str, reason: str
) -> None:
    with pytest.raises(InvalidPhoneNumberError) as refused:
        await proposed(world, robin, typed)
    assert refused.value.reason == reason


async def test_the_number_one_has_already_is_no_change(world: World, robin: ActiveSession) -> None:
    with pytest.raises(AlreadyRegisteredError):
        await proposed(world, robin, "07700 900 067")


async def test_MX_04_there_is_one_authentication_phone(world: World, robin: ActiveSession) -> None:
    with pytest.raises(SlotTakenError):
        await propose(
            world.registration,
            await world.actor(robin),
            PHONE_KIND,
            {"number": NEW},
            replaces=None,
            at=world.now,
        )


async def test_while_changes_are_held_nothing_is_proposed(
    world: World, robin: ActiveSession
) -> None:
    registration = await proposed(world, robin)
    await world.store.commit(HoldChanges(user_id=robin.session.user_id, since=world.now))
    with pytest.raises(ChangesHeldError):
        await proposed(world, robin)
    with pytest.raises(ChangesHeldError):
        await give(world, robin, registration, "123456")


async def test_SE3_a_revoked_session_changes_nothing(world: World, robin: ActiveSession) -> None:
    registration = await proposed(world, robin)
    await ask_candidate(world.registration, await world.actor(robin), registration, at=world.now)
    code = await world.texted_code()
    await world.store.commit(RaiseEpoch(user_id=robin.session.user_id))
    with pytest.raises(RevokedError):
        await give(world, robin, registration, code)
    with pytest.raises(RevokedError):
        await proposed(world, robin, "+44 7700 900215")
    assert await number_of(world, robin.session.user_id) == OLD


async def test_EN5_other_sessions_end_where_the_person_wants_it(
    world: World, robin: ActiveSession
) -> None:
    other = await world.session(ROBIN, client=ELSEWHERE)
    world.later(minutes=1)
    registration = await proposed(world, robin)
    await ask_candidate(world.registration, await world.actor(robin), registration, at=world.now)
    code = await world.texted_code()
    await give(world, robin, registration, code, sign_out_others=True)
    robin_now = await world.store.sessions.by_token(robin.session.token_digest)
    other_now = await world.store.sessions.by_token(other.session.token_digest)
    assert robin_now
    assert robin_now.session.epoch == robin_now.person.account.epoch == 1
    assert other_now is None or other_now.session.epoch == 0


async def test_EN9_VOC_01_VOC_11_the_profile_is_never_touched_by_a_change(
    world: World, robin: ActiveSession
) -> None:
    registration = await proposed(world, robin)
    await ask_candidate(world.registration, await world.actor(robin), registration, at=world.now)
    await give(world, robin, registration, await world.texted_code())
    after = await world.store.people.by_name(ROBIN)
    assert after
    assert after.user == robin.person.user


async def test_a_code_for_signing_in_confirms_no_phone(world: World, robin: ActiveSession) -> None:
    registration = await proposed(world, robin)
    await ask_candidate(world.registration, await world.actor(robin), registration, at=world.now)
    await world.sent()
    _, here = await world.challenged(ROBIN)
    outcome = await give(world, robin, registration, await world.texted_code())
    assert outcome == Refused(because=Refusal.WRONG, left=4)
    assert await ask(world.sign_in, here, None, at=world.later(minutes=1))


@pytest.mark.both_engines
async def test_two_first_numbers_do_not_both_take_the_one_place(world: World) -> None:
    await world.person()
    actor = await world.actor(await world.session("robin.ashby@contoso.test"))
    both = [
        await propose(
            world.registration,
            actor,
            PHONE_KIND,
            {"number": number, "region": "GB"},
            replaces=None,
            at=world.now,
        )
        for number in ("+44 7700 900067", "+44 7700 900142")
    ]
    with pytest.raises(SlotTakenError):
        placed(world.registration, (both[0].candidate,), both[1])


async def test_a_change_is_judged_again_where_another_request_was_faster(
    world: World, robin: ActiveSession
) -> None:
    registration = await proposed(world, robin)
    await ask_candidate(world.registration, await world.actor(robin), registration, at=world.now)
    code, actor, ports = await world.texted_code(), await world.actor(robin), world.registration
    late = replace(ports, room=outrun(ports.room, AlreadySpentError()))
    used = await confirm(late, actor, registration, code, sign_out_others=False, at=world.now)
    assert used == Refused(because=Refusal.ALREADY_USED)
    elsewhere = replace(ports, room=outrun(ports.room, MethodTakenError()))
    taken = await confirm(elsewhere, actor, registration, code, sign_out_others=False, at=world.now)
    assert taken == Refused(because=Refusal.TAKEN)
    slower = replace(ports, room=outrun(ports.room, StaleMethodError()))
    assert isinstance(
        await confirm(slower, actor, registration, code, sign_out_others=False, at=world.now),
        Confirmed,
    )


async def test_nothing_is_confirmed_that_was_not_asked(world: World, robin: ActiveSession) -> None:
    registration = await proposed(world, robin)
    outcome = await give(world, robin, registration, "123456")
    assert outcome == Refused(because=Refusal.NOT_ASKED)


async def test_somebody_who_is_gone_changes_nothing(world: World, robin: ActiveSession) -> None:
    actor = await world.actor(robin)
    nobody = replace(actor.person, user=replace(actor.person.user, id=UserId("gone")))
    gone = replace(actor, subscriber=replace(actor.subscriber, person=nobody))
    with pytest.raises(RevokedError):
        await read_again(world.registration, gone)
