"""Inviting somebody to register a first method."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.audit.events.methods import Invited
from proofup.directory.invitations import LIFETIME, Invitation, OpenInvitation
from proofup.directory.users import User, UserType
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
    user = target.person.user
    conditions = permitted(actor, Permission.INVITE, target, at=at)
    if not target.person.account.enabled:
        raise AccountDisabledError(user.user_principal_name)
    facts = {}
    if user.user_type is UserType.GUEST:
        facts = {"inviter": "", "message": ""}
        template = "guest-invitation"
    made, changes = link_for(ports, actor, user, (template, facts), by_mail=by_mail, at=at)
    return Planned(conditions, changes, made)


def link_for(
    ports: Ports,
    actor: Actor,
    user: User,
    mail: tuple[str, Mapping[str, str]],
    *,
    lands_at: str | None = None,
    by_mail: bool,
    at: datetime,
) -> tuple[InvitationMade, tuple[Change, ...]]:
    """Return a new link for ``user``, and what stores it, mails it and notes it in the audit log.

    ``mail`` is the template and its own facts. Nothing is mailed where there is no way.
    """
    token, notifier = random_token(ports.room.entropy), ports.room.notifier
    url = ports.invitation_url(token)
    new = Invitation(
        token_digest=token_digest(token),
        user_id=user.id,
        mail=user.mail,
        made_at=at,
        expires_at=at + LIFETIME,
        inviter=UserId(actor.id) if actor.kind is ActorKind.PERSON else None,
        lands_at=lands_at,
    )
    told = told_at(notifier, user) if by_mail else None
    letters: tuple[Change, ...] = ()
    if told:
        template, own = mail
        until = new.expires_at.isoformat(timespec="seconds")
        facts = {"until": until, "invitation_url": url, **own}
        notification = notification_of(actor, user)
        letters = letter(notifier, notification, template, facts, lifetime=LIFETIME, at=at)
    made = InvitationMade(url=Secret(url), expires_at=new.expires_at, mailed_to=told)
    entry = actor.entry(Invited(command=actor.command), user.id, at=at)
    return made, (OpenInvitation(invitation=new), *letters, entry)
