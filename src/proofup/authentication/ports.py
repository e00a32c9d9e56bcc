"""What signing in needs from outside, joined once at start."""

from msgspec import Struct

from proofup.authentication.destinations import Destinations
from proofup.authentication.known_browser import KnownBrowsers
from proofup.authentication.password_reset import PasswordResets
from proofup.authentication.session import Sessions
from proofup.authentication.signin import SignIns
from proofup.challenges.room import Room
from proofup.directory.app_passwords import AppPasswords, Digests
from proofup.directory.caller_checks import CallerChecks
from proofup.directory.devices import Devices
from proofup.directory.groups import Groups
from proofup.directory.passwords import CommonPasswords, PasswordHashing, Passwords
from proofup.directory.users import People
from proofup.policy.subscriber import Subscribers


class Ports(Struct, frozen=True, kw_only=True):
    """Ports and parts of this package; the challenge room is one of them."""

    people: People
    subscribers: Subscribers
    passwords: Passwords
    hashing: PasswordHashing
    common: CommonPasswords
    sign_ins: SignIns
    destinations: Destinations
    resets: PasswordResets
    sessions: Sessions
    browsers: KnownBrowsers
    devices: Devices
    groups: Groups
    caller_checks: CallerChecks
    app_passwords: AppPasswords
    app_password_digests: Digests
    room: Room
