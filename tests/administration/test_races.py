"""Two at once on one person: a clear answer to each, and nothing half done."""

import base64
from asyncio import gather
from collections.abc import Awaitable
from typing import Any

import pytest

from administration.conftest import Administrator
from proofup.administration.reset_methods import MethodsCleared, reset_methods
from proofup.administration.set_account_enabled import set_account_enabled
from proofup.administration.set_mfa_state import set_mfa_state
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole
from proofup.directory.users import MfaState
from proofup.methods.software_oath import KIND as OATH
from proofup.methods.time_based_code import hotp
from proofup.registration.confirm import Confirmed, confirm
from proofup.registration.propose import ask, propose
from proofup.values.errors import RevokedError, StaleError, StaleMethodError
from world import World

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]
ROBIN = "robin.ashby@contoso.test"


async def both(*acts: Awaitable[Any]) -> list[Any]:
    return await gather(*acts, return_exceptions=True)


async def test_a_person_adds_a_method_while_an_administrator_resets_them(world: World) -> None:
    robin = await world.person(apps=1)
    actor = await world.actor(await world.session(ROBIN))
    new = await propose(world.registration, actor, OATH, {}, replaces=None, at=world.now)
    await ask(world.registration, actor, new, at=world.now)
    key = world.catalogue.registrable[OATH].provisioning(new.candidate, account=ROBIN)
    assert key
    code = hotp(base64.b32decode(key.secret.reveal()), int(world.now.timestamp()) // 30)
    target = await world.target(robin.user.id)
    act = reset_methods(world.administration, world.host, target, "Lost", at=world.now)
    adding = confirm(world.registration, actor, new, code, sign_out_others=False, at=world.now)
    reset, added = await both(world.carry_out(act), adding)
    held = await world.store.methods.of_user(robin.user.id)
    if isinstance(reset, MethodsCleared):
        assert isinstance(added, RevokedError)
        assert held == []
    else:
        assert isinstance(reset, StaleMethodError)
        assert isinstance(added, Confirmed)
        assert len(held) == 2


async def test_two_administrators_set_one_state(world: World, administrator: Administrator) -> None:
    robin = await world.person()
    target = await world.target(robin.user.id)
    acts = [
        set_mfa_state((await administrator())[0], target, state, at=world.now)
        for state in (MfaState.ENABLED, MfaState.ENFORCED)
    ]
    answers = await both(*map(world.carry_out, acts))
    assert sorted(map(repr, answers)) == [repr(MfaState.DISABLED), "StaleError()"]
    assert len(await world.store.audit.of_user(robin.user.id, most=9)) == 1


async def test_AD3_two_administrators_disable_each_other(
    world: World, administrator: Administrator
) -> None:
    (first, ada), (second, bob) = await administrator(), await administrator()
    acts = [
        set_account_enabled(actor, await world.target(whom.user.id), enabled=False, at=world.now)
        for actor, whom in ((first, bob), (second, ada))
    ]
    answers = await both(*map(world.carry_out, acts))
    assert sorted(map(repr, answers)) == ["None", "RevokedError()"], "one of them is left"


async def test_AD3_a_target_becomes_an_administrator_meanwhile(
    world: World, administrator: Administrator
) -> None:
    actor, _ = await administrator()
    robin = await world.person()
    target = await world.target(robin.user.id)
    act = set_account_enabled(actor, target, enabled=False, at=world.now)
    role = AssignRole(user_id=robin.user.id, role=GLOBAL_ADMINISTRATOR)
    disabled, assigned = await both(world.carry_out(act), world.store.commit(role))
    assert assigned is None
    assert disabled is None or isinstance(disabled, StaleError)
    after = await world.target(robin.user.id)
    assert after.person.account.enabled is (disabled is not None)
