"""Somebody lost the phone, and starts over."""

import base64

import pytest

from proofup.administration.reason import InvalidReasonError
from proofup.administration.reset_methods import MethodsCleared, reset_methods
from proofup.authentication.dispatcher import stand
from proofup.authentication.issuing import issue
from proofup.authentication.second_proof import prove
from proofup.authentication.session import ActiveSession
from proofup.challenges.outcome import Refusal, Refused
from proofup.directory.users import MfaState, SetMfaState
from proofup.methods.phone import ALTERNATE_MOBILE, OFFICE
from proofup.methods.registered_methods import AddMethod
from proofup.methods.software_oath import KIND as OATH
from proofup.methods.time_based_code import hotp
from proofup.registration.confirm import confirm
from proofup.registration.propose import ask, propose
from proofup.registration.recovery import make_codes
from proofup.values.errors import RevokedError, StaleMethodError
from proofup.values.ids import UserId
from proofup.values.messages import Mail, Text
from world import World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
PHONE = "+44 7700 900067"


async def reset(world: World, user_id: UserId) -> MethodsCleared:
    target = await world.target(user_id)
    return await world.carry_out(
        reset_methods(world.administration, world.host, target, "Lost", at=world.now)
    )


@pytest.mark.both_engines
async def test_EN7_INT_08_everything_to_prove_oneself_with_is_gone_and_nothing_else(
    world: World,
) -> None:
    robin = await world.person(phone=PHONE, apps=2, business_phones=("+44 20 7946 0018",))
    user_id = robin.user.id
    await world.store.commit(
        SetMfaState(user_id=user_id, state=MfaState.ENFORCED),
        AddMethod(method=world.phone(user_id, "+1 425 555 0130", ALTERNATE_MOBILE)),
        AddMethod(method=world.phone(user_id, "+44 20 7946 0018", OFFICE)),
    )
    found = await world.session(ROBIN)
    await make_codes(world.registration, await world.actor(found), at=world.now)
    password = await world.store.passwords.of_user(user_id)
    log = await world.store.audit.of_user(user_id, most=99)
    await world.sent()
    done = await reset(world, user_id)
    assert done.is_demanded
    assert "phone +XX XXXXXXXX67" in done.lines
    assert len(done.lines) == 6
    after = await world.store.people.by_id(user_id)
    assert after
    assert await world.store.methods.of_user(user_id) == []
    assert after.account.default_way is None
    assert after.account.epoch == robin.account.epoch + 1, "sessions and sign-ins end"
    assert after.account.mfa_state is MfaState.ENFORCED
    assert after.user == robin.user
    assert await world.store.passwords.of_user(user_id) == password
    assert (await world.store.audit.of_user(user_id, most=99))[-len(log) :] == log
    sent = await world.sent()
    assert {str(one.to) for one in sent if isinstance(one, Text)} == {
        "+44 7700900067",
        "+1 4255550130",
    }
    (mail,) = [one for one in sent if isinstance(one, Mail)]
    assert (mail.to, mail.template) == ("robin@fabrikam.test", "methods-reset")


async def confirmed(world: World, found: ActiveSession) -> None:
    """Add an app in the session of ``found``."""
    actor = await world.actor(found)
    new = await propose(world.registration, actor, OATH, {}, replaces=None, at=world.now)
    await ask(world.registration, actor, new, at=world.now)
    await reset(world, found.session.user_id)
    key = world.catalogue.registrable[new.candidate.kind].provisioning(new.candidate, account=ROBIN)
    assert key
    secret = base64.b32decode(key.secret.reveal())
    code = hotp(secret, int(world.now.timestamp()) // 30)
    await confirm(world.registration, actor, new, code, sign_out_others=False, at=world.now)


async def test_EN7_what_was_being_set_up_does_not_outlive_it(world: World) -> None:
    await world.person(phone=PHONE)
    found = await world.session(ROBIN)
    with pytest.raises(RevokedError):
        await confirmed(world, found)
    assert await world.store.methods.of_user(found.session.user_id) == []


async def test_EN7_a_sign_in_that_waits_for_its_code_is_over(world: World) -> None:
    robin = await world.person(phone=PHONE)
    token, here = await world.challenged(ROBIN)
    code = await world.texted_code()
    await reset(world, robin.user.id)
    with pytest.raises(RevokedError):
        await prove(world.sign_in, here, code, at=world.now)
    now = await stand(world.sign_in, token, at=world.now)
    assert await prove(world.sign_in, now, code, at=world.now) == Refused(because=Refusal.NOT_ASKED)
    with pytest.raises(RevokedError):
        await issue(world.sign_in, now, at=world.now)


async def test_without_an_address_and_without_methods_nobody_is_told(world: World) -> None:
    robin = await world.person(mail=None)
    await reset(world, robin.user.id)
    assert await world.sent() == []


async def test_EN7_a_method_that_was_added_meanwhile_is_neither_missed_nor_kept_silent(
    world: World,
) -> None:
    robin = await world.person(phone=PHONE)
    target = await world.target(robin.user.id)
    act = reset_methods(world.administration, world.host, target, "Lost", at=world.now)
    await world.store.commit(AddMethod(method=world.app(robin.user.id, "oath.1")))
    with pytest.raises(StaleMethodError):
        await world.carry_out(act)
    after = await world.store.people.by_id(robin.user.id)
    assert after == robin, "nothing is half done"
    done = await reset(world, robin.user.id)
    assert len(done.cleared) == 2
    assert await world.store.methods.of_user(robin.user.id) == []


async def test_AUD_09_a_reset_needs_a_reason(world: World) -> None:
    target = await world.target((await world.person(phone=PHONE)).user.id)
    with pytest.raises(InvalidReasonError):
        reset_methods(world.administration, world.host, target, " ", at=world.now)
