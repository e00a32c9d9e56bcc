"""Which application waits behind the page to which a sign-in returns."""

import pytest

from proofup.granting.authorize import checked_request, open_request
from proofup.granting.destinations import PATH
from proofup.tokens.application import Redirect
from proofup.tokens.first_party import AZURE_CLI
from world import World

pytestmark = pytest.mark.anyio
ASKED = {
    "response_type": "code",
    "scope": "openid User.Read",
    "code_challenge": "a" * 43,
    "code_challenge_method": "S256",
}


async def test_a_page_of_a_request_leads_to_its_application_and_no_other_does(world: World) -> None:
    own = await world.application(name="Site", redirects=(Redirect("https://a.test/"),))
    pages = {}
    for client_id, back in ((own.id, "https://a.test/"), (AZURE_CLI, "http://localhost:8400")):
        wanted = {**ASKED, "client_id": client_id, "redirect_uri": back}
        request = await checked_request(world.granting, wanted, at=world.now)
        pages[client_id] = f"{PATH}{await open_request(world.granting, request)}"
    behind = world.sign_in.destinations.behind
    for client_id, page in pages.items():
        found = await behind(page)
        assert found
        assert found.id == client_id
    for other in (None, "/security-info", f"{PATH}unknown"):
        assert await behind(other) is None
