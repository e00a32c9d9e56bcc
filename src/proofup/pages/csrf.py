"""A form counts only if our own page sent it (security.md 4.5, WE7).

Two checks, each enough by itself: the browser says that the request comes from our origin
(``web.origin``), and the form carries a token that only a page made for this browser, this session
and this address can have. The cookies' SameSite is the third.
"""

import base64
import hmac

from proofup.pages.page_context import PageContext
from proofup.values.errors import ProofupError

FIELD = "form_token"


class StaleFormError(ProofupError):
    """The form was made for another session, or long ago, or by somebody else."""


def form_token(context: PageContext, action: str) -> str:
    """Return the token of a form that posts to the path ``action``."""
    # A session begins and ends within one browser; a form of before is worth nothing after.
    secret = f"{context.browser_secret}.{context.session_token or ''}"
    digest = hmac.digest(secret.encode(), f"form:{action}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def require_form_token(context: PageContext, action: str, token: str | None) -> None:
    """Raise StaleFormError unless ``token`` is the one of a form that posts to ``action``."""
    expected = form_token(context, action)
    if token is None or not hmac.compare_digest(expected.encode(), token.encode()):
        raise StaleFormError
