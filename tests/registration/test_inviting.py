"""What the link of an invitation lets its holder do."""

import pytest

from proofup.administration.invite import invite
from proofup.administration.invite_guest import Guest, GuestInvited, invite_guest
from proofup.directory.users import Person, SetEnabled
from proofup.registration.inviting import accept, invited
from proofup.values.errors import AlreadySpentError
from proofup.values.ids import CorrelationId
from proofup.values.secret import Secret
from world import HOME, World

pytestmark = pytest.mark.anyio
PREFIX = "https://id.contoso.test/invitation/"
NEW = Secret("seven grey geese fly south")


async def guest(world: World) -> tuple[str, GuestInvited]:
    """Invite a guest on the command line, and return the token."""
    told = Guest(name="Noor Haddad", mail="noor@example.org")
    act = invite_guest(world.administration, world.host, told, at=world.now)
    done = await world.carry_out(act)
    return done.made.url.reveal().removeprefix(PREFIX), done


async def accepts(world: World, token: str) -> Person:
    correlation_id = CorrelationId("c")
    found = await accept(
        world.registration, token, NEW, client=HOME, correlation_id=correlation_id, at=world.now
    )
    return found.person


async def test_AD14_a_command_of_the_host_has_no_inviter_and_sets_a_password_once(
    world: World,
) -> None:
    token, done = await guest(world)
    assert done.made.mailed_to == "noor@example.org"
    assert (await invited(world.registration, token, at=world.now)).needs_password
    assert (await accepts(world, token)).user == done.user
    with pytest.raises(AlreadySpentError):
        await accepts(world, token)


async def test_AD14_a_closed_account_accepts_nothing(world: World) -> None:
    token, done = await guest(world)
    await world.store.commit(SetEnabled(user_id=done.user.id, enabled=False))
    with pytest.raises(AlreadySpentError):
        await accepts(world, token)


async def test_a_link_of_somebody_with_a_password_sets_none(world: World) -> None:
    robin = await world.person()
    target = await world.target(robin.user.id)
    made = await world.carry_out(
        invite(world.administration, world.host, target, by_mail=False, at=world.now)
    )
    with pytest.raises(AlreadySpentError):
        await accepts(world, made.url.reveal().removeprefix(PREFIX))
