"""What the calls share: the parts of the door."""

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from proofup.administration.newcomer import NewcomerRules
from proofup.administration.ports import Ports
from proofup.audit.entry import Activity
from proofup.audit.log import Log, ProfileChanges, Tallies
from proofup.authentication.ports import Ports as SignInPorts
from proofup.directory.listing import UserListing
from proofup.directory.organisation import Organisation
from proofup.directory.passwords import Passwords
from proofup.granting.ports import Ports as Granting
from proofup.graph.resources import Resources
from proofup.policy.registered import Registrations
from proofup.policy.rules import Policies
from proofup.registration.ports import Ports as OwnPorts


class Newcomers(Protocol):
    """Makes the rules by which new users are judged."""

    def __call__(self, *, at: datetime) -> NewcomerRules:
        """Return the rules for those who are added ``at`` this instant."""
        ...


class Door(Struct, frozen=True, kw_only=True):
    """The parts that answers are made with.

    ``own`` are those of changes to oneself, ``sign_in`` those of sessions, ``granting`` those
    of tokens.
    """

    ports: Ports
    own: OwnPorts
    sign_in: SignInPorts
    users: UserListing
    activity: Activity
    log: Log
    tallies: Tallies
    profile_changes: ProfileChanges
    passwords: Passwords
    organisation: Organisation
    resources: Resources
    policies: Policies
    registrations: Registrations
    newcomers: Newcomers
    granting: Granting

    @property
    def origin(self) -> str:
        """What every address begins with that is given out."""
        return self.granting.tenant.origin
