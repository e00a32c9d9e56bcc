"""The checks of the authorize endpoint that no browser comes by."""

import pytest

from proofup.granting.authorize import checked_request
from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.tokens.application import Redirect
from world import World

pytestmark = pytest.mark.anyio
CHALLENGE = "a" * 43
ASKED = {
    "response_type": "code",
    "scope": "openid",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


async def test_the_only_redirect_address_need_not_be_named(world: World) -> None:
    one = await world.application(redirects=(Redirect("https://a.test/"),))
    found = await checked_request(world.granting, {**ASKED, "client_id": one.id}, at=world.now)
    assert found.redirect_uri == "https://a.test/"
    none = await world.application()
    with pytest.raises(GrantRefusedError) as refused:
        await checked_request(world.granting, {**ASKED, "client_id": none.id}, at=world.now)
    assert refused.value.reason is Refused.NO_REDIRECT
    off = await world.application(enabled=False)
    with pytest.raises(GrantRefusedError) as refused:
        await checked_request(world.granting, {**ASKED, "client_id": off.id}, at=world.now)
    assert refused.value.reason is Refused.DISABLED_APPLICATION


@pytest.mark.parametrize(
    ("claims", "demands", "challenges"),
    [
        ("", False, False),
        ('{"access_token":{"xms_cc":{"values":["CP1"]}}}', False, True),
        ('{"id_token":{"acr":{"value":"mfa"}}}', True, False),
        ('{"id_token":{"amr":null},"access_token":null}', False, False),
        ('{"id_token":{"amr":{"values":"mfa"}}}', False, False),
    ],
)
async def test_the_claims_parameter_is_read(
    world: World, *, claims: str, demands: bool, challenges: bool
) -> None:
    one = await world.application(redirects=(Redirect("https://a.test/"),))
    asked = {**ASKED, "client_id": one.id, "claims": claims}
    found = await checked_request(world.granting, asked, at=world.now)
    assert (found.demands_mfa, found.takes_challenges) == (demands, challenges)
