"""What acts need from outside, joined once at start."""

from collections.abc import Callable

from msgspec import Struct

from proofup.administration.job import Items, Jobs
from proofup.administration.kept_methods import KeptMethodsReader
from proofup.challenges.room import Room
from proofup.directory.devices import Devices
from proofup.directory.passwords import CommonPasswords, PasswordHashing
from proofup.directory.roles import Roles
from proofup.directory.units import Units
from proofup.policy.subscriber import Subscribers


class Ports(Struct, frozen=True, kw_only=True):
    """Ports and parts of this package; the challenge room is one of them.

    ``invitation_url`` makes the address of a token.
    """

    subscribers: Subscribers
    roles: Roles
    units: Units
    devices: Devices
    jobs: Jobs
    job_items: Items
    kept_methods: KeptMethodsReader
    hashing: PasswordHashing
    common: CommonPasswords
    invitation_url: Callable[[str], str]
    room: Room
