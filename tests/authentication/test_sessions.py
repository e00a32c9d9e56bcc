from datetime import timedelta

import anyio
import pytest
from msgspec.structs import replace

from proofup.audit.events.challenges import ChallengeSent
from proofup.audit.events.sign_ins import SignedIn, SignedOut
from proofup.authentication.dispatcher import Standing, Step, stand
from proofup.authentication.issuing import Issued, Proven, issue
from proofup.authentication.own_sessions import end_other, own_sessions
from proofup.authentication.renewal import begin_renewal
from proofup.authentication.second_proof import ask, prove
from proofup.authentication.session import EndSession, SessionEnd
from proofup.authentication.sessions import active_session, look, sign_out
from proofup.directory.users import RaiseEpoch, SetEnabled
from proofup.policy.proofs import Level
from proofup.values.changes import Change
from proofup.values.errors import (
    ProofupError,
    RevokedError,
    StoreBusyError,
    UnknownOutcomeError,
)
from proofup.values.ids import SessionId, random_token
from proofup.values.ways import Way
from world import HOME, World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
PHONE = "+44 7700 900067"


async def proved(world: World, here: Standing) -> Issued:
    """Return the session that the code of the newest text opens."""
    code = await world.texted_code()
    found = await prove(world.sign_in, here, code, at=world.now)
    assert isinstance(found, Proven)
    assert found.issued
    return found.issued


async def issued(world: World) -> Issued:
    _, here = await world.challenged(ROBIN)
    return await proved(world, here)


async def test_I1_a_session_needs_every_factor_that_is_demanded(world: World) -> None:
    await world.person(phone=PHONE)
    _, here = await world.challenged(ROBIN)
    with pytest.raises(RevokedError):
        await issue(world.sign_in, here, at=world.now)
    with pytest.raises(RevokedError):
        await issue(world.sign_in, Standing(step=Step.NAME), at=world.now)


async def test_TX3_without_any_method_the_password_opens_a_session_of_one_factor(
    world: World,
) -> None:
    await world.person()
    found = await world.session(ROBIN)
    assert found.session.proofs.level is Level.SINGLE_FACTOR


async def test_SE1_only_the_digest_of_a_token_is_stored(world: World) -> None:
    await world.person(phone=PHONE)
    found = await world.session(ROBIN)
    assert len(found.session.token_digest) == 32
    assert found.session.proofs.level is Level.MULTI_FACTOR


@pytest.mark.both_engines
async def test_I2_a_sign_in_opens_one_session_however_often_it_is_asked(world: World) -> None:
    await world.person()
    token, here = await world.with_password(ROBIN)
    opened: list[Issued] = []

    async def one() -> None:
        try:
            opened.append(await issue(world.sign_in, here, at=world.now))
        except ProofupError:
            return

    async with anyio.create_task_group() as group:
        for _ in range(10):
            group.start_soon(one)
    assert len(opened) == 1
    assert (await stand(world.sign_in, token, at=world.now)).step is Step.FINISHED


async def test_SE2_a_session_ends_an_hour_after_its_last_use(world: World) -> None:
    await world.person(phone=PHONE)
    token = (await issued(world)).token.reveal()
    world.later(minutes=59)
    assert await active_session(world.sign_in, token, at=world.now)
    world.later(minutes=59)
    assert await active_session(world.sign_in, token, at=world.now)
    world.later(minutes=60)
    assert await active_session(world.sign_in, token, at=world.now) is None
    assert await look(world.sign_in, token, at=world.now) is SessionEnd.TIME


async def test_SE2_a_session_ends_a_day_after_its_start_however_it_is_used(world: World) -> None:
    await world.person(phone=PHONE)
    token = (await issued(world)).token.reveal()
    for _ in range(47):
        world.later(minutes=30)
        assert await active_session(world.sign_in, token, at=world.now)
    world.later(minutes=30)
    assert await active_session(world.sign_in, token, at=world.now) is None


@pytest.mark.parametrize("how", ["epoch", "disabled", "ended", "signed out"])
async def test_SE3_revocation_acts_on_the_next_request(world: World, how: str) -> None:
    robin = await world.person(phone=PHONE)
    token = (await issued(world)).token.reveal()
    found = await active_session(world.sign_in, token, at=world.now)
    assert found
    if how == "epoch":
        await world.store.commit(RaiseEpoch(user_id=robin.user.id))
    elif how == "disabled":
        await world.store.commit(SetEnabled(user_id=robin.user.id, enabled=False))
    elif how == "ended":
        await world.store.commit(EndSession(session_id=found.session.id))
    else:
        await sign_out(world.sign_in, found, at=world.now)
    assert await active_session(world.sign_in, token, at=world.now) is None
    left = SessionEnd.REVOKED if how in {"epoch", "disabled"} else None
    assert await look(world.sign_in, token, at=world.now) is left


async def test_an_unknown_token_is_no_session(world: World) -> None:
    assert await active_session(world.sign_in, random_token(world.entropy), at=world.now) is None


async def test_TX8_a_renewed_session_has_a_new_token_and_the_old_one_is_dead(
    world: World,
) -> None:
    await world.person(phone=PHONE)
    old = (await issued(world)).token.reveal()
    found = await active_session(world.sign_in, old, at=world.now)
    assert found
    world.later(minutes=20)
    token = random_token(world.entropy)
    await begin_renewal(
        world.sign_in,
        await world.admitted(found),
        token,
        return_to="/security-info",
        client=HOME,
        language="en",
        at=world.now,
    )
    here = await stand(world.sign_in, token, at=world.now)
    assert here.step is Step.CHALLENGE
    await ask(world.sign_in, here, Way("sms"), at=world.now)
    renewed = await proved(world, here)
    assert renewed.return_to == "/security-info"
    after = await active_session(world.sign_in, renewed.token.reveal(), at=world.now)
    assert after
    assert await active_session(world.sign_in, old, at=world.now) is None
    assert after.session.id == found.session.id
    assert after.session.ends_at == found.session.ends_at
    assert after.session.proofs.second_at == world.now
    assert after.session.proofs.first_at == found.session.proofs.first_at


async def test_a_session_that_ended_meanwhile_is_not_renewed(world: World) -> None:
    await world.person(phone=PHONE)
    found = await world.session(ROBIN)
    world.later(minutes=1)
    token = random_token(world.entropy)
    await begin_renewal(
        world.sign_in,
        await world.admitted(found),
        token,
        return_to="/",
        client=HOME,
        language="en",
        at=world.now,
    )
    here = await stand(world.sign_in, token, at=world.now)
    await ask(world.sign_in, here, None, at=world.now)
    await sign_out(world.sign_in, found, at=world.now)
    with pytest.raises(RevokedError):
        await proved(world, here)


async def test_without_a_method_renewal_asks_for_the_password(world: World) -> None:
    await world.person()
    found = await world.session(ROBIN)
    world.later(minutes=20)
    token = random_token(world.entropy)
    await begin_renewal(
        world.sign_in,
        await world.admitted(found),
        token,
        return_to="/",
        client=HOME,
        language="en",
        at=world.now,
    )
    assert (await stand(world.sign_in, token, at=world.now)).step is Step.PASSWORD


async def test_AU1_signing_in_and_out_is_recorded(world: World) -> None:
    robin = await world.person(phone=PHONE)
    found = await world.session(ROBIN)
    await sign_out(world.sign_in, found, at=world.later(minutes=1))
    entries = await world.store.audit.of_user(robin.user.id, most=10)
    assert [type(entry.event) for entry in entries] == [
        SignedOut,
        SignedIn,
        ChallengeSent,
    ]
    assert {entry.correlation_id for entry in entries} == {found.session.correlation_id}
    assert entries[1].event == SignedIn(level="multiFactor", way="sms")


async def test_a_visit_is_noted_only_now_and_then(world: World) -> None:
    await world.person(phone=PHONE)
    token = (await issued(world)).token.reveal()
    first = await active_session(world.sign_in, token, at=world.later(seconds=59))
    second = await active_session(world.sign_in, token, at=world.later(seconds=1))
    third = await active_session(world.sign_in, token, at=world.later(seconds=1))
    assert first
    assert second
    assert third
    assert second.session.last_seen_at == first.session.last_seen_at
    assert third.session.last_seen_at - first.session.last_seen_at == timedelta(minutes=1)


@pytest.mark.parametrize("trouble", [StoreBusyError, UnknownOutcomeError])
async def test_a_session_can_be_read_with_while_nothing_can_be_written(
    world: World, trouble: type[ProofupError]
) -> None:
    await world.person(phone=PHONE)
    opened = await issued(world)
    world.later(minutes=2)

    async def refuse(*_: Change) -> None:
        raise trouble

    ports = replace(world.sign_in, room=replace(world.room, commit=refuse))
    assert await active_session(ports, opened.token.reveal(), at=world.now)


async def test_SE4_what_is_no_session_of_the_person_is_no_error(world: World) -> None:
    await world.person(phone="+44 7700 900067")
    found = await world.session("robin.ashby@contoso.test")
    for named in (found.session.id, SessionId("of somebody else")):
        await end_other(
            world.sign_in, await world.admitted(found), named, client=HOME, at=world.now
        )
    assert len(await own_sessions(world.sign_in, found.person, at=world.now)) == 1
