"""A sign-in without a user name: the method that answers says whose it is."""

from datetime import datetime

from proofup.authentication.first_method import prove_first
from proofup.authentication.issuing import Brought, Proven
from proofup.authentication.name import open_sign_in
from proofup.authentication.ports import Ports
from proofup.challenges.outcome import Refused
from proofup.challenges.questions import Put
from proofup.values.client import Client
from proofup.values.ways import Way


async def prove_unnamed(
    ports: Ports,
    token: str,
    way: Way,
    answer: str,
    brought: Brought,
    *,
    put: Put,
    return_to: str | None,
    before: str | None = None,
    client: Client,
    language: str,
    at: datetime,
) -> Proven | Refused:
    """Open a sign-in for whom ``answer`` names, bound to the browser's ``token``, and judge it.

    Raises what ``submit_name`` and ``prove_first`` raise.
    """
    method = ports.room.catalogue.by_browser(way)
    claim = method.claim(answer) if method else None
    person = await ports.people.by_id(claim.user_id) if claim else None
    sign_in = await open_sign_in(
        ports,
        token,
        person.user.user_principal_name if person else "",
        person,
        return_to=return_to,
        before=before,
        browser=brought.known,
        client=client,
        language=language,
        at=at,
    )
    return await prove_first(ports, sign_in, way, answer, brought, put=put, at=at)
