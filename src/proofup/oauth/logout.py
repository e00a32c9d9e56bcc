"""Signing out for an application (OpenID Connect RP-Initiated Logout 1.0).

An ID token of ours shows that the application may ask. Without one, the person is asked, so that no
other site can end a session.
"""

from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from proofup.authentication.admission import Need
from proofup.authentication.session import ActiveSession
from proofup.authentication.sessions import sign_out
from proofup.granting.finding import application_with
from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.oauth.answering import left
from proofup.oauth.fields import fields_of
from proofup.oauth.page_door import PageDoor, telling_refusals
from proofup.pages.cookies import Cookie
from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.tokens.id_token import HintClaims
from proofup.tokens.jwt import BadTokenError, TokenType, header_of, verified
from proofup.values.ids import ApplicationId

LOGOUT = "/{tenant}/oauth2/v2.0/logout"
CONFIRMED = "/oauth/logout"
LONGEST = 4096  # letters

_hint = msgspec.json.Decoder(HintClaims)


@telling_refusals
async def show(door: PageDoor, request: Request) -> Response:
    """End the session for an application that shows an ID token of it; else ask the person."""
    tenant = str(request.path_params["tenant"])
    if not door.ports.tenant.is_called(tenant):
        raise GrantRefusedError(Refused.UNKNOWN_TENANT, tenant)
    asked = fields_of(request.url.query.encode())
    hint = await _hinted(door, request, asked["id_token_hint"])
    client_id = hint.aud if hint else asked["client_id"]
    to = await _target(door, client_id, asked["post_logout_redirect_uri"], asked["state"])
    found = await door.admitted(request, Need.SESSION)
    if found is None:
        return left(door, request, to) if to else see_other("/signed-out")
    if hint is not None and hint.oid == found.person.user.id:
        return await _end(door, request, to, after_form=False)
    return door.pages.render(
        request,
        "oauth/sign_out.html",
        action=CONFIRMED,
        client=client_id,
        to=asked["post_logout_redirect_uri"],
        state=asked["state"],
    )


@telling_refusals
async def submit(door: PageDoor, request: Request) -> Response:
    """End the session of a person who confirmed it."""
    form = await read_form(request)
    client_id = form.optional("client", longest=LONGEST) or ""
    to = await _target(
        door,
        client_id,
        form.optional("to", longest=LONGEST) or "",
        form.optional("state", longest=LONGEST) or "",
    )
    return await _end(door, request, to, after_form=True)


async def _end(door: PageDoor, request: Request, to: str | None, *, after_form: bool) -> Response:
    found = await door.admitted(request, Need.SESSION)
    if found is not None:
        session = ActiveSession(found.session, found.person)
        await sign_out(door.sign_in, session, at=context_of(request.scope).at)
    answer = left(door, request, to, after_form=after_form) if to else see_other("/signed-out")
    door.cookies.clear(answer, Cookie.SESSION)
    door.cookies.clear(answer, Cookie.TRANSACTION)
    return answer


async def _hinted(door: PageDoor, request: Request, token: str) -> HintClaims | None:
    """Return what an ID token of ours says; it may have expired."""
    if not token:
        return None
    try:
        published = await door.ports.keys.published(
            context_of(request.scope).at, kid=header_of(token).kid
        )
        claims = _hint.decode(verified(token, published, TokenType.ID))
    except (BadTokenError, msgspec.DecodeError):
        return None
    return claims if claims.iss == door.ports.tenant.issuer else None


async def _target(door: PageDoor, client_id: str, asked: str, state: str) -> str | None:
    """Return where to go then: only an address that the application has registered."""
    if not asked or not client_id:
        return None
    application = await application_with(door.ports, ApplicationId(client_id.lower()))
    if application is None:
        return None
    registered = {one.uri for one in application.redirects} | set(application.sign_out_redirects)
    if asked not in registered:
        return None
    mark = "&" if "?" in asked else "?"
    return f"{asked}{mark}{urlencode({'state': state})}" if state else asked
