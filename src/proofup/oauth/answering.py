"""Answers to a client at its redirect address, in the mode that it asked for."""

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from proofup.granting.authorize import Destination, RedirectedRefusalError
from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.oauth.dialect import told_of
from proofup.oauth.page_door import PageDoor
from proofup.pages.dialect import PAGE_POLICY
from proofup.pages.page_context import context_of
from proofup.tokens.authorization import ResponseMode

# What is called otherwise than at the token endpoint (OpenID Connect Core §3.1.2.6).
ERRORS: Mapping[Refused, str] = {
    Refused.CONSENT_REQUIRED: "consent_required",
    Refused.ADMIN_CONSENT_REQUIRED: "access_denied",
    Refused.REVOKED: "login_required",
}


def answered(
    door: PageDoor,
    request: Request,
    to: Destination,
    answer: Mapping[str, str],
    *,
    after_form: bool = False,
) -> Response:
    """Return ``answer`` to the client.

    ``after_form`` is set where a form of ours led here: browsers let none lead to other sites, so a
    page goes on from here.
    """
    if to.mode is ResponseMode.FORM_POST:
        return _page(door, request, to.redirect_uri, list(answer.items()))
    mark = "#" if to.mode is ResponseMode.FRAGMENT else "&" if "?" in to.redirect_uri else "?"
    address = f"{to.redirect_uri}{mark}{urlencode(answer)}"
    if after_form:
        return _page(door, request, address, [])
    return RedirectResponse(address, status_code=302)


def refused_there(
    door: PageDoor, request: Request, error: RedirectedRefusalError, *, after_form: bool = False
) -> Response:
    """Tell the client of a refusal."""
    told, message = told_of(GrantRefusedError(error.reason, error.about))
    answer = {
        "error": ERRORS.get(error.reason, told.error),
        "error_description": f"AADSTS{told.number}: {message}",
        "iss": door.ports.tenant.issuer,
    }
    if error.to.state is not None:
        answer["state"] = error.to.state
    return answered(door, request, error.to, answer, after_form=after_form)


def left(door: PageDoor, request: Request, address: str, *, after_form: bool = False) -> Response:
    """Return the way to an address of an application after signing out."""
    if after_form:
        return _page(door, request, address, [])
    return RedirectResponse(address, status_code=302)


def _page(
    door: PageDoor, request: Request, address: str, fields: list[tuple[str, str]]
) -> Response:
    response = door.pages.render(request, "oauth/answer.html", address=address, fields=fields)
    if fields:
        parts = urlsplit(address)
        policy = PAGE_POLICY.format(nonce=context_of(request.scope).nonce)
        target = f"form-action {parts.scheme}://{parts.netloc};"
        response.headers["content-security-policy"] = policy.replace("form-action 'self';", target)
    return response
