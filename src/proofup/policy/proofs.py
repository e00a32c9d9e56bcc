"""What a person has proven in one sign-in, and whether that is enough for what they want."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from proofup.methods.catalogue import Option
from proofup.methods.declaration import WayTraits
from proofup.policy.permissions import Permission
from proofup.values.errors import ProofupError
from proofup.values.ways import Way


class Level(StrEnum):
    """How sure the service is (NIST SP 800-63B-4 calls them AAL1 and AAL2)."""

    NONE = "none"
    SINGLE_FACTOR = "singleFactor"
    MULTI_FACTOR = "multiFactor"


class Proofs(Struct, frozen=True, kw_only=True):
    """When which factor was proven; both in the same sign-in, for the same account.

    ``first_way`` is the way that came in place of the password, and None is the password. Where
    both factors came by one answer, ``second_way`` is the same way.
    """

    first_at: datetime | None = None
    second_at: datetime | None = None
    second_way: Way | None = None
    first_way: Way | None = None

    @property
    def level(self) -> Level:
        """The level of the proofs: a second factor alone counts for nothing."""
        if self.first_at is None:
            return Level.NONE
        return Level.SINGLE_FACTOR if self.second_at is None else Level.MULTI_FACTOR

    @property
    def by_one_answer(self) -> bool:
        """Whether both factors came at once, by a method in place of the password."""
        return self.first_way is not None and self.first_way == self.second_way

    def with_second(self, way: Way, at: datetime) -> "Proofs":
        """Return these proofs with a second one just given."""
        return replace(self, second_at=at, second_way=way)


def demanded(options: Sequence[Option]) -> Level:
    """Return the level a sign-in must reach before it may end: the one place that decides it.

    A person with a second method is asked for it on every route. A person without one signs in with
    the password, to register one.
    """
    return Level.MULTI_FACTOR if options else Level.SINGLE_FACTOR


def reaches(proofs: Proofs, level: Level) -> bool:
    """Tell whether ``proofs`` amount to ``level`` or more."""
    order = list(Level)
    return order.index(proofs.level) >= order.index(level)


class Action(StrEnum):
    """What a person may want to do to their own methods."""

    ADD_METHOD = "addMethod"
    ADD_FIRST_METHOD = "addFirstMethod"  # one that may come in place of the password
    CHANGE_METHOD = "changeMethod"
    REMOVE_METHOD = "removeMethod"
    CHANGE_DEFAULT = "changeDefault"
    SEE_NUMBERS = "seeNumbers"
    REMOVE_LAST_METHOD = "removeLastMethod"
    MAKE_RECOVERY_CODES = "makeRecoveryCodes"
    MAKE_APP_PASSWORDS = "makeAppPasswords"
    DELETE_APP_PASSWORDS = "deleteAppPasswords"
    CHANGE_PASSWORD = "changePassword"  # noqa: S105 - the name of an action
    END_SESSIONS = "endSessions"
    FORGET_DEVICES = "forgetDevices"


FRESH_FOR = {
    Action.ADD_METHOD: timedelta(minutes=10),
    Action.ADD_FIRST_METHOD: timedelta(minutes=5),
    Action.CHANGE_METHOD: timedelta(minutes=10),
    Action.REMOVE_METHOD: timedelta(minutes=10),
    Action.CHANGE_DEFAULT: timedelta(minutes=10),
    Action.SEE_NUMBERS: timedelta(minutes=10),
    Action.REMOVE_LAST_METHOD: timedelta(minutes=5),
    Action.MAKE_RECOVERY_CODES: timedelta(minutes=5),
    Action.MAKE_APP_PASSWORDS: timedelta(minutes=5),
    Action.DELETE_APP_PASSWORDS: timedelta(minutes=15),
    Action.CHANGE_PASSWORD: timedelta(minutes=5),
    Action.END_SESSIONS: timedelta(minutes=15),
    Action.FORGET_DEVICES: timedelta(minutes=15),
}
# Acts that only take something away from the person: the newest proof of any kind is enough.
BY_ANY_FACTOR = frozenset({Action.END_SESSIONS, Action.FORGET_DEVICES, Action.DELETE_APP_PASSWORDS})


class NotFreshError(ProofupError):
    """The action needs a proof that is newer, or one at a higher level, than the session has.

    ``proven_at`` is when the last one that counts was given, if ever.
    """

    def __init__(self, action: Action | Permission, proven_at: datetime | None) -> None:
        super().__init__(action, proven_at)
        self.action = action
        self.proven_at = proven_at


def fresh_until(action: Action, proofs: Proofs, options: Sequence[Option]) -> datetime | None:
    """Return until when ``proofs`` allow ``action``, or None where they never did.

    The proof must be at the highest level of the account: the second proof if there is a method,
    otherwise the password. For some actions any proof is enough.
    """
    given_at = _given_at(action, proofs, options)
    return None if given_at is None else given_at + FRESH_FOR[action]


def _given_at(action: Action, proofs: Proofs, options: Sequence[Option]) -> datetime | None:
    """Return when the proof was given that counts for ``action``."""
    is_any = action in BY_ANY_FACTOR
    if not reaches(proofs, Level.SINGLE_FACTOR if is_any else demanded(options)):
        return None
    if is_any:
        return max(filter(None, (proofs.first_at, proofs.second_at)))
    return proofs.second_at if options else proofs.first_at


def is_fresh(action: Action, proofs: Proofs, options: Sequence[Option], *, at: datetime) -> bool:
    """Tell whether ``action`` may happen now without another proof."""
    until = fresh_until(action, proofs, options)
    return until is not None and at < until


def check_fresh(action: Action, proofs: Proofs, options: Sequence[Option], *, at: datetime) -> None:
    """Raise NotFreshError unless ``proofs`` allow ``action`` now."""
    if not is_fresh(action, proofs, options, at=at):
        raise NotFreshError(action, proofs.second_at if options else proofs.first_at)


def asked_first(
    options: Sequence[Option], default: Way | None, *, strongest: bool
) -> Option | None:
    """Return the option that a sign-in asks for: the preferred one, or the ``strongest``.

    The order is Entra's system-preferred one.
    """
    if not strongest:
        return preferred(options, default)
    order = strength([option.traits for option in options])
    return preferred(sorted(options, key=lambda option: order.index(option.traits)), None)


def strength(ways: Sequence[WayTraits]) -> Sequence[WayTraits]:
    """Return ``ways``, given in the order in which methods are offered, the strongest first."""
    return sorted(ways, key=lambda traits: not traits.by_browser)


def preferred(options: Sequence[Option], default: Way | None) -> Option | None:
    """Return the option that is challenged at once: the default, else the first there is."""
    for option in options:
        if option.way == default:
            return option
    able = [option for option in options if option.traits.can_be_default]
    return next(iter(able or options), None)
