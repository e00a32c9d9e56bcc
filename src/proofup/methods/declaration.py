"""What a method says of itself, as data.

Flows, rules and pages decide by these declarations, and name no kind, slot or way of their own.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum

from msgspec import Struct

from proofup.directory.users import User
from proofup.values.ways import Way


class Factor(StrEnum):
    """What a proof rests on (NIST SP 800-63-4)."""

    KNOW = "know"
    HAVE = "have"
    ARE = "are"


class Role(StrEnum):
    """Where an answer counts."""

    FIRST = "first"  # in place of the password
    SECOND = "second"  # beside the password: it is asked for, and offered as an option
    STAND_IN = "standIn"  # in place of any second proof, typed unasked on a page of its own
    RESET = "reset"  # when a forgotten password is set anew


class Carrier(StrEnum):
    """What brings a question to the person; the operator sets up which there are."""

    NONE = "none"  # nothing has to be brought
    TEXTS = "texts"
    CALLS = "calls"


class Who(StrEnum):
    """Who adds, changes or deletes a method."""

    PERSON = "person"
    ADMINISTRATOR = "administrator"


class WhenReset(StrEnum):
    """What becomes of a method when its owner has to register anew."""

    DELETE = "delete"
    KEEP = "keep"


class Opens(StrEnum):
    """Whether a slot can be filled before a sign-in has ended; inside it always can."""

    SIGNING_IN = "signingIn"
    IN_DIRECTORY = "inDirectory"  # only where the directory knows what would fill it
    INSIDE = "inside"  # never


EVERYBODY = frozenset(Who)
NOBODY = frozenset[Who]()


class WayTraits(Struct, frozen=True, kw_only=True):
    """One way to answer.

    ``word`` is Graph's ``userDefaultAuthenticationMethodType`` where Graph has one. ``typed`` says
    that the answer is typed into a page; otherwise it is given on the device itself. A person may
    prefer it if it ``can_be_default``. ``restricted`` is said of the telephone network (NIST SP
    800-63B-4, *Restricted Authenticators*): a method without it is proposed to its users.
    """

    word: Way
    typed: bool = True
    can_be_default: bool = True
    carrier: Carrier = Carrier.NONE
    restricted: bool = False


class Slot(Struct, frozen=True, kw_only=True):
    """A place for one method of a person, and the ways in which a method in it may answer.

    ``in_directory`` reads what the public profile knows for it: an offer, worth nothing by itself.
    A method that is ``apart`` from the device that people carry still works when that is lost.
    """

    name: str
    ways: Sequence[Way]
    opens: Opens = Opens.SIGNING_IN
    in_directory: Callable[[User], Sequence[str]] | None = None
    apart: bool = False

    def is_open_to(self, user: User) -> bool:
        """Tell whether ``user`` may fill the slot before a sign-in has ended."""
        if self.opens is Opens.IN_DIRECTORY:
            return bool(self.in_directory and self.in_directory(user))
        return self.opens is Opens.SIGNING_IN


class Declaration(Struct, frozen=True, kw_only=True):
    """All that is said of a method without looking at what a person holds.

    ``ways`` and ``slots`` stand in the order in which they are offered. Slots are ``alike`` where
    one is as good as another; otherwise each has a use of its own. A ``lasting`` method counts
    where people must have one. ``when_reset`` says what *require re-register* does.
    ``may_remember`` says whether a browser in which it was used may be remembered.
    ``for_guests`` says whether guests may hold it.
    ``configuration`` holds the rules of this method alone, under Graph's names, with their
    defaults and limits.
    """

    factors: frozenset[Factor]
    ways: Sequence[WayTraits]
    slots: Sequence[Slot]
    alike: bool = False
    roles: frozenset[Role] = frozenset({Role.SECOND})
    added_by: frozenset[Who] = EVERYBODY
    changed_by: frozenset[Who] = EVERYBODY
    deleted_by: frozenset[Who] = EVERYBODY
    lasting: bool = True
    when_reset: WhenReset = WhenReset.DELETE
    may_remember: bool = True
    for_guests: bool = True
    configuration: type[Struct] | None = None
