"""What an application gets that acts by itself."""

import pytest

from proofup.granting.caller import Caller
from proofup.granting.client_credentials import client_credentials
from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.values.ids import CorrelationId
from world import HOME, World

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("scope", "reason"),
    [
        ("  ", Refused.MISSING_PARAMETER),
        ("api://a/.default api://b/.default", Refused.INVALID_SCOPE),
        ("User.Read.All", Refused.NOT_DEFAULT_SCOPE),
        ("api://nobody/.default", Refused.UNKNOWN_RESOURCE),
    ],
)
async def test_a_scope_that_names_nothing_is_refused(
    world: World, scope: str, reason: Refused
) -> None:
    one = await world.application("User.Read.All")
    caller = Caller(client=HOME, correlation_id=CorrelationId("c"), at=world.now)
    with pytest.raises(GrantRefusedError) as refused:
        await client_credentials(world.granting, one, scope, caller, takes_challenges=False)
    assert refused.value.reason is reason
