"""What is refused before any door looks at a request, whichever door it is for."""

from proofup.values.errors import ProofupError


class WrongHostError(ProofupError):
    """The request is for a host that is not ours; ``origin`` is ours.

    ``status`` is 400 where no host can be read, and 421 for another host (RFC 9110 §7.2, §15.5.20).
    """

    def __init__(self, status: int, origin: str) -> None:
        super().__init__(status, origin)
        self.status = status
        self.origin = origin


class ForeignOriginError(ProofupError):
    """A page of another site made the browser send this."""


class BodyTooLargeError(ProofupError):
    """The body has more than ``longest`` bytes, or does not say its length in digits."""

    def __init__(self, longest: int) -> None:
        super().__init__(longest)
        self.longest = longest


class BodyTooSlowError(ProofupError):
    """The body did not arrive in time."""
