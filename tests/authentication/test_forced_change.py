"""The present password is replaced within a sign-in; races have one winner."""

import pytest
from msgspec.structs import replace

from proofup.administration.force_password_change import force_password_change
from proofup.authentication.dispatcher import Standing, Step, standing
from proofup.authentication.forced_change import replace_password
from proofup.authentication.issuing import issue
from proofup.authentication.password import submit_password
from proofup.authentication.sessions import active_session
from proofup.authentication.signin import SignIn
from proofup.directory.passwords import ForceChange, ForcedChange
from proofup.hashing.cost import Cost
from proofup.hashing.pool import Argon2idPool
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.errors import RevokedError, StaleError
from proofup.values.secret import Secret
from world import PASSWORD, World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
NEW = Secret("seven grey geese fly south")


async def due(world: World) -> Standing:
    """Return a sign-in in which the password must be replaced."""
    robin = await world.person()
    change = ForceChange(user_id=robin.user.id, forced_change=ForcedChange.NEXT_SIGN_IN)
    await world.store.commit(change)
    _, here = await world.with_password(ROBIN)
    assert here.step is Step.NEW_PASSWORD
    return here


@pytest.mark.both_engines
async def test_two_changes_at_once_have_one_winner(world: World) -> None:
    here = await due(world)
    found = await replace_password(world.sign_in, here, NEW, at=world.now)
    assert found.issued
    session = await active_session(world.sign_in, found.issued.token.reveal(), at=world.now)
    assert session, "it belongs to the epoch that the change began"
    with pytest.raises(RevokedError):
        await replace_password(world.sign_in, here, Secret("another flock of geese"), at=world.now)
    _, again = await world.with_password(ROBIN, password=NEW.reveal())
    assert again.step is Step.ISSUE


async def test_every_other_session_and_sign_in_ends(world: World) -> None:
    robin = await world.person()
    _, other = await world.with_password(ROBIN)
    issued = await issue(world.sign_in, other, at=world.now)
    _, begun = await world.with_password(ROBIN)
    change = ForceChange(user_id=robin.user.id, forced_change=ForcedChange.NEXT_SIGN_IN)
    await world.store.commit(change)
    _, here = await world.with_password(ROBIN)
    await replace_password(world.sign_in, here, NEW, at=world.now)
    assert await active_session(world.sign_in, issued.token.reveal(), at=world.now) is None
    assert (await standing(world.sign_in, begun.sign_in, at=world.now)).step is Step.REVOKED


async def test_it_is_followed_by_what_else_is_due(world: World) -> None:
    await world.store.commit(SetPolicy(policy=Policy(stay_signed_in=True)))
    here = await due(world)
    found = await replace_password(world.sign_in, here, NEW, at=world.now)
    assert found.issued is None
    assert found.standing.step is Step.STAY
    assert found.standing.sign_in
    stored = await standing(world.sign_in, found.standing.sign_in, at=world.now)
    assert stored.step is Step.STAY


async def test_nobody_replaces_a_password_where_that_is_not_due(world: World) -> None:
    await world.person()
    _, here = await world.with_password(ROBIN)
    for nothing in (here, Standing(step=Step.NEW_PASSWORD)):
        with pytest.raises(RevokedError):
            await replace_password(world.sign_in, nothing, NEW, at=world.now)


async def test_a_new_hash_of_the_same_password_keeps_what_is_said_of_it(world: World) -> None:
    robin = await world.person()
    change = ForceChange(user_id=robin.user.id, forced_change=ForcedChange.NEXT_SIGN_IN)
    await world.store.commit(change)
    before = await world.store.passwords.of_user(robin.user.id)
    assert before
    dearer = Argon2idPool(
        world.store.keys, entropy=world.entropy, cost=Cost(memory_kib=16, passes=1)
    )
    try:
        ports = replace(world.sign_in, hashing=dearer)
        _, sign_in = await world.begin(ROBIN)
        outcome = await submit_password(ports, sign_in, Secret(PASSWORD), at=world.later(days=1))
    finally:
        dearer.close()
    assert isinstance(outcome, SignIn)
    after = await world.store.passwords.of_user(robin.user.id)
    assert after
    assert after.verifier != before.verifier
    assert replace(after, verifier=before.verifier) == before


async def test_it_is_not_demanded_of_somebody_without_a_password(world: World) -> None:
    robin = await world.person(password=None)
    target = await world.target(robin.user.id)
    act = force_password_change(
        world.administration, world.host, target, ForcedChange.NEXT_SIGN_IN, at=world.now
    )
    with pytest.raises(StaleError):
        await world.carry_out(act)
