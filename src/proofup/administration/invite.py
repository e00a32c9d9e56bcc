"""Inviting somebody to register a first method."""

from datetime import datetime

from msgspec import Struct

from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.audit.events.methods import Invited
from proofup.directory.invitations import LIFETIME, Invitation, OpenInvitation
from proofup.directory.users import UserType
from proofup.method_changes.notification import notification_of
from proofup.notices.notifying import letter, told_at
from proofup.policy.actor import Actor, ActorKind
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.changes import Change
from proofup.values.errors import ProofupError
from proofup.values.ids import UserId, random_token, token_digest
from proofup.values.secret import Secret


class NeedlessInvitationError(ProofupError):
    """An invitation would be of no use to this user."""

    def __init__(self, user_principal_name: str) -> None:
        super().__init__(user_principal_name)
        self.user_principal_name = user_principal_name


class AccountDisabledError(NeedlessInvitationError):
    """The account is disabled."""


class HasMethodError(NeedlessInvitationError):
    """The user has a method already."""


class InvitationMade(Struct, frozen=True, kw_only=True):
    """A link that is shown this once; ``mailed_to`` is where it was sent as well."""

    url: Secret[str]
    expires_at: datetime
    mailed_to: str | None


def invite(
    ports: Ports, actor: Actor, target: Target, *, by_mail: bool, at: datetime
) -> Planned[InvitationMade]:
    """Make a link, void those before it, and mail it if ``by_mail`` and there is a way.

    Raises AccountDisabledError and HasMethodError.
    """
    act = invitation(ports, actor, target, "invitation", by_mail=by_mail, at=at)
    if ports.room.catalogue.lasting(target.held):
        raise HasMethodError(target.person.user.user_principal_name)
    return act


def invite_to_password(
    ports: Ports, actor: Actor, target: Target, *, by_mail: bool, at: datetime
) -> Planned[InvitationMade]:
    """Make a link with which somebody without a password chooses one; otherwise as ``invite``.

    Whether there is a password decides the page of the link, when it is opened. Raises
    AccountDisabledError.
    """
    return invitation(ports, actor, target, "password-invitation", by_mail=by_mail, at=at)


def invitation(
    ports: Ports, actor: Actor, target: Target, template: str, *, by_mail: bool, at: datetime
) -> Planned[InvitationMade]:
    """Make a link, with ``template`` for the mail to a member. Raises AccountDisabledError."""
    user, told = target.person.user, told_at(ports.room.notifier, target.person.user)
    conditions = permitted(actor, Permission.INVITE, target, at=at)
    if not target.person.account.enabled:
        raise AccountDisabledError(user.user_principal_name)
    token = random_token(ports.room.entropy)
    new = Invitation(
        token_digest=token_digest(token),
        user_id=user.id,
        mail=user.mail,
        made_at=at,
        expires_at=at + LIFETIME,
        inviter=UserId(actor.id) if actor.kind is ActorKind.PERSON else None,
    )
    url = ports.invitation_url(token)
    mails = _mails(ports, actor, target, (template, new, url), at=at) if by_mail and told else ()
    return Planned(
        conditions,
        (
            OpenInvitation(invitation=new),
            *mails,
            actor.entry(Invited(command=actor.command), user.id, at=at),
        ),
        InvitationMade(
            url=Secret(url), expires_at=new.expires_at, mailed_to=told if mails else None
        ),
    )


def _mails(
    ports: Ports, actor: Actor, target: Target, made: tuple[str, Invitation, str], *, at: datetime
) -> tuple[Change, ...]:
    template, new, url = made
    notification = notification_of(actor, target.person.user)
    facts = {"until": new.expires_at.isoformat(timespec="seconds"), "invitation_url": url}
    if target.person.user.user_type is UserType.GUEST:
        facts |= {"inviter": "", "message": ""}
        template = "guest-invitation"
    return letter(ports.room.notifier, notification, template, facts, lifetime=LIFETIME, at=at)
