"""An invitation of somebody who has no method yet."""

import pytest
from msgspec.structs import replace

from proofup.administration.invite import AccountDisabledError, HasMethodError, invite
from proofup.audit.events.methods import Invited
from proofup.registration.inviting import invited
from proofup.values.ids import token_digest
from proofup.values.messages import Mail
from world import World

pytestmark = pytest.mark.anyio
PREFIX = "https://id.contoso.test/invitation/"


@pytest.mark.parametrize(
    ("by_mail", "mails", "address", "told"),
    [
        (True, True, "robin@fabrikam.test", "robin@fabrikam.test"),
        (True, False, "robin@fabrikam.test", None),  # there is no mail server
        (False, True, "robin@fabrikam.test", None),
        (True, True, None, None),
    ],
)
async def test_RC5_a_link_is_shown_once_mailed_where_it_can_be_and_kept_as_a_digest(
    world: World,
    by_mail: bool,  # noqa: FBT001 - a column of the table
    mails: bool,  # noqa: FBT001 - a column of the table
    address: str | None,
    told: str | None,
) -> None:
    robin = await world.person(mail=address)
    room = replace(world.room, notifier=replace(world.room.notifier, mails=mails))
    ports = replace(world.administration, room=room)
    target = await world.target(robin.user.id)
    made = await world.carry_out(invite(ports, world.host, target, by_mail=by_mail, at=world.now))
    token = made.url.reveal().removeprefix(PREFIX)
    assert made.mailed_to == told
    assert [one.to for one in await world.sent() if isinstance(one, Mail)] == (
        [told] if told else []
    )
    kept = await world.store.invitations.by_token(token_digest(token))
    assert kept
    assert (kept.expires_at, (kept.expires_at - world.now).days) == (made.expires_at, 7)
    assert (await invited(world.registration, token, at=world.now)).person == robin
    (entry,) = await world.store.audit.of_user(robin.user.id, most=9)
    assert entry.event == Invited(command="a command")
    assert token not in str(entry)
    assert token not in repr(made)


async def test_an_invitation_that_would_be_of_no_use_is_refused(world: World) -> None:
    with_app = await world.target((await world.person(apps=1)).user.id)
    with pytest.raises(HasMethodError):
        invite(world.administration, world.host, with_app, by_mail=True, at=world.now)
    disabled = await world.person("kim.larsen@contoso.test", enabled=False)
    target = await world.target(disabled.user.id)
    with pytest.raises(AccountDisabledError) as refused:
        invite(world.administration, world.host, target, by_mail=True, at=world.now)
    assert refused.value.user_principal_name == "kim.larsen@contoso.test"
