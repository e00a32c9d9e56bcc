"""Recognises connection errors that come from an untrusted certificate."""

import ssl


def is_untrusted(error: BaseException) -> bool:
    """Return whether ``error``, however wrapped, comes from a failed certificate check."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    return cause is not None
