"""Recovery codes from their making to their last use."""

from datetime import timedelta

import anyio
import msgspec
import pytest
from msgspec.structs import replace

from outrun import outrun
from proofup.audit.events.challenges import RecoveryCodeUsed
from proofup.authentication.dispatcher import Standing, Step, stand
from proofup.authentication.issuing import Proven
from proofup.authentication.recovery import redeem, stand_in
from proofup.authentication.sessions import active_session
from proofup.challenges.outcome import Refusal, Refused
from proofup.directory.users import BlockProofs, RaiseEpoch
from proofup.policy.decision import ProofsBlockedError
from proofup.policy.proofs import NotFreshError
from proofup.policy.rules import Policy, SetPolicy
from proofup.registration.ports import UnusableWayError
from proofup.registration.recovery import make_codes
from proofup.registration.remove import remove
from proofup.values.errors import LimitReachedError, RevokedError, StaleMethodError, TooBusyError
from proofup.values.messages import Mail
from proofup.values.ways import Way
from world import World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"


async def with_codes(world: World) -> list[str]:
    """Return the codes of somebody who has an app."""
    await world.person(apps=1)
    found = await world.session(ROBIN)
    codes = await make_codes(world.registration, await world.actor(found), at=world.now)
    world.later(seconds=31)
    return [code.reveal() for code in codes]


async def asked(world: World) -> tuple[str, Standing]:
    token, here = await world.with_password(ROBIN)
    assert here.step is Step.CHALLENGE
    return token, here


async def give(world: World, here: Standing, typed: str) -> Proven | Refused:
    return await redeem(world.sign_in, here, typed, at=world.now)


def because(outcome: Proven | Refused) -> Refusal:
    assert isinstance(outcome, Refused)
    return outcome.because


async def test_RC3_a_code_signs_in_once_and_is_told(world: World) -> None:
    code, *_ = await with_codes(world)
    await world.sent()
    _, here = await asked(world)
    outcome = await give(world, here, code.lower())
    assert isinstance(outcome, Proven)
    assert outcome.issued
    found = await active_session(world.sign_in, outcome.issued.token.reveal(), at=world.now)
    assert found
    assert found.session.proofs.second_way == Way("recoveryCode")
    (mail,) = await world.sent()
    assert isinstance(mail, Mail)
    assert (mail.template, mail.facts["left"]) == ("recovery-code-used", "9")
    log = await world.store.audit.of_user(found.person.user.id, most=3)
    assert RecoveryCodeUsed in {type(entry.event) for entry in log}
    _, again = await asked(world)
    assert because(await give(world, again, code)) is Refusal.ALREADY_USED


async def test_RC3_a_new_set_voids_the_old(world: World) -> None:
    old, *_ = await with_codes(world)
    found = await world.session(ROBIN)
    fresh, *_ = await make_codes(world.registration, await world.actor(found), at=world.now)
    _, here = await asked(world)
    assert because(await give(world, here, old)) is Refusal.WRONG
    assert isinstance(await give(world, here, fresh.reveal()), Proven)


@pytest.mark.both_engines
async def test_I2_one_code_used_many_times_at_once_counts_once(world: World) -> None:
    code, *_ = await with_codes(world)
    sign_ins = [(await asked(world))[1] for _ in range(4)]
    outcomes: list[Proven | Refused] = []

    async def one(here: Standing) -> None:
        outcomes.append(await give(world, here, code))

    async with anyio.create_task_group() as group:
        for here in sign_ins:
            group.start_soon(one, here)
    refusals = [outcome.because for outcome in outcomes if isinstance(outcome, Refused)]
    assert len(refusals) == len(outcomes) - 1
    assert {*refusals} <= {
        Refusal.ALREADY_USED,
        Refusal.WRONG,
    }


async def test_RC3_what_is_stored_is_stretched_under_one_salt(world: World) -> None:
    codes = await with_codes(world)
    person = await world.store.people.by_name(ROBIN)
    assert person
    held = await world.store.methods.of_user(person.user.id)
    (stored,) = [one.document.decode() for one in held if world.catalogue.stands_in(one)]
    assert stored.count('"salt"') == 1
    assert len({*msgspec.json.decode(stored)["unused"]}) == 10
    assert not [code for code in codes if code in stored or code.replace("-", "") in stored]


async def test_a_try_that_nobody_has_room_for_is_not_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, *_ = await with_codes(world)
    _, here = await asked(world)
    with monkeypatch.context() as crowded:
        crowded.setattr(world.hashing.usual, "most", 0)
        for _ in range(10):  # more than an hour's tries
            with pytest.raises(TooBusyError):
                await give(world, here, code)
    assert isinstance(await give(world, here, code), Proven)


async def test_GU4_five_tries_an_hour_whatever_is_typed(world: World) -> None:
    code, *_ = await with_codes(world)
    for left in (4, 3, 2, 1, 0):
        _, here = await asked(world)
        refused = await give(world, here, "nothing like a code")
        assert isinstance(refused, Refused)
        assert refused.left == left
        assert refused.because is (Refusal.WRONG if left else Refusal.PAUSED)
        assert refused.until == (None if left else world.now + timedelta(hours=1))
    _, here = await asked(world)
    assert because(await give(world, here, code)) is Refusal.PAUSED
    world.later(hours=1)
    _, here = await asked(world)
    assert isinstance(await give(world, here, code), Proven)


async def test_GU5_a_right_code_forgives_the_wrong_ones(world: World) -> None:
    first, second, *_ = await with_codes(world)
    for code in (first, second):
        _, here = await asked(world)
        for _ in range(4):
            assert because(await give(world, here, "0" * 16)) is Refusal.WRONG
        assert isinstance(await give(world, here, code), Proven)


async def test_nobody_without_codes_gets_in_by_one(world: World) -> None:
    await world.person(apps=1)
    _, here = await asked(world)
    assert stand_in(world.sign_in, here, at=world.now) is None
    assert because(await give(world, here, "0" * 16)) is Refusal.WRONG


async def test_AD15_where_codes_are_switched_off_none_counts_and_none_is_made(
    world: World,
) -> None:
    code, *_ = await with_codes(world)
    found = await world.session(ROBIN)
    await world.store.commit(SetPolicy(policy=Policy(ways=frozenset({Way("oath")}))))
    _, here = await asked(world)
    assert stand_in(world.sign_in, here, at=world.now) is None
    assert because(await give(world, here, code)) is Refusal.WRONG
    with pytest.raises(UnusableWayError):
        await make_codes(world.registration, await world.actor(found), at=world.now)


async def test_TX2_a_code_counts_for_no_other_step(world: World) -> None:
    code, *_ = await with_codes(world)
    token, _ = await world.begin(ROBIN)
    before = await stand(world.sign_in, token, at=world.now)
    assert stand_in(world.sign_in, before, at=world.now) is None
    assert await give(world, before, code) == Refused(because=Refusal.NOT_ASKED)


async def test_SE3_a_code_is_worth_nothing_in_a_sign_in_that_was_revoked(world: World) -> None:
    code, *_ = await with_codes(world)
    _, here = await asked(world)
    assert here.person
    await world.store.commit(RaiseEpoch(user_id=here.person.user.id))
    with pytest.raises(RevokedError):
        await give(world, here, code)


async def test_CH_09_a_blocked_person_gets_in_by_no_code(world: World) -> None:
    code, *_ = await with_codes(world)
    _, here = await asked(world)
    assert here.person
    until = world.now.replace(year=2027)
    await world.store.commit(BlockProofs(user_id=here.person.user.id, until=until))
    _, here = await asked(world)
    with pytest.raises(ProofsBlockedError):
        await give(world, here, code)


async def test_EN1_making_codes_needs_a_proof_of_five_minutes(world: World) -> None:
    await world.person(apps=1)
    found = await world.session(ROBIN)
    world.later(minutes=5)
    with pytest.raises(NotFreshError):
        await make_codes(world.registration, await world.actor(found), at=world.now)


async def test_codes_stand_in_for_a_method_and_not_alone(world: World) -> None:
    await world.person()
    found = await world.session(ROBIN)
    with pytest.raises(UnusableWayError):
        await make_codes(world.registration, await world.actor(found), at=world.now)


async def test_the_last_method_takes_the_codes_with_it(world: World) -> None:
    await with_codes(world)
    found = await world.session(ROBIN)
    held = await world.store.methods.of_user(found.person.user.id)
    (app,) = world.catalogue.lasting(held)
    await remove(world.registration, await world.actor(found), app.id, at=world.now)
    assert await world.codes_left(found.person.user.id) == 0


async def test_I10_nobody_makes_sets_without_end(world: World) -> None:
    await world.person(apps=1)
    found = await world.session(ROBIN)
    for _ in range(5):
        await make_codes(world.registration, await world.actor(found), at=world.now)
    with pytest.raises(LimitReachedError):
        await make_codes(world.registration, await world.actor(found), at=world.now)


async def test_a_code_is_judged_again_where_another_request_was_faster(world: World) -> None:
    codes = await with_codes(world)
    _, here = await asked(world)
    slower = replace(world.sign_in, room=outrun(world.sign_in.room, StaleMethodError()))
    assert isinstance(await redeem(slower, here, codes[0], at=world.now), Proven)
