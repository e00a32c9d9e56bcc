"""Time-based codes (RFC 6238) as every app computes them: SHA-1, six digits, 30 seconds."""

import hmac
from datetime import datetime, timedelta

from proofup.methods.one_time_code import DIGITS, typed_code
from proofup.methods.protocol import Because
from proofup.values.clock import EPOCH

TIME_STEP = timedelta(seconds=30)  # RFC 6238 §4.1, the default for X
DRIFT_STEPS = 1  # steps either side of now, for clock skew (RFC 6238 §5.2 and §6)
CLOCK_STEPS = 20  # ten minutes either side: then the clock of the phone is wrong


def hotp(secret: bytes, counter: int, *, digits: int = DIGITS) -> str:
    """Return the value of RFC 4226 §5.3 for ``counter``."""
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.twofactor.hotp import HOTP

    generator = HOTP(secret, digits, SHA1(), enforce_key_length=False)  # noqa: S303 - RFC 4226
    return generator.generate(counter).decode()


def is_of_another_time(secret: bytes, code: str, *, at: datetime) -> bool:
    """Tell whether ``code`` is right within some minutes, by a clock that is wrong."""
    present = (at - EPOCH) // TIME_STEP
    near = range(max(0, present - CLOCK_STEPS), present + CLOCK_STEPS + 1)
    return any(hmac.compare_digest(hotp(secret, step), code) for step in near)


def matching_step(secret: bytes, code: str, *, at: datetime) -> int | None:
    """Return the newest time step for which ``code`` is right, or None."""
    present = (at - EPOCH) // TIME_STEP  # RFC 6238 §4.1: T0 is 1970
    found: int | None = None
    # All steps are computed even after a match, so that the time reveals nothing.
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        if step >= 0 and hmac.compare_digest(hotp(secret, step), code):
            found = step
    return found


def newest_step(at: datetime) -> int:
    """Return the newest time step whose code may have been accepted until ``at``."""
    return (at - EPOCH) // TIME_STEP + DRIFT_STEPS


def accepted_step(secret: bytes, typed: str, *, after_step: int, at: datetime) -> int | Because:
    """Return the time step that ``typed`` is right for, or why it is not accepted.

    A step at or before ``after_step``, the last one accepted, is never accepted (RFC 6238 §5.2).
    """
    code = typed_code(typed)
    if code is None:
        return Because.WRONG
    step = matching_step(secret, code, at=at)
    if step is None:
        return Because.CLOCK if is_of_another_time(secret, code, at=at) else Because.WRONG
    return Because.ALREADY_USED if step <= after_step else step
