"""The declaration of a method: its properties as data.

Flows, rules and pages decide by these declarations and never name a kind, slot or way.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum

from msgspec import Struct

from proofup.directory.search import Holding
from proofup.directory.users import User
from proofup.values.ways import Way


class Factor(StrEnum):
    """What a proof rests on (NIST SP 800-63-4)."""

    KNOW = "know"
    HAVE = "have"
    ARE = "are"


class Role(StrEnum):
    """What an answer counts for."""

    FIRST = "first"  # in place of the password
    SECOND = "second"  # beside the password: it is asked for, and offered as an option
    STAND_IN = "standIn"  # in place of any second proof, on a separate page, without a challenge
    RESET = "reset"  # when a forgotten password is set anew


class Carrier(StrEnum):
    """What delivers a challenge to the person; the settings say which exist."""

    NONE = "none"  # nothing is sent
    TEXTS = "texts"
    CALLS = "calls"
    MAILS = "mails"


class Who(StrEnum):
    """Who adds, changes or deletes a method."""

    PERSON = "person"
    ADMINISTRATOR = "administrator"


class WhenReset(StrEnum):
    """What happens to a method when its owner must register again."""

    DELETE = "delete"
    KEEP = "keep"
    DEACTIVATE = "deactivate"  # it stays, and counts again once it is proven


class Opens(StrEnum):
    """Whether a slot can be filled during a sign-in; with a session it always can."""

    SIGNING_IN = "signingIn"
    IN_DIRECTORY = "inDirectory"  # only if the directory has a value for it
    INSIDE = "inside"  # only with a session


EVERYBODY = frozenset(Who)
NOBODY = frozenset[Who]()


class WayTraits(Struct, frozen=True, kw_only=True):
    """One way to answer.

    ``word`` is Graph's ``userDefaultAuthenticationMethodType``, if Graph has one. ``typed`` says
    that the answer is typed into a page; otherwise it is given on the device. ``can_be_default``
    says that a person may prefer it; one that is ``only_beside`` counts only beside such a one.
    ``restricted`` marks the telephone network (NIST SP 800-63B-4, *Restricted Authenticators*): its
    users are offered an unrestricted method. ``by_browser`` says that the browser gives the answer
    by script. ``answers`` is how many a challenge takes, if the rules do not say it.
    ``for_callers`` says that it can be answered while talking to the help desk, in any browser or
    in none.
    """

    word: Way
    typed: bool = True
    can_be_default: bool = True
    only_beside: bool = False
    carrier: Carrier = Carrier.NONE
    restricted: bool = False
    for_callers: bool = False
    by_browser: bool = False
    answers: int | None = None


class Slot(Struct, frozen=True, kw_only=True):
    """A slot for one method of a person, and the ways in which a method in it may answer.

    ``in_directory`` reads a value from the public profile: an offer, which proves nothing. A method
    that is ``apart`` from the device that people carry still works when that device is lost.
    """

    name: str
    ways: Sequence[Way]
    opens: Opens = Opens.SIGNING_IN
    in_directory: Callable[[User], Sequence[str]] | None = None
    apart: bool = False

    def is_open_to(self, user: User) -> bool:
        """Return whether ``user`` may fill the slot during a sign-in."""
        if self.opens is Opens.IN_DIRECTORY:
            return bool(self.in_directory and self.in_directory(user))
        return self.opens is Opens.SIGNING_IN


class Declaration(Struct, frozen=True, kw_only=True):
    """The properties of a method that do not depend on a person.

    ``ways`` and ``slots`` are in the order in which they are offered. Slots are ``alike`` if they
    are interchangeable; otherwise each has its own use. A ``lasting`` method counts as one that a
    person must have. ``when_reset`` says what *require re-register* does. ``may_remember`` says
    whether a browser may be remembered after its use. ``for_guests`` says whether guests may hold
    it. ``configuration`` holds the rules of this method alone, under Graph's names, with their
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

    @property
    def holding(self) -> Holding:
        """What somebody has registered who holds no other method."""
        if not self.lasting:
            return Holding.NOTHING
        restricted = all(traits.restricted for traits in self.ways)
        return Holding.RESTRICTED if restricted else Holding.MORE
