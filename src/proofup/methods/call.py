"""What calls have in common: what is said, which key means what, and what a carrier may hear.

A call carries no code. It asks for a key, and the key is the answer; what is left on an
answering machine is worth nothing.
"""

from enum import StrEnum

from proofup.methods.protocol import CallStatus, Purpose
from proofup.values.words import Words, marked

APPROVE = "#"
REPORT_FRAUD = "0#"


class CallPrompt(StrEnum):
    """What a call says, by its occasion."""

    GREETING = "greeting"
    AGAIN = "again"  # after a key that means nothing
    APPROVED = "approved"
    DENIED = "denied"
    REPORTED = "reported"
    OVER = "over"  # the question is answered already, replaced, or too old


SAID = {
    CallPrompt.GREETING: marked("Hello. This is %(organisation)s."),
    CallPrompt.AGAIN: marked("That key means nothing here."),
    CallPrompt.APPROVED: marked("Thank you. Go on in your browser. Goodbye."),
    CallPrompt.DENIED: marked("This sign-in was denied. Goodbye."),
    CallPrompt.REPORTED: marked(
        "Thank you. %(organisation)s was told, and this sign-in was stopped. Goodbye."
    ),
    CallPrompt.OVER: marked("This call has come too late, and nothing was changed. Goodbye."),
}
ASKED = {
    Purpose.SIGN_IN: marked("Press the pound key to sign in."),
    Purpose.REGISTRATION: marked("Press the pound key to confirm this phone."),
}
REPORT = marked(
    "If it was not you who asked for this call, press 0 and then the pound key to report it."
)


def meaning(digits: str, turn: int) -> CallStatus:
    """Return what the keys ``digits`` mean when a key was waited for the ``turn``-th time.

    A key that means nothing may be tried once more; at the second turn it denies.
    """
    keys = "".join(digits.split())
    if keys == APPROVE:
        return CallStatus.APPROVED
    if keys == REPORT_FRAUD:
        return CallStatus.FRAUD
    return CallStatus.ANOTHER_KEY if turn == 1 else CallStatus.DENIED


def prompt_after(status: CallStatus) -> CallPrompt:
    """Return what is said after ``status``; a call that goes on is greeted again."""
    return {
        CallStatus.ANOTHER_KEY: CallPrompt.AGAIN,
        CallStatus.APPROVED: CallPrompt.APPROVED,
        CallStatus.DENIED: CallPrompt.DENIED,
        CallStatus.FRAUD: CallPrompt.REPORTED,
    }.get(status, CallPrompt.OVER if status.is_final else CallPrompt.GREETING)


def said(prompt: CallPrompt, *, organisation: str, purpose: Purpose, words: Words) -> str:
    """Return the words of ``prompt``, in ``words`` that can be spoken."""
    told = words(SAID[prompt]) % {"organisation": organisation}
    if prompt in {CallPrompt.GREETING, CallPrompt.AGAIN}:
        return f"{told} {words(ASKED[purpose])} {words(REPORT)}"
    return told
