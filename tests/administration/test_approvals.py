"""A second approver: races, and rights that were lost meanwhile."""

import anyio
import pytest
from msgspec.structs import replace

from administration.conftest import Administrator
from proofup.administration.approvals import (
    Decision,
    decide,
    finished,
    may_decide,
    request_approval,
)
from proofup.administration.planned import Planned
from proofup.administration.reset_methods import MethodsCleared, reset_methods
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole, RemoveRole
from proofup.directory.users import Person
from proofup.policy.actor import Actor
from proofup.policy.approval import ApprovalNeededError, ApprovalRequest, RequestState
from proofup.policy.permissions import Permission
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.errors import (
    AlreadySpentError,
    NotPermittedError,
    RevokedError,
    StaleError,
)
from proofup.values.ids import UserId
from world import World

pytestmark = pytest.mark.anyio
RESET = Permission.RESET_METHODS


async def asked(
    world: World, administrator: Administrator
) -> tuple[Actor, Person, ApprovalRequest]:
    """Return who asks for the reset of a Global Administrator, that person, and the request."""
    await world.store.commit(SetPolicy(policy=Policy(approval_acts=frozenset({RESET}))))
    ada, _ = await administrator()
    chief = await world.person("chief@contoso.test", apps=1)
    await world.store.commit(AssignRole(user_id=chief.user.id, role=GLOBAL_ADMINISTRATOR))
    target = await world.target(chief.user.id)
    with pytest.raises(ApprovalNeededError):
        reset_methods(world.administration, ada, target, "lost", at=world.now)
    act = request_approval(
        world.administration,
        replace(ada, reason="lost"),
        target,
        RESET,
        act="lost-device",
        document=b"{}",
        at=world.now,
    )
    return ada, chief, await world.carry_out(act)


async def approve(
    world: World, actor: Actor, request: ApprovalRequest, *, is_approved: bool = True
) -> None:
    target = await world.target(request.user_id)
    decision = Decision(is_approved=is_approved, reason="called back", seen="x")
    act = await decide(world.administration, actor, request, target, decision, at=world.now)
    await world.carry_out(act)


async def approved(world: World, request: ApprovalRequest) -> ApprovalRequest:
    found = await world.store.approvals.by_id(request.id)
    assert found
    return found


@pytest.mark.both_engines
async def test_of_two_approvers_at_once_one_decides(
    world: World, administrator: Administrator
) -> None:
    _, _, request = await asked(world, administrator)
    (bob, _), (eve, _) = await administrator(), await administrator()
    refused = list[str]()

    async def one(actor: Actor, *, is_approved: bool) -> None:
        try:
            await approve(world, actor, request, is_approved=is_approved)
        except AlreadySpentError:
            refused.append(actor.id)

    async with anyio.create_task_group() as group:
        group.start_soon(lambda: one(bob, is_approved=True))
        group.start_soon(lambda: one(eve, is_approved=False))
    found = await approved(world, request)
    assert len(refused) == 1
    assert found.decided_by not in {None, *refused}
    assert found.state in {RequestState.APPROVED, RequestState.DECLINED}


@pytest.mark.both_engines
async def test_AD3_rights_that_are_lost_before_the_approval_is_written_void_it(
    world: World, administrator: Administrator
) -> None:
    ada, chief, request = await asked(world, administrator)
    bob, _ = await administrator()
    target = await world.target(chief.user.id)
    decision = Decision(is_approved=True, reason="called back", seen="x")
    act = await decide(world.administration, bob, request, target, decision, at=world.now)
    await world.store.commit(RemoveRole(user_id=request.requester, role=GLOBAL_ADMINISTRATOR))
    with pytest.raises((StaleError, RevokedError)):
        await world.carry_out(act)
    assert (await approved(world, request)).state is RequestState.PENDING
    with pytest.raises(StaleError):
        await approve(world, bob, request)
    assert ada.id == request.requester


@pytest.mark.both_engines
async def test_an_approved_act_is_carried_out_once_by_who_asked_for_it(
    world: World, administrator: Administrator
) -> None:
    ada, chief, request = await asked(world, administrator)
    bob, _ = await administrator()
    await approve(world, bob, request)
    request = await approved(world, request)
    target = await world.target(chief.user.id)

    def planned(actor: Actor) -> Planned[MethodsCleared]:
        acting = replace(actor, approval=request.approval)
        act = reset_methods(world.administration, acting, target, "lost", at=world.now)
        return finished(act, request)

    with pytest.raises(StaleError):
        await world.carry_out(planned(bob))
    await world.carry_out(planned(ada))
    assert not await world.store.methods.of_user(chief.user.id)
    assert (await approved(world, request)).state is RequestState.DONE
    with pytest.raises(StaleError):
        await world.carry_out(planned(ada))


async def test_AD4_nobody_approves_their_own_request_or_above_their_rank(
    world: World, administrator: Administrator, nobody: Actor
) -> None:
    ada, chief, request = await asked(world, administrator)
    target = await world.target(chief.user.id)
    for actor in (ada, nobody):
        assert not may_decide(actor, request, target)
        with pytest.raises(NotPermittedError):
            await approve(world, actor, request)
    assert repr(request).endswith("…)")


async def test_a_request_of_somebody_who_is_gone_is_declined_and_nobody_is_told(
    world: World, administrator: Administrator
) -> None:
    _, _, request = await asked(world, administrator)
    bob, _ = await administrator()
    await world.sent()
    gone = replace(request, requester=UserId("gone"))
    await approve(world, bob, gone, is_approved=False)
    assert (await approved(world, request)).state is RequestState.DECLINED
    assert await world.sent() == []


async def test_the_host_needs_no_approver_and_is_named(
    world: World, administrator: Administrator
) -> None:
    _, chief, _ = await asked(world, administrator)
    target = await world.target(chief.user.id)
    act = reset_methods(world.administration, world.host, target, "lost", at=world.now)
    await world.carry_out(act)
    entry = (await world.store.audit.of_user(chief.user.id, most=1))[0]
    assert (entry.actor, entry.event.approved_by) == ("host", None)
