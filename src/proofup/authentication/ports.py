"""What signing in needs from outside, joined once at start."""

from msgspec import Struct

from proofup.authentication.known_browser import KnownBrowsers
from proofup.authentication.session import Sessions
from proofup.authentication.signin import SignIns
from proofup.challenges.room import Room
from proofup.directory.devices import Devices
from proofup.directory.passwords import PasswordHashing, Passwords
from proofup.directory.users import People
from proofup.policy.subscriber import Subscribers


class Ports(Struct, frozen=True, kw_only=True):
    """Ports and parts of this package; the challenge room is one of them."""

    people: People
    subscribers: Subscribers
    passwords: Passwords
    hashing: PasswordHashing
    sign_ins: SignIns
    sessions: Sessions
    browsers: KnownBrowsers
    devices: Devices
    room: Room
