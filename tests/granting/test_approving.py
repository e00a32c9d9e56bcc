"""What the authorize endpoint demands of a person, and answers."""

import pytest

from proofup.granting.approving import Answers, Demand, approve, judge
from proofup.granting.authorize import checked_request
from proofup.granting.caller import Caller
from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.tokens.application import ChangeApplication, Redirect
from proofup.tokens.authorization import SignedIn
from proofup.values.ids import CorrelationId
from world import HOME, World

pytestmark = pytest.mark.anyio
ASKED = {
    "response_type": "code",
    "scope": "openid User.Read",
    "code_challenge": "a" * 43,
    "code_challenge_method": "S256",
}


async def test_an_application_that_is_disabled_meanwhile_demands_nothing(world: World) -> None:
    one = await world.application(redirects=(Redirect("https://a.test/"),))
    request = await checked_request(world.granting, {**ASKED, "client_id": one.id}, at=world.now)
    await world.store.commit(ChangeApplication(application=one.changed(enabled=False)))
    with pytest.raises(GrantRefusedError) as refused:
        await judge(world.granting, request, None, Answers(), at=world.now)
    assert refused.value.reason is Refused.DISABLED_APPLICATION


async def test_a_client_is_told_what_it_asked_for_and_no_more(world: World) -> None:
    robin = await world.person()
    one = await world.application(
        redirects=(Redirect("https://a.test/"),), consented=frozenset({"openid", "User.Read"})
    )
    request = await checked_request(world.granting, {**ASKED, "client_id": one.id}, at=world.now)
    signed_in = SignedIn(
        user_id=robin.user.id,
        epoch=robin.account.epoch,
        signed_in_at=world.now,
        proven_at=None,
        amr=("pwd",),
    )
    judged = await judge(world.granting, request, signed_in, Answers(), at=world.now)
    assert judged.demand is Demand.NOTHING
    caller = Caller(client=HOME, correlation_id=CorrelationId("c"), at=world.now)
    answer = await approve(world.granting, request, judged, robin, signed_in, caller=caller)
    assert answer.keys() == {"iss", "code"}
