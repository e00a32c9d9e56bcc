"""Inviting a guest: the account is added, and a link to it is mailed."""

from datetime import datetime

from msgspec import Struct

from proofup.administration.display_name import checked_display_name
from proofup.administration.invite import InvitationMade
from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.administration.profile_fields import FIELDS
from proofup.audit.events.accounts import UserAdded
from proofup.audit.events.methods import Invited
from proofup.directory.invitations import LIFETIME, Invitation, OpenInvitation
from proofup.directory.users import Account, AddUser, User, UserType
from proofup.method_changes.notification import notification_of
from proofup.notices.notifying import letter, told_at
from proofup.policy.actor import Actor, ActorKind
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.values.changes import Change
from proofup.values.errors import InvalidInputError, InvalidNameError
from proofup.values.ids import UserId, random_id, random_token, token_digest
from proofup.values.mail_addresses import InvalidMailAddressError, mail_address
from proofup.values.names import spelled_name
from proofup.values.new_names import check_new_name
from proofup.values.secret import Secret

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
    made, link = link_for(ports, actor, user, guest, at=at)
    return Planned(
        conditions,
        (
            AddUser(user=user, account=Account(user_id=user.id)),
            *link,
            actor.entry(UserAdded(command=actor.command), user.id, at=at),
            actor.entry(Invited(command=actor.command), user.id, at=at),
        ),
        GuestInvited(user=user, made=made),
    )


def link_for(
    ports: Ports, actor: Actor, user: User, guest: Guest, *, at: datetime
) -> tuple[InvitationMade, tuple[Change, ...]]:
    """Return the link for ``user``, and what stores it and mails it. Raises InvalidInputError."""
    message = " ".join(guest.message.split())
    if len(message) > LONGEST_MESSAGE:
        raise InvalidInputError("message")
    token = random_token(ports.room.entropy)
    url = ports.invitation_url(token)
    new = Invitation(
        token_digest=token_digest(token),
        user_id=user.id,
        mail=user.mail,
        made_at=at,
        expires_at=at + LIFETIME,
        inviter=UserId(actor.id) if actor.kind is ActorKind.PERSON else None,
        lands_at=guest.lands_at,
    )
    notifier = ports.room.notifier
    told = told_at(notifier, user) if guest.is_mailed else None
    facts = {
        "until": new.expires_at.isoformat(timespec="seconds"),
        "invitation_url": url,
        "inviter": guest.inviter,
        "message": message,
    }
    mail = letter(
        notifier, notification_of(actor, user), "guest-invitation", facts, lifetime=LIFETIME, at=at
    )
    made = InvitationMade(url=Secret(url), expires_at=new.expires_at, mailed_to=told)
    return made, (OpenInvitation(invitation=new), *(mail if told else ()))


def _user(ports: Ports, guest: Guest, *, at: datetime) -> User:
    try:
        mail = mail_address(guest.mail)
        name = spelled_name(mail)
        check_new_name(name)
    except (InvalidMailAddressError, InvalidNameError) as error:
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
