"""What the authorize endpoint checks before it needs a person: flat, in the order of RFC 6749 §4.1.

What is wrong with client or redirect address is told to the person. Everything later is told to the
client, at its redirect address.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeAlias

import msgspec
from msgspec import Struct

from proofup.granting.finding import application_with
from proofup.granting.ports import Ports
from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.tokens.application import Application, RedirectKind
from proofup.tokens.authorization import (
    AuthorizationRequest,
    OpenRequest,
    ResponseMode,
)
from proofup.tokens.redirects import registered_as
from proofup.values.errors import ProofupError
from proofup.values.ids import ApplicationId, random_token, token_digest

CODE, ID_TOKEN = "code", "id_token"
RESPONSE_TYPES = frozenset({frozenset({CODE}), frozenset({ID_TOKEN}), frozenset({CODE, ID_TOKEN})})
LONGEST = 4096  # letters of a parameter
S256 = "S256"
CHALLENGE_LENGTH = 43  # letters of SHA-256 in base64url
LONGEST_AGE = timedelta(days=365)
NONE, LOGIN, SELECT_ACCOUNT, CONSENT = "none", "login", "select_account", "consent"
MULTI_FACTOR_ACRS = frozenset(
    {
        "mfa",
        "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
        "https://refeds.org/profile/mfa",
    }
)


class RedirectedRefusalError(ProofupError):
    """The client is told of a refusal at its redirect address."""

    def __init__(self, reason: Refused, about: str, to: "Destination") -> None:
        super().__init__(reason, about)
        self.reason = reason
        self.about = about
        self.to = to


class Destination(Struct, frozen=True, kw_only=True):
    """Where and how a client is answered."""

    redirect_uri: str
    mode: ResponseMode
    state: str | None


Refuse: TypeAlias = Callable[..., RedirectedRefusalError]


async def checked_request(
    ports: Ports, asked: Mapping[str, str], *, at: datetime
) -> AuthorizationRequest:
    """Return the request in ``asked``. Raises GrantRefusedError, RedirectedRefusalError."""
    for name, value in asked.items():
        if len(value) > LONGEST:
            raise GrantRefusedError(Refused.MALFORMED_REQUEST, f"'{name}' is too long")
    application = await _application(ports, asked.get("client_id", ""))
    kind, redirect_uri = _redirect(application, asked.get("redirect_uri", ""))
    types = frozenset(asked.get("response_type", "").split())
    mode = _mode(asked.get("response_mode", ""), types)
    to = Destination(redirect_uri=redirect_uri, mode=mode, state=asked.get("state"))

    def refuse(reason: Refused, about: str = "") -> RedirectedRefusalError:
        return RedirectedRefusalError(reason, about, to)

    _check_types(application, types, mode, asked, refuse)
    if "request" in asked or "request_uri" in asked:
        raise refuse(Refused.MALFORMED_REQUEST, "request objects are not supported")
    challenge = _challenge(application, kind, asked, types, refuse)
    prompts = frozenset(asked.get("prompt", "").split())
    if NONE in prompts and len(prompts) > 1:
        raise refuse(Refused.MALFORMED_REQUEST, "prompt=none stands alone")
    if not asked.get("scope", "").strip():
        raise refuse(Refused.MISSING_PARAMETER, "scope")
    claims = _claims(asked.get("claims", ""))
    if claims is None:
        raise refuse(Refused.MALFORMED_REQUEST, "'claims' is no JSON object")
    acr = _demanded_acr(asked, claims)
    return AuthorizationRequest(
        application_id=application.id,
        redirect_uri=redirect_uri,
        response_types=types,
        response_mode=mode,
        scope=asked["scope"],
        state=asked.get("state"),
        nonce=asked.get("nonce"),
        challenge=challenge,
        login_hint=asked.get("login_hint"),
        prompts=prompts,
        max_age=_max_age(asked.get("max_age", ""), refuse),
        demands_mfa=acr is not None,
        acr=acr,
        takes_challenges=_takes_challenges(claims),
        wants_client_info=asked.get("client_info") == "1",
        started_at=at,
    )


async def open_request(ports: Ports, request: AuthorizationRequest) -> str:
    """Store a request while a person signs in, and return the token of its address."""
    token = random_token(ports.entropy)
    await ports.commit(OpenRequest(token_digest=token_digest(token), request=request))
    return token


def destination_of(request: AuthorizationRequest) -> Destination:
    """Return where the client of ``request`` is answered."""
    return Destination(
        redirect_uri=request.redirect_uri, mode=request.response_mode, state=request.state
    )


async def _application(ports: Ports, client_id: str) -> Application:
    if not client_id:
        raise GrantRefusedError(Refused.MISSING_PARAMETER, "client_id")
    application = await application_with(ports, ApplicationId(client_id.lower()))
    if application is None:
        raise GrantRefusedError(Refused.UNKNOWN_APPLICATION, client_id)
    if not application.enabled:
        raise GrantRefusedError(Refused.DISABLED_APPLICATION, client_id)
    return application


def _redirect(application: Application, asked: str) -> tuple[RedirectKind, str]:
    """Return the kind of the address, and the address; the only one need not be named."""
    if not asked:
        if len(application.redirects) != 1:
            raise GrantRefusedError(Refused.NO_REDIRECT)
        only = application.redirects[0]
        return only.kind, only.uri
    registered = registered_as(application.redirects, asked)
    if registered is None:
        raise GrantRefusedError(Refused.WRONG_REDIRECT, asked)
    return registered.kind, asked


def _mode(asked: str, types: frozenset[str]) -> ResponseMode:
    """Return how to answer; an ID token in a query would lie in logs, so it goes in a fragment."""
    if not asked:
        return ResponseMode.FRAGMENT if ID_TOKEN in types else ResponseMode.QUERY
    try:
        return ResponseMode(asked)
    except ValueError as error:
        raise GrantRefusedError(Refused.WRONG_RESPONSE_MODE, asked) from error


def _check_types(
    application: Application,
    types: frozenset[str],
    mode: ResponseMode,
    asked: Mapping[str, str],
    refuse: Refuse,
) -> None:
    """Give ID tokens from here only to applications whose records allow it."""
    if types not in RESPONSE_TYPES:
        raise refuse(Refused.WRONG_RESPONSE_TYPE, " ".join(sorted(types)))
    if ID_TOKEN in types and not application.may_get_id_tokens:
        raise refuse(Refused.WRONG_RESPONSE_TYPE, ID_TOKEN)
    if ID_TOKEN in types and (mode is ResponseMode.QUERY or not asked.get("nonce")):
        raise refuse(Refused.MALFORMED_REQUEST, "an ID token needs a nonce, and no query")


def _challenge(
    application: Application,
    kind: RedirectKind,
    asked: Mapping[str, str],
    types: frozenset[str],
    refuse: Refuse,
) -> str | None:
    """Return the PKCE challenge; a site with a secret may go without if its record says so."""
    challenge = asked.get("code_challenge", "")
    if CODE not in types:
        return None
    if not challenge:
        is_site = kind is RedirectKind.WEB and not application.is_public
        if application.needs_pkce or not is_site:
            raise refuse(Refused.PKCE_REQUIRED)
        return None
    if asked.get("code_challenge_method") != S256:
        raise refuse(Refused.PKCE_NOT_S256)
    if len(challenge) != CHALLENGE_LENGTH:
        raise refuse(Refused.MALFORMED_REQUEST, "'code_challenge' is no SHA-256")
    return challenge


def _max_age(asked: str, refuse: Refuse) -> timedelta | None:
    if not asked:
        return None
    if not asked.isascii() or not asked.isdigit():
        raise refuse(Refused.MALFORMED_REQUEST, "'max_age' is no number")
    return min(timedelta(seconds=min(int(asked), 10**9)), LONGEST_AGE)


def _claims(text: str) -> dict[str, dict[str, object]] | None:
    try:
        found = msgspec.json.decode(text or "{}", type=dict[str, dict[str, object] | None])
    except msgspec.DecodeError:
        return None
    return {name: asked or {} for name, asked in found.items()}


def _values(asked: object) -> list[str]:
    """Return the values that the ``claims`` parameter asks for (OpenID Connect Core §5.5.1)."""
    if not isinstance(asked, dict):
        return []
    values = asked.get("values", [])
    return [str(one) for one in [*(values if isinstance(values, list) else []), asked.get("value")]]


def _demanded_acr(asked: Mapping[str, str], claims: dict[str, dict[str, object]]) -> str | None:
    """Return the name by which a second proof is demanded, if it is."""
    of_id_token = claims.get("id_token", {})
    named = [
        *asked.get("acr_values", "").split(),
        *asked.get("amr_values", "").split(),
        *_values(of_id_token.get("acr")),
        *_values(of_id_token.get("amr")),
    ]
    return next((one for one in named if one in MULTI_FACTOR_ACRS), None)


def _takes_challenges(claims: dict[str, dict[str, object]]) -> bool:
    return "CP1" in _values(claims.get("access_token", {}).get("xms_cc"))
