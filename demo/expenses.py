"""Expenses: an application of the organisation, which people sign in to with Proofup.

It is a client of OpenID Connect like any other, written from docs/clients/openid-connect.md: code
flow with PKCE, state and nonce. It shows what Proofup told it about the person.
"""

import asyncio
import base64
import hashlib
import http.client
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from demo.rendering import now
from jinja2 import Environment
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

HOME = "/expenses/"
OPEN = "/expenses/open"  # where its tile leads: whoever is signed in to Proofup comes in
SIGNED_IN = "/expenses/signed-in"  # its redirect address
SIGNED_OUT = "/expenses/signed-out"
METADATA = "/organizations/v2.0/.well-known/openid-configuration"
SESSION, ATTEMPT = "demo_expenses", "demo_expenses_attempt"  # cookies
MOST_KEPT = 100  # sessions, and attempts; older ones are forgotten
TIMEOUT_SECONDS = 10
OK = 200

Fetch = Callable[[str, Mapping[str, str] | None], Awaitable[dict[str, Any]]]
"""Gets an address, or posts a form to it, and returns the JSON it answers. Raises OSError."""


@dataclass(frozen=True)
class Attempt:
    """A sign-in that has begun: what its answer must fit to."""

    nonce: str
    verifier: str


@dataclass(frozen=True)
class Employee:
    """Who is signed in to the application, and the token that says so."""

    claims: dict[str, Any]
    id_token: str

    @property
    def given_name(self) -> str:
        """The first word of the name."""
        return str(self.claims["name"]).split(" ", 1)[0]

    @property
    def signed_in_at(self) -> datetime:
        """When the person signed in to Proofup."""
        return datetime.fromtimestamp(self.claims["auth_time"], UTC)

    @property
    def proofs(self) -> str:
        """How the person proved who they are, in words."""
        return "password and a second proof" if "mfa" in self.claims["amr"] else "password"


class Expenses:
    """The pages of the application; ``own_url`` is where its people see it."""

    def __init__(
        self,
        templates: Environment,
        *,
        client_id: str,
        service_url: str,
        own_url: str,
        fetch: Fetch,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._templates = templates
        self._client_id = client_id
        self._metadata = service_url + METADATA
        self._own_url = own_url
        self._fetch = fetch
        self._clock = clock
        self._attempts: dict[str, Attempt] = {}
        self._sessions: dict[str, Employee] = {}
        self.routes = [
            Route(HOME, self.home),
            Route(OPEN, self.open),
            Route(SIGNED_IN, self.signed_in),
            Route("/expenses/sign-out", self.sign_out, methods=["POST"]),
            Route(SIGNED_OUT, self.signed_out),
        ]

    async def home(self, request: Request) -> Response:
        """Show the person's claims, and what Proofup told about them."""
        employee = self._sessions.get(request.cookies.get(SESSION, ""))
        if employee is None:
            return RedirectResponse(OPEN, 303)
        return self._page("expenses.html", employee=employee)

    async def open(self, _: Request) -> Response:
        """Send the person to Proofup, which lets in at once whoever is signed in there."""
        try:
            metadata = await self._fetch(self._metadata, None)
        except OSError as error:
            return self._page("expenses_out.html", 503, problem=str(error))
        state = secrets.token_urlsafe()
        attempt = Attempt(nonce=secrets.token_urlsafe(), verifier=secrets.token_urlsafe(48))
        _keep(self._attempts, state, attempt)
        digest = hashlib.sha256(attempt.verifier.encode()).digest()
        asked = {
            "client_id": self._client_id,
            "response_type": "code",
            "redirect_uri": self._own_url + SIGNED_IN,
            "scope": "openid profile email",
            "state": state,
            "nonce": attempt.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        answer = RedirectResponse(f"{metadata['authorization_endpoint']}?{urlencode(asked)}", 303)
        # The answer counts only in the browser that asked.
        answer.set_cookie(ATTEMPT, state, httponly=True, samesite="lax", path="/expenses")
        return answer

    async def signed_in(self, request: Request) -> Response:
        """Take the code, change it for an ID token, and let the person in."""
        state = request.query_params.get("state", "")
        attempt = self._attempts.pop(state, None)
        if attempt is None or request.cookies.get(ATTEMPT) != state:
            return self._page("expenses_out.html", 400, problem="This sign-in was not begun here.")
        code = request.query_params.get("code")
        if code is None:
            problem = request.query_params.get("error_description", "Proofup said no.")
            return self._page("expenses_out.html", 403, problem=problem)
        try:
            employee = await self._employee(code, attempt)
        except (OSError, JoseError, KeyError) as error:
            return self._page("expenses_out.html", 502, problem=str(error))
        session = secrets.token_urlsafe()
        _keep(self._sessions, session, employee)
        answer = RedirectResponse(HOME, 303)
        answer.set_cookie(SESSION, session, httponly=True, samesite="lax", path="/expenses")
        answer.delete_cookie(ATTEMPT, path="/expenses")
        return answer

    async def sign_out(self, request: Request) -> Response:
        """End the session here, then the one of Proofup."""
        employee = self._sessions.pop(request.cookies.get(SESSION, ""), None)
        if employee is None:
            return RedirectResponse(SIGNED_OUT, 303)
        try:
            metadata = await self._fetch(self._metadata, None)
        except OSError as error:
            return self._page("expenses_out.html", 503, problem=str(error))
        asked = {
            "id_token_hint": employee.id_token,
            "post_logout_redirect_uri": self._own_url + SIGNED_OUT,
        }
        return RedirectResponse(f"{metadata['end_session_endpoint']}?{urlencode(asked)}", 303)

    async def signed_out(self, _: Request) -> Response:
        """Say that the person is out."""
        return self._page("expenses_out.html", problem="")

    async def _employee(self, code: str, attempt: Attempt) -> Employee:
        """Return who the code is about. Raises OSError, JoseError or KeyError."""
        metadata = await self._fetch(self._metadata, None)
        form = {
            "grant_type": "authorization_code",
            "client_id": self._client_id,
            "code": code,
            "redirect_uri": self._own_url + SIGNED_IN,
            "code_verifier": attempt.verifier,
        }
        tokens = await self._fetch(metadata["token_endpoint"], form)
        published = await self._fetch(metadata["jwks_uri"], None)
        keys = KeySet.import_key_set({"keys": published["keys"]})
        claims = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"]).claims
        # The metadata of "organizations" leaves a place in its issuer for the tenant.
        issuer = metadata["issuer"].replace("{tenantid}", claims["tid"])
        jwt.JWTClaimsRegistry(
            now=int(self._clock().timestamp()),
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": self._client_id},
            nonce={"essential": True, "value": attempt.nonce},
            exp={"essential": True},
        ).validate(claims)
        return Employee(claims, tokens["id_token"])

    def _page(self, name: str, status: int = 200, **facts: Any) -> Response:
        words = self._templates.get_template(name).render(sign_in=OPEN, **facts)
        return HTMLResponse(words, status)


def _keep(kept: dict[str, Any], name: str, value: object) -> None:
    """Keep one more, and forget the oldest where there are too many."""
    kept[name] = value
    while len(kept) > MOST_KEPT:
        del kept[next(iter(kept))]


async def fetched_by_http(url: str, form: Mapping[str, str] | None) -> dict[str, Any]:
    """Fetch over the network, in a thread."""
    return await asyncio.to_thread(_fetched, url, form)


def _fetched(url: str, form: Mapping[str, str] | None) -> dict[str, Any]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(
        parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS
    )
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
    try:
        body = urlencode(form) if form else None
        connection.request("POST" if form else "GET", parts.path, body, headers)
        answer = connection.getresponse()
        told: dict[str, Any] = json.loads(answer.read())
    except (http.client.HTTPException, ValueError) as error:
        message = f"{url} answered no JSON"
        raise OSError(message) from error
    finally:
        connection.close()
    if answer.status != OK:
        raise OSError(told.get("error_description", f"{url} answered {answer.status}"))
    return told
