"""Inviting a guest: the account is added, and a link to it is mailed."""

from datetime import datetime

from msgspec import Struct

from proofup.administration.display_name import checked_display_name
from proofup.administration.invite import InvitationMade, link_for
from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.administration.profile_fields import FIELDS
from proofup.audit.events.accounts import UserAdded
from proofup.directory.users import Account, AddUser, User, UserType
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.values.changes import Change
from proofup.values.errors import InvalidInputError, InvalidNameError
from proofup.values.ids import UserId, random_id
from proofup.values.mail_addresses import InvalidMailAddressError, mail_address
from proofup.values.names import spelled_name
from proofup.values.new_names import check_new_name

LONGEST_MESSAGE = 200  # letters
LANGUAGE = FIELDS["preferredLanguage"]


class Guest(Struct, frozen=True, kw_only=True):
    """Who is invited, as it was typed; ``inviter`` is the name that the mail shows.

    ``language`` is the guest's own, as in en-GB. Without ``is_mailed`` the link is only shown.
    """

    name: str
    mail: str
    message: str = ""
    lands_at: str | None = None
    inviter: str = ""
    language: str | None = None
    is_mailed: bool = True


class GuestInvited(Struct, frozen=True, kw_only=True):
    """The new account, and its link, which is shown this once."""

    user: User
    made: InvitationMade


def invite_guest(
    ports: Ports, actor: Actor, guest: Guest, *, at: datetime
) -> Planned[GuestInvited]:
    """Add the guest without a password and a role, and mail the link.

    The mail address is the user name. The link is void once the inviter has lost the right to
    invite guests (security row AD14). Raises InvalidDisplayNameError, InvalidInputError, and
    NameTakenError at the write.
    """
    conditions = permitted(actor, Permission.INVITE_GUESTS, at=at)
    user = _user(ports, guest, at=at)
    made, link = guest_link(ports, actor, user, guest, at=at)
    return Planned(
        conditions,
        (
            AddUser(user=user, account=Account(user_id=user.id)),
            actor.entry(UserAdded(command=actor.command), user.id, at=at),
            *link,
        ),
        GuestInvited(user=user, made=made),
    )


def guest_link(
    ports: Ports, actor: Actor, user: User, guest: Guest, *, at: datetime
) -> tuple[InvitationMade, tuple[Change, ...]]:
    """Return the link for ``user``, and what stores and mails it. Raises InvalidInputError."""
    message = " ".join(guest.message.split())
    if len(message) > LONGEST_MESSAGE:
        raise InvalidInputError("message")
    mail = "guest-invitation", {"inviter": guest.inviter, "message": message}
    return link_for(
        ports, actor, user, mail, lands_at=guest.lands_at, by_mail=guest.is_mailed, at=at
    )


def address_of(guest: Guest) -> str:
    """Return the one address in what was typed. Raises InvalidInputError."""
    try:
        return mail_address(guest.mail)
    except InvalidMailAddressError as error:
        raise InvalidInputError("mail") from error


def _user(ports: Ports, guest: Guest, *, at: datetime) -> User:
    mail = address_of(guest)
    name = spelled_name(mail)
    try:
        check_new_name(name)
    except InvalidNameError as error:
        raise InvalidInputError("mail") from error
    return User(
        id=UserId(random_id(ports.room.entropy)),
        user_principal_name=name,
        display_name=checked_display_name(guest.name),
        mail=mail,
        preferred_language=LANGUAGE.judge("preferredLanguage", guest.language or ""),
        user_type=UserType.GUEST,
        created_at=at,
    )
