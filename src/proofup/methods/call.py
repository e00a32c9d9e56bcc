"""What calls have in common: what is said, which key means what, and what a carrier may hear.

A call carries no code. It asks for a key, and the key is the answer; what is left on an
answering machine is worth nothing.
"""

from enum import StrEnum

from proofup.methods.protocol import Heard, Purpose

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


def meaning(digits: str, before: Heard | None) -> Heard:
    """Return what the keys ``digits``, pressed in one go, mean after ``before``.

    A key that means nothing may be tried once more; a second one denies.
    """
    keys = "".join(digits.split())
    if keys == APPROVE:
        return Heard.APPROVED
    if keys == REPORT_FRAUD:
        return Heard.FRAUD
    return Heard.DENIED if before is Heard.ANOTHER_KEY else Heard.ANOTHER_KEY


def moment_of(heard: Heard) -> Moment:
    """Return when it is that ``heard`` was heard; anything that is no key goes on listening."""
    return {
        Heard.ANOTHER_KEY: Moment.AGAIN,
        Heard.APPROVED: Moment.APPROVED,
        Heard.DENIED: Moment.DENIED,
        Heard.FRAUD: Moment.REPORTED,
    }.get(heard, Moment.GREETING)


def said(moment: Moment, *, organisation: str, purpose: Purpose) -> str:
    """Return what is said at ``moment``, in words that can be spoken."""
    act = "to confirm this phone" if purpose is Purpose.REGISTRATION else "to sign in"
    ask = (
        f"Press the pound key {act}. "
        "If it was not you who asked for this call, press 0 and then the pound key to report it."
    )
    words = {
        Moment.GREETING: f"Hello. This is {organisation}. {ask}",
        Moment.AGAIN: f"That key means nothing here. {ask}",
        Moment.APPROVED: "Thank you. Go on in your browser. Goodbye.",
        Moment.DENIED: "This sign-in was denied. Goodbye.",
        Moment.REPORTED: f"Thank you. {organisation} was told, and this sign-in was stopped. "
        "Goodbye.",
        Moment.OVER: "This call has come too late, and nothing was changed. Goodbye.",
    }
    return words[moment]
