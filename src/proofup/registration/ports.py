"""What changing one's methods needs from outside, joined once at start."""

from collections.abc import Sequence

from msgspec import Struct

from proofup.challenges.room import Room
from proofup.directory.app_passwords import AppPasswords, Digests
from proofup.directory.devices import Devices
from proofup.directory.invitations import Invitations
from proofup.directory.oath_tokens import OathTokens
from proofup.directory.organisation import Organisation
from proofup.directory.passwords import CommonPasswords, PasswordHashing, Passwords
from proofup.directory.roles import Roles
from proofup.directory.users import People, Person
from proofup.method_changes.history import MethodHistory
from proofup.method_changes.notification import notification_of
from proofup.methods.registered_methods import RegisteredMethod
from proofup.notices.link import NoticeLinks
from proofup.notices.notifying import Notification
from proofup.policy import actor as policy_actor
from proofup.policy.rules import Policy
from proofup.policy.subscriber import Subscriber, Subscribers
from proofup.registration.pending import Registrations
from proofup.tokens.application import Applications
from proofup.tokens.consent import Consents
from proofup.tokens.family import Families
from proofup.values.client import Client
from proofup.values.errors import ProofupError
from proofup.values.ids import BrowserId, SessionId


class Ports(Struct, frozen=True, kw_only=True):
    """Ports and parts of this package; the challenge room is one of them."""

    people: People
    subscribers: Subscribers
    registrations: Registrations
    links: NoticeLinks
    history: MethodHistory
    invitations: Invitations
    roles: Roles
    devices: Devices
    tokens: OathTokens
    app_passwords: AppPasswords
    app_password_digests: Digests
    applications: Applications
    consents: Consents
    families: Families
    organisation: Organisation
    passwords: Passwords
    hashing: PasswordHashing
    common: CommonPasswords
    room: Room


class Actor(policy_actor.Actor, frozen=True, kw_only=True):
    """A person in a session, who wants to change their own methods, as this request has read them.

    ``invitation`` is the digest of the token of an invitation that was opened in their browser,
    whoever it is for. With ``signing_in`` there is no session yet: the person sets their methods
    right in a sign-in, whose id stands for the session's. ``browser_id`` is the known browser of
    the session.
    """

    client: Client
    subscriber: Subscriber
    session_id: SessionId
    signing_in: bool = False
    epoch: int
    invitation: bytes | None = None
    browser_id: BrowserId | None = None

    @property
    def person(self) -> Person:
        """Who it is."""
        return self.subscriber.person

    @property
    def held(self) -> Sequence[RegisteredMethod]:
        """Their methods, oldest first."""
        return self.subscriber.held

    @property
    def policy(self) -> Policy:
        """The rules that hold for them."""
        return self.subscriber.policy

    @property
    def notification(self) -> Notification:
        """What a notice says of the actor."""
        return notification_of(self, self.person.user)


class ChangesHeldError(ProofupError):
    """Somebody reported a change as not theirs; an administrator has to release the account."""


class NotInvitedError(ProofupError):
    """A first method takes an invitation, and there is none for this person in this browser."""


class AlreadyRegisteredError(ProofupError):
    """The person has this number or app already."""


class UnknownRegistrationError(ProofupError):
    """There is no such change in progress for this session: it is done, over, or another's."""


class UnusableWayError(ProofupError):
    """The person cannot answer in this way, so it cannot be their default."""
