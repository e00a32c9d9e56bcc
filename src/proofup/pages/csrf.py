"""A form is only accepted if one of our own pages sent it (security row WE7).

The form carries a token that only a page made for this browser, this session and this address can
have. Browsers since 2023 also report the origin of the request (``web.origin``); for older ones the
token is the proof. SameSite cookies are an additional protection.

A form of a sign-in also says of which one: another tab may have begun another since, for another
account, and an answer must not be counted against that.
"""

import base64
import hmac

from proofup.pages.page_context import PageContext
from proofup.values.errors import ProofupError

FIELD = "form_token"


SIGN_IN = "/signin/"  # below which all forms are of one sign-in
MARK_LETTERS = 11  # enough to tell one sign-in from another: it keeps nobody out


class StaleFormError(ProofupError):
    """The form was made for another session, or long ago, or by somebody else."""


class OtherSignInError(ProofupError):
    """The form is of a sign-in that another one took the place of in this browser."""


def form_token(context: PageContext, action: str) -> str:
    """Return the token of a form that posts to the path ``action``."""
    is_of_sign_in = action.startswith(SIGN_IN) or context.is_proving_up
    mark = _mark(context) if is_of_sign_in else None
    return f"{_proof(context, action)}.{mark}" if mark else _proof(context, action)


def require_form_token(context: PageContext, action: str, token: str | None) -> None:
    """Demand that ``token`` is the one of a form that posts to ``action``.

    Raises StaleFormError, and OtherSignInError where the sign-in is not the one that is under way.
    """
    proof, _, mark = (token or "").partition(".")
    if not hmac.compare_digest(_proof(context, action).encode(), proof.encode()):
        raise StaleFormError
    if mark and _mark(context) not in {None, mark}:
        raise OtherSignInError


def _proof(context: PageContext, action: str) -> str:
    # A session begins and ends within one browser; a form of before is worth nothing after.
    return _digest(f"{context.browser_secret}.{context.session_token or ''}", f"form:{action}")


def _mark(context: PageContext) -> str | None:
    """Return what tells the sign-in under way from others, or None where there is none."""
    token = context.transaction_token
    return _digest(token, "sign-in")[:MARK_LETTERS] if token else None


def _digest(secret: str, what: str) -> str:
    digest = hmac.digest(secret.encode(), what.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
