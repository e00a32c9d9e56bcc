"""Inviting whoever has a mail address: a new guest, or one who has not accepted yet."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from proofup.administration.invite import AccountDisabledError, InvitationMade
from proofup.administration.invite_guest import Guest, address_of, guest_link, invite_guest
from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.administration.target import target_called
from proofup.directory.users import User, UserType
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.errors import ProofupError, UnknownUserError
from proofup.values.ids import UserId


class NotAGuestError(ProofupError):
    """The address is the user name of a member."""


class AddressInvited(Struct, frozen=True, kw_only=True):
    """Who is invited, and the link; there is none for a guest who has accepted already."""

    user: User
    made: InvitationMade | None


async def waiting_among(ports: Ports, users: Sequence[User]) -> frozenset[UserId]:
    """Return the guests who have not accepted: they have not chosen a password."""
    guests = [one.id for one in users if one.user_type is UserType.GUEST]
    return await ports.without_password.among(guests)


async def invite_address(
    ports: Ports, actor: Actor, guest: Guest, *, at: datetime
) -> Planned[AddressInvited]:
    """Invite the guest, again where they have not accepted: the link of before is void then.

    Without a name a new guest is called by what stands before the @.
    Raises what ``invite_guest`` raises, NotAGuestError, and UnknownUserError where the actor may
    not act on a guest who is there.
    """
    conditions = permitted(actor, Permission.INVITE_GUESTS, at=at)
    mail = address_of(guest)
    try:
        target = await target_called(ports, mail, at=at)
    except UnknownUserError:
        named = replace(guest, name=guest.name or mail.partition("@")[0])
        new = invite_guest(ports, actor, named, at=at)
        return Planned(
            new.conditions, new.changes, AddressInvited(user=new.done.user, made=new.done.made)
        )
    user = target.person.user
    if user.user_type is UserType.GUEST and not await waiting_among(ports, [user]):
        return Planned(conditions, (), AddressInvited(user=user, made=None))
    return invite_again(ports, actor, target, guest, at=at)


def invite_again(
    ports: Ports, actor: Actor, target: Target, guest: Guest, *, at: datetime
) -> Planned[AddressInvited]:
    """Make a new link for a guest, who keeps name and language.

    Raises NotAGuestError and AccountDisabledError.
    """
    user = target.person.user
    if user.user_type is not UserType.GUEST:
        raise NotAGuestError
    conditions = permitted(actor, Permission.INVITE_GUESTS, target, at=at)
    if not target.person.account.enabled:
        raise AccountDisabledError(user.user_principal_name)
    made, link = guest_link(ports, actor, user, guest, at=at)
    return Planned(conditions, link, AddressInvited(user=user, made=made))
