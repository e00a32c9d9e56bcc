"""Acts on protected people are asked for, approved by somebody else, and then carried out."""

import re

import pytest

from journeys.administrators import act, administrator, to_admin
from journeys.conftest import NewVisitor
from journeys.steps import mails
from proofup.audit.events.accounts import PasswordSet
from proofup.audit.events.methods import MethodAdded
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole, RemoveRole
from proofup.directory.users import Person, RaiseEpoch
from proofup.policy.approval import RequestState
from proofup.policy.permissions import Permission
from proofup.policy.roles import HIGHEST, ROLES
from proofup.policy.rule_choices import HIGHEST_NAMES
from proofup.policy.rules import Policy, SetPolicy
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio
BOB, CHIEF = "bob.ray@contoso.test", "chief@contoso.test"
RULES = Policy(
    approval_acts=frozenset(
        {Permission.SET_PASSWORDS, Permission.ADD_METHODS, Permission.RESET_METHODS}
    )
)


async def protected(world: World) -> Person:
    """Add a Global Administrator, on whom acts take a second approver."""
    await world.store.commit(SetPolicy(policy=RULES))
    return await administrator(world, CHIEF)


async def decide(visitor: Visitor, address: str, then: str, reason: str = "called back") -> Page:
    await visitor.open(address)
    form = visitor.page.form(address)
    return await visitor.post(address, {**form.fields, "then": then, "reason": reason})


async def carry_out(visitor: Visitor, address: str) -> Page:
    await visitor.open(address)
    form = visitor.page.form(address)
    return await visitor.post(address, {**form.fields, "then": "carry-out"})


@pytest.mark.both_engines
async def test_RC9_a_password_of_an_administrator_takes_two(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    chief = await protected(world)
    kim, bob = await administrator(world), await administrator(world, BOB)
    await to_admin(visitor, world, kim)
    page = await visitor.open(f"/admin/users/{chief.user.id}/reset-password")
    assert "This takes a second approver" in page.text
    page = await act(visitor, chief, "reset-password")
    assert "Waiting for approval" in page.text
    address = page.path
    assert "Carry out" not in page.text
    assert not page.form(address).buttons
    assert (
        await visitor.post(address, {**page.form(address).fields, "then": "approve", "reason": "x"})
    ).status == 403
    approver = another_visitor
    await to_admin(approver, world, bob)
    page = await approver.open("/admin/approvals")
    assert "reset the password" in page.text
    page = await approver.open(address)
    assert "ticket 4711" in page.text
    await world.sent()
    page = await decide(approver, address, "approve")
    assert "Approved" in page.text
    (mail,) = await mails(world)
    assert (mail.to, mail.template) == ("kim.larsen@contoso.test", "approval-approved")
    assert mail.facts["approval_url"] == f"https://id.contoso.test{address}"
    # The approver does not carry it out.
    assert (
        await approver.post(address, {**page.form(address).fields, "then": "carry-out"})
    ).status == 409
    page = await visitor.open("/admin/approvals")
    assert "Approved" in page.text
    page = await carry_out(visitor, address)
    assert re.search(r'<dd dir="ltr" id="secret"><strong>\S+</strong></dd>', page.html)
    entry = next(
        one
        for one in await world.store.audit.of_user(chief.user.id, most=9)
        if isinstance(one.event, PasswordSet)
    )
    assert (entry.actor, entry.event.approved_by) == (kim.user.id, bob.user.id)
    assert entry.event.facts["reason"] == "ticket 4711"
    page = await visitor.open(address)
    assert "Carried out" in page.text
    page = await visitor.open(f"/admin/users/{chief.user.id}")
    assert "Approved by another administrator" in page.text


async def test_a_number_is_approved_as_it_was_typed(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    chief = await protected(world)
    kim, bob = await administrator(world), await administrator(world, BOB)
    await to_admin(visitor, world, kim)
    page = await act(visitor, chief, "add/phone", number="12", country="GB")
    assert page.status == 400
    page = await act(visitor, chief, "add/phone", number="07700 900142", country="GB")
    address = page.path
    assert address.startswith("/admin/approvals/")
    kept = await world.store.engine.rows("SELECT document FROM approval_requests")
    assert b"900142" not in bytes(kept[0][0])
    await to_admin(another_visitor, world, bob)
    page = await another_visitor.open(address)
    assert "07700 900142" in page.html
    await decide(another_visitor, address, "approve")
    page = await carry_out(visitor, address)
    assert page.status == 200
    events = [one.event for one in await world.store.audit.of_user(chief.user.id, most=9)]
    assert any(isinstance(one, MethodAdded) for one in events)


async def test_a_request_is_declined_for_a_reason(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    chief = await protected(world)
    kim, bob = await administrator(world), await administrator(world, BOB)
    await to_admin(visitor, world, kim)
    address = (await act(visitor, chief, "lost-device")).path
    await to_admin(another_visitor, world, bob)
    await world.sent()
    page = await decide(another_visitor, address, "decline", reason=" ")
    assert page.status == 400
    page = await decide(another_visitor, address, "decline", reason="nobody reached")
    assert "Declined" in page.text
    (mail,) = await mails(world)
    assert (mail.template, mail.facts["reason"]) == ("approval-declined", "nobody reached")
    page = await visitor.open(address)
    assert "nobody reached" in page.text
    assert not page.form(address).buttons
    assert (
        await visitor.post(address, {**page.form(address).fields, "then": "carry-out"})
    ).status == 409
    assert await world.store.methods.of_user(chief.user.id)


async def test_a_request_is_over_after_a_day(
    world: World, visitor: Visitor, another_visitor: Visitor, new_visitor: NewVisitor
) -> None:
    chief = await protected(world)
    kim, bob = await administrator(world), await administrator(world, BOB)
    await to_admin(visitor, world, kim)
    address = (await act(visitor, chief, "lost-device")).path
    world.later(hours=24)
    await to_admin(another_visitor, world, bob)
    page = await another_visitor.open("/admin/approvals")
    assert "Nothing waits for your approval" in page.text
    page = await another_visitor.open(address)
    assert "Over" in page.text
    seen = {**page.form(address).fields, "then": "approve", "reason": "late"}
    assert (await another_visitor.post(address, seen)).status == 409


async def test_AD4_an_act_is_not_approved_after_the_requester_has_lost_the_role(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    chief = await protected(world)
    kim, bob = await administrator(world), await administrator(world, BOB)
    await to_admin(visitor, world, kim)
    first = (await act(visitor, chief, "lost-device")).path
    second = (await act(visitor, chief, "reset-password")).path
    await to_admin(another_visitor, world, bob)
    await decide(another_visitor, second, "approve")
    await world.store.commit(RemoveRole(user_id=kim.user.id, role=GLOBAL_ADMINISTRATOR))
    assert (await decide(another_visitor, first, "approve")).status == 409
    assert (await visitor.open(second)).status == 404
    await world.store.commit(AssignRole(user_id=kim.user.id, role=GLOBAL_ADMINISTRATOR))
    await world.store.commit(RaiseEpoch(user_id=kim.user.id))
    assert (await decide(another_visitor, first, "approve")).status == 409
    found = await world.store.approvals.by_id(first.rpartition("/")[2])
    assert found
    assert found.state is RequestState.PENDING


async def test_who_was_changed_since_is_not_what_was_approved(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    chief = await protected(world)
    kim, bob = await administrator(world), await administrator(world, BOB)
    await to_admin(visitor, world, kim)
    address = (await act(visitor, chief, "lost-device")).path
    await to_admin(another_visitor, world, bob)
    page = await another_visitor.open(address)
    seen = {**page.form(address).fields, "then": "approve", "reason": "x"}
    await world.store.commit(RaiseEpoch(user_id=chief.user.id))
    assert (await another_visitor.post(address, seen)).status == 409
    await decide(another_visitor, address, "approve")
    await world.store.commit(RaiseEpoch(user_id=chief.user.id))
    assert (await carry_out(visitor, address)).status == 409


async def test_whom_the_rules_do_not_protect_takes_no_approver(
    world: World, visitor: Visitor
) -> None:
    await protected(world)
    kim, robin = await administrator(world), await world.person(apps=1)
    await to_admin(visitor, world, kim)
    page = await act(visitor, robin, "lost-device")
    assert page.path == f"/admin/users/{robin.user.id}/lost-device"
    assert not await world.store.methods.of_user(robin.user.id)
    rules = Policy(approval_acts=RULES.approval_acts, approval_roles=None)
    await world.store.commit(SetPolicy(policy=rules))
    page = await act(visitor, robin, "reset-password")
    assert page.path.startswith("/admin/approvals/")


async def test_a_stranger_to_a_request_finds_none(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    chief = await protected(world)
    kim = await administrator(world)
    await to_admin(visitor, world, kim)
    address = (await act(visitor, chief, "lost-device")).path
    ann = await administrator(
        world, "ann@contoso.test", role="5f2c8d1e-6a47-4c39-9b0d-3e71f0a8c264"
    )
    await to_admin(another_visitor, world, ann)
    assert (await another_visitor.open(address)).status == 404
    unknown = "/admin/approvals/0197a3f0-6c1e-7d30-9b52-3f6a1c0e8d47"
    assert (await another_visitor.open(unknown)).status == 404
    page = await another_visitor.open("/admin/approvals")
    assert "Nothing waits for your approval" in page.text


def test_the_highest_roles_are_protected_unless_told_otherwise() -> None:
    assert {ROLES[one].name for one in HIGHEST} == HIGHEST_NAMES
