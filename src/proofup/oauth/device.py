"""The endpoint at which a program asks for a device code (RFC 8628 §3.1)."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from proofup.granting.caller import Caller
from proofup.granting.client_authentication import authenticated
from proofup.granting.device import begin_device, exchange_device
from proofup.oauth.door import Door, answer, caller_of
from proofup.oauth.fields import Fields, proof_in, read_fields
from proofup.oauth.token_answers import of_person, takes_challenges
from proofup.tokens.application import Application
from proofup.tokens.device_code import INTERVAL_SECONDS, LIFETIME

DEVICE_CODE = "/{tenant}/oauth2/v2.0/devicecode"


async def begin(door: Door, request: Request) -> Response:
    """Return a code for the program and one for the person."""
    door.tenant_part(request)
    fields, caller = await read_fields(request), caller_of(request)
    application = await authenticated(door.ports, proof_in(request, fields), caller)
    code, new = await begin_device(door.ports, application, fields["scope"], at=caller.at)
    address = f"{door.ports.tenant.origin}/devicelogin"
    return answer(
        {
            "user_code": new.user_code,
            "device_code": code.reveal(),
            "verification_uri": address,
            "verification_uri_complete": f"{address}?otc={new.user_code}",
            "expires_in": int(LIFETIME.total_seconds()),
            "interval": INTERVAL_SECONDS,
            "message": f"To sign in, use a web browser to open the page {address} and enter the "
            f"code {new.user_code} to authenticate.",
        }
    )


async def poll(
    door: Door, application: Application, fields: Fields, caller: Caller
) -> dict[str, Any]:
    """Return tokens once a person has approved. A client may send the code under two names."""
    code = fields["device_code"] or fields.needed("code")
    tokens = await exchange_device(
        door.ports,
        application,
        code,
        caller,
        takes_challenges=takes_challenges(fields["claims"]),
    )
    return of_person(tokens, fields)
