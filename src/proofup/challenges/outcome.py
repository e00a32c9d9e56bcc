"""Why an answer was not taken, with the reason that helps."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Refusal(StrEnum):
    """Why an answer was not taken; each has its own text on the page."""

    WRONG = "wrong"
    LATE = "late"
    SUPERSEDED = "superseded"
    ALREADY_USED = "alreadyUsed"
    CLONED = "cloned"  # there is a copy of the method, which was used in between
    TAKEN = "taken"  # the new method is registered already, by this person or by another
    CLOCK = "clock"  # right at another time: the clock that made it is wrong
    NOT_ASKED = "notAsked"  # there is no open challenge
    TOO_MANY = "tooMany"  # this challenge takes no more answers
    PAUSED = "paused"  # the account takes no more answers for a while
    NOT_ALLOWED = "notAllowed"  # the rules do not allow such a method any more
    METHOD_GONE = "methodGone"  # what was asked is not registered any more
    DENIED = "denied"  # on the phone, and so on: what became of a call
    FRAUD = "fraud"
    WRONG_NUMBER = "wrongNumber"  # typed on the device
    BUSY = "busy"
    NO_ANSWER = "noAnswer"
    HUNG_UP = "hungUp"
    VOICEMAIL = "voicemail"
    FAILED = "failed"


class Refused(Struct, frozen=True, kw_only=True):
    """The answer was not taken. ``left`` tries remain on this challenge.

    ``until`` ends a pause; a pause without it lasts until something else lets the person in.
    """

    because: Refusal
    left: int | None = None
    until: datetime | None = None


class Waiting(Struct, frozen=True):
    """The phone has yet to answer. Nothing was counted, and asking again costs nothing."""
