"""Telling a certificate that is not trusted from other trouble with a connection."""

import ssl


def is_untrusted(error: BaseException) -> bool:
    """Tell whether ``error``, however it was wrapped, comes from a certificate that failed."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    return cause is not None
