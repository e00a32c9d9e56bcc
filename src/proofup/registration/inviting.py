"""Opening the link of an invitation; who has no password yet chooses one with it."""

from datetime import datetime

from msgspec import Struct

from proofup.audit.entry import Entry
from proofup.audit.events.accounts import PasswordSet
from proofup.audit.events.event import Event
from proofup.audit.events.methods import InvitationOpened
from proofup.directory.invitations import Invitation, RequireInvitation
from proofup.directory.passwords import (
    SetPassword,
    check_new_password,
    context_words,
    least_characters,
)
from proofup.directory.users import Person, RequireEpoch
from proofup.policy.permissions import Permission
from proofup.policy.roles import permissions_of
from proofup.registration.ports import Ports
from proofup.values.client import Client
from proofup.values.errors import AlreadySpentError
from proofup.values.ids import CorrelationId, token_digest
from proofup.values.secret import Secret

LEAST = least_characters(alone=True)  # characters of the password, as there is no method yet


class Invitee(Struct, frozen=True, kw_only=True):
    """Whom a link invites, and whether they have yet to choose a password."""

    person: Person
    invitation: Invitation
    needs_password: bool


async def invited(ports: Ports, token: str, *, at: datetime) -> Invitee:
    """Return whom the link with ``token`` invites. Raises AlreadySpentError where it is over.

    It is also over once its inviter may invite nobody any more (security row AD14).
    """
    found = await ports.invitations.by_token(token_digest(token))
    person = await ports.people.by_id(found.user_id) if found and found.is_open(at) else None
    if found is None or person is None or not found.is_for(person.user):
        raise AlreadySpentError
    if not person.account.enabled or not await _may_invite(ports, found, at=at):
        raise AlreadySpentError
    credential = await ports.passwords.of_user(person.user.id)
    return Invitee(person=person, invitation=found, needs_password=credential is None)


async def open_link(
    ports: Ports, token: str, *, client: Client, correlation_id: CorrelationId, at: datetime
) -> Invitee:
    """Note that the link was opened by a person, and return whom it invites.

    It is used up by the method that is registered with it, not by this. Raises AlreadySpentError.
    """
    found = await invited(ports, token, at=at)
    await ports.room.commit(_entry(found, InvitationOpened(), client, correlation_id, at=at))
    return found


async def accept(
    ports: Ports,
    token: str,
    new: Secret[str],
    *,
    client: Client,
    correlation_id: CorrelationId,
    at: datetime,
) -> Invitee:
    """Set the first password of whom the link invites, who signs in with it afterwards.

    Raises AlreadySpentError, also where there is a password already, UnacceptablePasswordError, and
    RevokedError where the account changed meanwhile.
    """
    found = await invited(ports, token, at=at)
    if not found.needs_password:
        raise AlreadySpentError
    user = found.person.user
    check_new_password(
        new.reveal(),
        alone=True,
        context=context_words(user.user_principal_name, ports.organisation.name),
        common=ports.common,
    )
    credential = await ports.hashing.hash(user.id, new, at=at)
    await ports.room.commit(
        RequireEpoch(user_id=user.id, epoch=found.person.account.epoch),
        RequireInvitation(token_digest=found.invitation.token_digest, at=at),
        SetPassword(credential=credential, is_first=True),
        _entry(found, InvitationOpened(), client, correlation_id, at=at),
        _entry(found, PasswordSet(by="owner"), client, correlation_id, at=at),
    )
    return found


async def _may_invite(ports: Ports, invitation: Invitation, *, at: datetime) -> bool:
    """Tell whether the inviter still may; a command of the host always may."""
    if invitation.inviter is None:
        return True
    inviter = await ports.people.by_id(invitation.inviter)
    if inviter is None or not inviter.account.enabled:
        return False
    held = await ports.roles.of_user(invitation.inviter, at=at)
    wanted = {Permission.INVITE, Permission.INVITE_GUESTS}
    return any(not wanted.isdisjoint(permissions_of(one)) for one in held)


def _entry(
    found: Invitee, event: Event, client: Client, correlation_id: CorrelationId, *, at: datetime
) -> Entry:
    return Entry(
        at=at,
        event=event,
        actor="anonymous",  # nobody has proven anything yet
        target=found.person.user.id,
        succeeded=True,
        correlation_id=correlation_id,
        network=client.address,
    )
