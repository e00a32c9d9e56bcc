"""What calls have in common: what is said, which key means what, and what a carrier may hear.

A call carries no code. It asks for a key, and the key is the answer; what is left on an
answering machine is worth nothing.
"""

from enum import StrEnum

from proofup.methods.protocol import Heard, Purpose
from proofup.values.words import Words, marked

APPROVE = "#"
REPORT_FRAUD = "0#"


class Moment(StrEnum):
    """When something is said."""

    GREETING = "greeting"
    AGAIN = "again"  # after a key that means nothing
    APPROVED = "approved"
    DENIED = "denied"
    REPORTED = "reported"
    OVER = "over"  # the question is answered already, replaced, or too old


SAID = {
    Moment.GREETING: marked("Hello. This is %(organisation)s."),
    Moment.AGAIN: marked("That key means nothing here."),
    Moment.APPROVED: marked("Thank you. Go on in your browser. Goodbye."),
    Moment.DENIED: marked("This sign-in was denied. Goodbye."),
    Moment.REPORTED: marked(
        "Thank you. %(organisation)s was told, and this sign-in was stopped. Goodbye."
    ),
    Moment.OVER: marked("This call has come too late, and nothing was changed. Goodbye."),
}
ASKED = {
    Purpose.SIGN_IN: marked("Press the pound key to sign in."),
    Purpose.REGISTRATION: marked("Press the pound key to confirm this phone."),
}
REPORT = marked(
    "If it was not you who asked for this call, press 0 and then the pound key to report it."
)


def meaning(digits: str, turn: int) -> Heard:
    """Return what the keys ``digits`` mean when a key was waited for the ``turn``-th time.

    A key that means nothing may be tried once more; at the second turn it denies.
    """
    keys = "".join(digits.split())
    if keys == APPROVE:
        return Heard.APPROVED
    if keys == REPORT_FRAUD:
        return Heard.FRAUD
    return Heard.ANOTHER_KEY if turn == 1 else Heard.DENIED


def moment_of(heard: Heard) -> Moment:
    """Return when it is that ``heard`` was heard; what is no key and no end goes on listening."""
    return {
        Heard.ANOTHER_KEY: Moment.AGAIN,
        Heard.APPROVED: Moment.APPROVED,
        Heard.DENIED: Moment.DENIED,
        Heard.FRAUD: Moment.REPORTED,
    }.get(heard, Moment.OVER if heard.is_final else Moment.GREETING)


def said(moment: Moment, *, organisation: str, purpose: Purpose, words: Words) -> str:
    """Return what is said at ``moment``, in ``words`` that can be spoken."""
    told = words(SAID[moment]) % {"organisation": organisation}
    if moment in {Moment.GREETING, Moment.AGAIN}:
        return f"{told} {words(ASKED[purpose])} {words(REPORT)}"
    return told
