"""Inviting people who have no password to choose one."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from proofup.administration.invite import invite
from proofup.administration.invite_without_password import (
    Reached,
    invite_without_password,
)
from proofup.directory.invitations import Invitation, OpenInvitation
from proofup.directory.roles import AssignRole
from proofup.directory.users import Person
from proofup.policy.roles import HELP_DESK_MFA
from proofup.registration.inviting import invited
from proofup.values.ids import UserId
from proofup.values.messages import Mail
from world import World

pytestmark = pytest.mark.anyio
PHONE = "+44 7700 900067"
PREFIX = "https://id.contoso.test/invitation/"


async def mails(world: World) -> list[Mail]:
    return [one for one in await world.sent() if isinstance(one, Mail)]


async def reached(world: World, *people: Person) -> list[Reached]:
    ids = [one.user.id for one in people]
    act = await invite_without_password(world.administration, world.host, ids, at=world.now)
    return [one.reached for one in await world.carry_out(act)]


@pytest.mark.both_engines
async def test_everybody_without_a_password_is_found_and_mailed_a_link_to_choose_one(
    world: World,
) -> None:
    kim = await world.person("kim.larsen@contoso.test", password=None, mail="kim@fabrikam.test")
    robin = await world.person(password=None, phone=PHONE)
    await world.person("ines.costa@contoso.test")
    await world.person("lee@contoso.test", password=None, enabled=False)
    ports = world.administration.without_password
    first = await ports.page(after=None, most=1)
    last = await ports.page(after=first.after, most=1)
    assert [*first.people, *last.people] == [kim, robin]
    assert last.after is None
    assert await reached(world, kim, robin) == [Reached.INVITED, Reached.INVITED]
    sent = await mails(world)
    assert {(one.to, one.template) for one in sent} == {
        ("kim@fabrikam.test", "password-invitation"),
        ("robin@fabrikam.test", "password-invitation"),
    }
    tokens = [one.facts["invitation_url"].removeprefix(PREFIX) for one in sent]
    for token in tokens:
        assert (await invited(world.registration, token, at=world.now)).needs_password


async def test_nobody_is_mailed_twice_while_an_invitation_holds(world: World) -> None:
    robin = await world.person(password=None)
    assert await reached(world, robin) == [Reached.INVITED]
    assert len(await mails(world)) == 1
    assert await reached(world, robin) == [Reached.WAITING]
    assert await mails(world) == []
    world.now += timedelta(days=7)
    assert await reached(world, robin) == [Reached.INVITED]


async def test_an_invitation_holds_no_more_once_its_inviter_may_invite_nobody(
    world: World,
) -> None:
    robin = await world.person(password=None)
    kim = await world.person("kim.larsen@contoso.test")
    by_kim = Invitation(
        token_digest=b"by kim",
        user_id=robin.user.id,
        mail=robin.user.mail,
        made_at=world.now,
        expires_at=world.now + timedelta(days=7),
        inviter=kim.user.id,
    )
    await world.store.commit(OpenInvitation(invitation=by_kim))
    await world.store.commit(AssignRole(user_id=kim.user.id, role=HELP_DESK_MFA))
    assert await reached(world, robin) == [Reached.WAITING]
    other = replace(by_kim, inviter=UserId("nobody"), token_digest=b"by nobody")
    await world.store.commit(OpenInvitation(invitation=other))
    assert await reached(world, robin) == [Reached.INVITED]


async def test_whoever_cannot_be_invited_is_named_with_the_reason(world: World) -> None:
    with_password = await world.person()
    no_mail = await world.person("kim.larsen@contoso.test", password=None, mail=None)
    disabled = await world.person("lee@contoso.test", password=None, enabled=False)
    nobody = replace(no_mail, user=replace(no_mail.user, id=UserId("nobody")))
    assert await reached(world, with_password, no_mail, disabled, nobody) == [
        Reached.HAS_PASSWORD,
        Reached.NO_MAIL,
        Reached.DISABLED,
        Reached.UNKNOWN,
    ]
    assert await world.administration.without_password.among([]) == frozenset()
    assert await reached(world) == []


async def test_who_has_a_password_is_invited_to_a_first_method_as_before(world: World) -> None:
    robin = await world.target((await world.person()).user.id)
    await world.carry_out(
        invite(world.administration, world.host, robin, by_mail=True, at=world.now)
    )
    assert [one.template for one in await mails(world)] == ["invitation"]
