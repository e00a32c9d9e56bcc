"""Errors of requests that are refused before any door sees them."""

from proofup.values.errors import ProofupError


class WrongHostError(ProofupError):
    """The request is for another host; ``origin`` is the right one.

    ``status`` is 400 without a readable host, and 421 for another host (RFC 9110 §7.2, §15.5.20).
    """

    def __init__(self, status: int, origin: str) -> None:
        super().__init__(status, origin)
        self.status = status
        self.origin = origin


class ForeignOriginError(ProofupError):
    """A page of another site made the browser send this."""


class BodyTooLargeError(ProofupError):
    """The body has more than ``longest`` bytes, or its Content-Length is not a number."""

    def __init__(self, longest: int) -> None:
        super().__init__(longest)
        self.longest = longest


class BodyTooSlowError(ProofupError):
    """The body did not arrive in time."""
