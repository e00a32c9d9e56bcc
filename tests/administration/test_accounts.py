"""Accounts, passwords and sessions of others, judged by their next sign-in."""

import pytest

from administration.conftest import Administrator
from proofup.administration.reset_password import reset_password
from proofup.administration.revoke_sessions import revoke_sessions
from proofup.administration.set_account_enabled import set_account_enabled
from proofup.audit.events.accounts import PasswordSet, UserChanged
from proofup.audit.events.sign_ins import SessionsRevoked
from proofup.authentication.issuing import issue
from proofup.authentication.password import PasswordRefusal, PasswordRefused, submit_password
from proofup.authentication.sessions import active_session
from proofup.directory.passwords import ForcedChange, UnacceptablePasswordError
from proofup.directory.roles import LastAdministratorError
from proofup.policy import figures
from proofup.policy.decision import RequiredAction
from proofup.policy.limits import Charge
from proofup.values.errors import RevokedError
from proofup.values.secret import Secret
from world import PASSWORD, World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
NEW = "a mended umbrella stand"


async def refused(world: World, password: str = PASSWORD) -> PasswordRefusal | None:
    """Return why a sign-in as Robin is refused at the password, or None."""
    _, sign_in = await world.begin(ROBIN)
    outcome = await submit_password(world.sign_in, sign_in, Secret(password), at=world.now)
    return outcome.because if isinstance(outcome, PasswordRefused) else None


async def signed_in(world: World) -> str:
    """Sign Robin in by the password alone, and return the token of the session."""
    _, here = await world.with_password(ROBIN)
    issued = await issue(world.sign_in, here, at=world.now)
    return issued.token.reveal()


async def test_SE3_a_disabled_account_opens_nothing_and_stays_signed_out_when_it_is_enabled(
    world: World, administrator: Administrator
) -> None:
    robin = await world.person()
    actor, _ = await administrator()
    token = await signed_in(world)
    for enabled in (False, True):
        target = await world.target(robin.user.id)
        act = set_account_enabled(actor, target, enabled=enabled, at=world.now)
        await world.carry_out(act)
        assert await active_session(world.sign_in, token, at=world.now) is None
        assert await refused(world) is (None if enabled else PasswordRefusal.DISABLED)
        changes = [
            entry.event
            for entry in await world.store.audit.of_user(robin.user.id, most=9)
            if isinstance(entry.event, UserChanged)
        ]
        assert changes[0] == UserChanged(account_enabled=enabled)


async def test_AD4_the_last_global_administrator_is_not_disabled(
    world: World, administrator: Administrator
) -> None:
    _, ada = await administrator()
    act = set_account_enabled(
        world.host, await world.target(ada.user.id), enabled=False, at=world.now
    )
    with pytest.raises(LastAdministratorError):
        await world.carry_out(act)
    await administrator()
    await world.carry_out(act)
    assert not (await world.target(ada.user.id)).person.account.enabled


async def test_an_administrator_registers_a_second_proof_at_the_first_sign_in(
    world: World, administrator: Administrator
) -> None:
    _, ada = await administrator()
    _, here = await world.with_password(ada.user.user_principal_name)
    assert here.decision
    assert here.decision.required_action is RequiredAction.MUST_REGISTER


async def test_LCK_07_another_password_takes_the_place_of_the_one_before(world: World) -> None:
    robin = await world.person()
    token = await signed_in(world)
    limit = figures.PASSWORD_IN_A_ROW
    key = world.room.counter_key(limit.name, robin.user.id)
    await world.store.counters.charge(Charge(key=key, limit=limit, weight=limit.most), at=world.now)
    assert await refused(world) is PasswordRefusal.KNOWN_BROWSERS_ONLY
    target = await world.target(robin.user.id)
    await world.carry_out(
        await reset_password(world.administration, world.host, target, Secret(NEW), at=world.now)
    )
    assert await active_session(world.sign_in, token, at=world.now) is None
    assert await refused(world, NEW) is None
    assert await refused(world, PASSWORD) is PasswordRefusal.WRONG
    events = [one.event for one in await world.store.audit.of_user(robin.user.id, most=99)]
    forced = ForcedChange.NEXT_SIGN_IN
    assert PasswordSet(command="a command", forced_change=forced) in events


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("walk the sea", "too short"),
        ("correct horse battery staple", "common"),
        ("robin.ashby contoso", "context"),
    ],
)
async def test_PW1_PW4_a_password_that_may_not_be_one_changes_nothing(
    world: World, password: str, reason: str
) -> None:
    target = await world.target((await world.person()).user.id)
    with pytest.raises(UnacceptablePasswordError) as bad:
        await reset_password(
            world.administration, world.host, target, Secret(password), at=world.now
        )
    assert bad.value.reason == reason
    assert await refused(world) is None


async def test_PW1_beside_a_second_proof_a_shorter_one_will_do(world: World) -> None:
    target = await world.target((await world.person(apps=1)).user.id)
    new = Secret("walk the sea")
    await world.carry_out(
        await reset_password(world.administration, world.host, target, new, at=world.now)
    )
    assert await refused(world, "walk the sea") is None


async def test_ACT_09_revoking_ends_sessions_and_sign_ins_in_progress(world: World) -> None:
    robin = await world.person()
    token = await signed_in(world)
    _, here = await world.with_password(ROBIN)
    target = await world.target(robin.user.id)
    await world.carry_out(revoke_sessions(world.administration, world.host, target, at=world.now))
    assert await active_session(world.sign_in, token, at=world.now) is None
    with pytest.raises(RevokedError):
        await issue(world.sign_in, here, at=world.now)
    assert await refused(world) is None
    entry, *_ = await world.store.audit.of_user(robin.user.id, most=1)
    assert (entry.event, entry.actor) == (SessionsRevoked(command="a command"), "host")
