"""What a person has proven in one sign-in, and whether that is enough for what they want."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from proofup.methods.catalogue import Option
from proofup.values.ways import Way


class Level(StrEnum):
    """How sure the service is (NIST SP 800-63B-4 calls them AAL1 and AAL2)."""

    NONE = "none"
    SINGLE_FACTOR = "singleFactor"
    MULTI_FACTOR = "multiFactor"


class Proofs(Struct, frozen=True, kw_only=True):
    """When which factor was proven; both in the same sign-in, for the same account."""

    first_at: datetime | None = None
    second_at: datetime | None = None
    second_way: Way | None = None

    @property
    def level(self) -> Level:
        """What the proofs amount to: a second factor alone is worth nothing."""
        if self.first_at is None:
            return Level.NONE
        return Level.SINGLE_FACTOR if self.second_at is None else Level.MULTI_FACTOR

    def with_second(self, way: Way, at: datetime) -> "Proofs":
        """Return these proofs with a second one just given."""
        return replace(self, second_at=at, second_way=way)


def demanded(options: Sequence[Option]) -> Level:
    """Return the level a sign-in must reach before it may end: the one place that decides it.

    Whoever has a second method is asked for it on every route; whoever has none gets in with
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
    CHANGE_METHOD = "changeMethod"
    REMOVE_METHOD = "removeMethod"
    CHANGE_DEFAULT = "changeDefault"
    SEE_NUMBERS = "seeNumbers"
    REMOVE_LAST_METHOD = "removeLastMethod"
    MAKE_RECOVERY_CODES = "makeRecoveryCodes"
    CHANGE_PASSWORD = "changePassword"  # noqa: S105 - the name of an action


FRESH_FOR = {
    Action.ADD_METHOD: timedelta(minutes=10),
    Action.CHANGE_METHOD: timedelta(minutes=10),
    Action.REMOVE_METHOD: timedelta(minutes=10),
    Action.CHANGE_DEFAULT: timedelta(minutes=10),
    Action.SEE_NUMBERS: timedelta(minutes=10),
    Action.REMOVE_LAST_METHOD: timedelta(minutes=5),
    Action.MAKE_RECOVERY_CODES: timedelta(minutes=5),
    Action.CHANGE_PASSWORD: timedelta(minutes=5),
}


def fresh_until(action: Action, proofs: Proofs, options: Sequence[Option]) -> datetime | None:
    """Return until when ``proofs`` allow ``action``, or None where they never did.

    The proof has to be at the highest level the account has: the second one where there is a
    method, the password where there is none yet.
    """
    if not reaches(proofs, demanded(options)):
        return None
    given_at = proofs.second_at if options else proofs.first_at
    return None if given_at is None else given_at + FRESH_FOR[action]


def is_fresh(action: Action, proofs: Proofs, options: Sequence[Option], *, at: datetime) -> bool:
    """Tell whether ``action`` may happen now without another proof."""
    until = fresh_until(action, proofs, options)
    return until is not None and at < until


def preferred(options: Sequence[Option], default: Way | None) -> Option | None:
    """Return the option that is challenged at once: the default, else the first there is."""
    for option in options:
        if option.way is default:
            return option
    able = [option for option in options if option.way.can_be_default]
    return next(iter(able or options), None)
