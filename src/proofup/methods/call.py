"""What all calls share: the prompts, and the meaning of keys.

A call carries no code. It asks for a key, and the key is the answer. So a recording on an answering
machine is worthless.
"""

from enum import StrEnum

from proofup.methods.protocol import CallStatus, Purpose
from proofup.values.words import Words, marked

APPROVE = "#"
REPORT_FRAUD = "0#"


class CallPrompt(StrEnum):
    """What a call says at each moment."""

    GREETING = "greeting"
    AGAIN = "again"  # after a key without a meaning
    APPROVED = "approved"
    DENIED = "denied"
    REPORTED = "reported"
    OVER = "over"  # the challenge is answered, replaced, or expired


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
    Purpose.PASSWORD_RESET: marked("Press the pound key to reset your password."),
    Purpose.REGISTRATION: marked("Press the pound key to confirm this phone."),
    Purpose.CALLER_CHECK: marked(
        "Press the pound key to show the help desk that it is you who is calling them."
    ),
}
# What is said of another purpose than a page that waits in the browser.
SAID_TO_CALLERS = {
    CallPrompt.APPROVED: marked("Thank you. The help desk knows now that it is you. Goodbye."),
    CallPrompt.DENIED: marked("The help desk was told that it is not you. Goodbye."),
    CallPrompt.REPORTED: marked("Thank you. %(organisation)s was told. Goodbye."),
}
REPORT = marked(
    "If it was not you who asked for this call, press 0 and then the pound key to report it."
)


def meaning(digits: str, turn: int) -> CallStatus:
    """Return the meaning of the keys ``digits``, pressed in the ``turn``-th wait for keys.

    After a key without a meaning the call asks once more; at the second turn such a key denies.
    """
    keys = "".join(digits.split())
    if keys == APPROVE:
        return CallStatus.APPROVED
    if keys == REPORT_FRAUD:
        return CallStatus.FRAUD
    return CallStatus.ANOTHER_KEY if turn == 1 else CallStatus.DENIED


def prompt_after(status: CallStatus) -> CallPrompt:
    """Return the prompt after ``status``; while the call continues, it is the greeting."""
    return {
        CallStatus.ANOTHER_KEY: CallPrompt.AGAIN,
        CallStatus.APPROVED: CallPrompt.APPROVED,
        CallStatus.DENIED: CallPrompt.DENIED,
        CallStatus.FRAUD: CallPrompt.REPORTED,
    }.get(status, CallPrompt.OVER if status.is_final else CallPrompt.GREETING)


def said(prompt: CallPrompt, *, organisation: str, purpose: Purpose, words: Words) -> str:
    """Return the words of ``prompt``, in ``words`` that can be spoken."""
    of_callers = SAID_TO_CALLERS if purpose is Purpose.CALLER_CHECK else {}
    told = words(of_callers.get(prompt, SAID[prompt])) % {"organisation": organisation}
    if prompt in {CallPrompt.GREETING, CallPrompt.AGAIN}:
        return f"{told} {words(ASKED[purpose])} {words(REPORT)}"
    return told
