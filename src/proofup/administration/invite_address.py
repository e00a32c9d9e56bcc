"""Inviting whoever has a mail address: a new guest, or one who has not accepted yet."""

from datetime import datetime

from msgspec import Struct

from proofup.administration.invite import InvitationMade
from proofup.administration.invite_guest import Guest, invite_guest, link_for
from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.administration.target import target_called
from proofup.audit.events.methods import Invited
from proofup.directory.users import User, UserType
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.errors import ProofupError, UnknownUserError


class NotAGuestError(ProofupError):
    """The address is the user name of a member."""


class AddressInvited(Struct, frozen=True, kw_only=True):
    """Who is invited, and the link; there is none for a guest who has accepted already."""

    user: User
    made: InvitationMade | None


async def invite_address(
    ports: Ports, actor: Actor, guest: Guest, *, at: datetime
) -> Planned[AddressInvited]:
    """Invite the guest, again where they have not accepted: the link of before is void then.

    Raises what ``invite_guest`` raises, NotAGuestError, and UnknownUserError where the actor may
    not act on a guest who is there.
    """
    conditions = permitted(actor, Permission.INVITE_GUESTS, at=at)
    try:
        target = await target_called(ports, guest.mail.strip(), at=at)
    except UnknownUserError:
        new = invite_guest(ports, actor, guest, at=at)
        return Planned(
            new.conditions, new.changes, AddressInvited(user=new.done.user, made=new.done.made)
        )
    user = target.person.user
    if user.user_type is UserType.GUEST and not await ports.without_password.among([user.id]):
        return Planned(conditions, (), AddressInvited(user=user, made=None))
    return invite_again(ports, actor, target, guest, at=at)


def invite_again(
    ports: Ports, actor: Actor, target: Target, guest: Guest, *, at: datetime
) -> Planned[AddressInvited]:
    """Make a new link for a guest, who keeps name and language. Raises NotAGuestError."""
    user = target.person.user
    if user.user_type is not UserType.GUEST:
        raise NotAGuestError
    conditions = permitted(actor, Permission.INVITE_GUESTS, target, at=at)
    made, link = link_for(ports, actor, user, guest, at=at)
    entry = actor.entry(Invited(command=actor.command), user.id, at=at)
    return Planned(conditions, (*link, entry), AddressInvited(user=user, made=made))
