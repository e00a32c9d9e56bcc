"""The authenticator app on somebody's phone."""

import base64
import time
from dataclasses import dataclass

from proofup.methods.time_based_code import hotp

STEP = 30  # seconds, RFC 6238
TO_TYPE = 15  # seconds for which a code is right at least, once it is shown


@dataclass(slots=True, eq=False)
class App:
    """An app with ``secret`` (Base32): each code it shows is right, and was never shown before.

    A service takes the code of this step, the one before and the one after, and none that is not
    later than the last it took. A journey that is quicker than the clock is thus given the code of
    the step before first; one that needs more than three codes waits, as its person would.
    """

    secret: str = ""
    _shown: int = 0

    def shows(self) -> str:
        """Return the first code that is still to be had, and holds while it is typed."""
        earliest = int(time.time() + TO_TYPE) // STEP - 1
        step = max(earliest, self._shown + 1)
        time.sleep(max(0.0, (step - 1) * STEP - time.time()))
        self._shown = step
        return hotp(base64.b32decode(self.secret), step)
