"""Where a person may be sent after a step: a path of our own, and nothing that only looks so."""

import re
from urllib.parse import quote

from starlette.responses import RedirectResponse

VERIFY = "/security-info/verify"  # the portal's page that asks for one more proof
LONGEST = 512
# Letters a path and its query are made of (RFC 3986 §3.3, §3.4), without the ones that some
# browser or proxy reads as something else: backslash, a second slash, an encoded slash or dot.
SEGMENT = r"[A-Za-z0-9_~-][A-Za-z0-9._~!$&'()*+,;=:@-]*"
PATH = re.compile(rf"/(?:{SEGMENT}(?:/{SEGMENT})*/?)?")
QUERY = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*")
ENCODED_CONTROL = re.compile(r"%(?:[01][0-9a-f]|7f|2f|5c|2e|25)", re.IGNORECASE)


def safe_return(target: str | None) -> str | None:
    """Return ``target`` if it is a plain path of this origin, perhaps with a query; else None.

    The answer is the text itself, never one put together anew, so nothing is read twice with two
    meanings (security row WE8).
    """
    if not target or len(target) > LONGEST or not target.isascii():
        return None
    path, _, query = target.partition("?")
    if not PATH.fullmatch(path) or not QUERY.fullmatch(query) or ENCODED_CONTROL.search(query):
        return None
    return target


def see_other(address: str) -> RedirectResponse:
    """Return the redirect that turns an answered form into a page of its own (RFC 9110 §15.4.4)."""
    return RedirectResponse(address, status_code=303)


def to_verify(target: str) -> RedirectResponse:
    """Return the way to one more proof, and from there to ``target``."""
    return see_other(f"{VERIFY}?to={quote(target, safe='')}")


def to_sign_in(target: str) -> RedirectResponse:
    """Return the way to a sign-in, and from there to ``target``."""
    return see_other(f"/signin?return={quote(target, safe='')}")
