"""Answers servers of old protocols: whether a user name and an app password let a program in.

A server shows its secret as a bearer token. It is told whether somebody is let in and who that is,
and never why not.
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from proofup.authentication.app_password import Attempt, ProgramRefusal, sign_in_program
from proofup.authentication.ports import Ports
from proofup.directory.users import Person
from proofup.values.client import Client
from proofup.values.errors import InvalidInputError
from proofup.values.secret import Secret
from proofup.web.mount import Mount
from proofup.web.programs import ProgramDialect, as_json
from proofup.web.request_context import context_of
from proofup.web.shown_secret import shows

HOME = "/legacy"
AUTHENTICATE = f"{HOME}/authenticate"
RADIUS = f"{HOME}/radius"
LONGEST_BODY = 4096  # bytes


class Question(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """What a server asks; ``address`` is the program's, and ``protocol`` the server's word."""

    user_name: Annotated[str, Meta(max_length=320)]
    password: Annotated[str, Meta(max_length=256)]
    protocol: Annotated[str, Meta(min_length=1, max_length=32, pattern="^[A-Za-z0-9._-]+$")]
    address: Annotated[str, Meta(max_length=64)] = ""


class Legacy(Struct, frozen=True):
    """Answers servers that show the ``secret``."""

    ports: Ports
    secret: Secret[str]

    def door(self) -> Mount:
        """Return the door, which answers under any host name: servers ask from inside."""
        return Mount(
            paths=frozenset({HOME}),
            dialect=ProgramDialect(as_json),
            routes=[
                Route(AUTHENTICATE, self.authenticate, methods=["POST"]),
                Route(RADIUS, self.radius, methods=["POST"]),
            ],
            any_host=True,
            for_programs=True,
            longest_body=LONGEST_BODY,
        )

    async def authenticate(self, request: Request) -> Response:
        """Answer 200 with who it is, or 401."""
        found = await self._found(request)
        if not isinstance(found, Person):
            return _refused()
        user = found.user
        said = {"id": user.id, "userPrincipalName": user.user_principal_name}
        return Response(msgspec.json.encode(said), media_type="application/json")

    async def radius(self, request: Request) -> Response:
        """Answer as FreeRADIUS's module ``rest`` reads it: 204, which adds nothing, or 401."""
        found = await self._found(request)
        return Response(status_code=204 if isinstance(found, Person) else 401)

    async def _found(self, request: Request) -> Person | ProgramRefusal | None:
        if not shows(request.headers.get("authorization", ""), self.secret):
            return None
        try:
            asked = msgspec.json.decode(await request.body(), type=Question)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise InvalidInputError(str(error)) from error
        context = context_of(request.scope)
        attempt = Attempt(
            name=asked.user_name,
            password=Secret(asked.password),
            protocol=asked.protocol,
            client=_client(asked.address, context.client),
            correlation_id=context.correlation_id,
        )
        return await sign_in_program(self.ports, attempt, at=context.at)


def _client(address: str, server: Client) -> Client:
    """Return the program as its server tells of it, or the server where it tells nothing."""
    if not address:
        return server
    try:
        Client(address=address).network  # noqa: B018 - raises where it is no address
    except ValueError as error:
        raise InvalidInputError("address is no IP address") from error
    return Client(address=address)


def _refused() -> Response:
    """Return the one refusal, for a server without the secret as for a wrong password."""
    error = {"code": "refused", "message": "the user name, the app password or the secret is wrong"}
    return Response(
        msgspec.json.encode({"error": error}),
        401,
        {"www-authenticate": "Bearer"},
        media_type="application/json",
    )
