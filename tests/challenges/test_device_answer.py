"""The answer of a device: the first of several counts, and requests that rest stay answered."""

import anyio
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from methods.test_microsoft_authenticator import APP, answer, point, sent
from proofup.authentication.dispatcher import Standing
from proofup.authentication.issuing import Proven
from proofup.authentication.second_proof import ask, prove
from proofup.challenges.challenge import StoredChallenge
from proofup.challenges.device_answer import answer_request, open_request
from proofup.challenges.outcome import Refusal, Refused
from proofup.methods.abilities import NewDevice
from proofup.methods.protocol import CallStatus
from proofup.methods.registered_methods import AddMethod, NewMethod, RegisteredMethod
from proofup.policy.limits import CountTries
from proofup.policy.request_tries import refusal_charge
from proofup.policy.rules import Policy
from proofup.values.ids import ChallengeId, MethodId
from proofup.values.ways import Way
from world import World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
KEY = generate_private_key(SECP256R1())


async def asked(world: World) -> tuple[Standing, RegisteredMethod, StoredChallenge]:
    """Return a sign-in whose person is asked on a device, the device, and the request."""
    robin = await world.person()
    candidate = APP.candidate(
        {},
        NewMethod(id=MethodId("d-1"), user_id=robin.user.id, slot="authenticator.1", at=world.now),
        world.entropy,
    )
    device = NewDevice(public_key=point(KEY), name="Phone")
    held = APP.enrolled(candidate, device, at=world.now)
    await world.store.commit(AddMethod(method=held))
    _, here = await world.with_password(ROBIN)
    await ask(world.sign_in, here, Way("push"), at=world.now)
    stored = await open_request(world.room, held, at=world.now)
    assert stored
    return here, held, stored


def text(held: RegisteredMethod, stored: StoredChallenge, decision: str) -> str:
    return sent(KEY, answer(held, stored.challenge, decision=decision))


@pytest.mark.both_engines
async def test_PS3_of_an_approval_and_a_denial_at_once_one_counts(world: World) -> None:
    here, held, stored = await asked(world)
    request, found = stored.challenge.id, list[CallStatus | None]()

    async def answers(decision: str) -> None:
        signed = text(held, stored, decision)
        found.append(await answer_request(world.room, held, request, signed, at=world.now))

    async with anyio.create_task_group() as group:
        for decision in ("approve", "deny", "approve", "deny"):
            group.start_soon(answers, decision)
    (counted,) = [status for status in found if status is not None]
    outcome = await prove(world.sign_in, here, "", at=world.now)
    if counted is CallStatus.APPROVED:
        assert isinstance(outcome, Proven)
    else:
        assert isinstance(outcome, Refused)
        assert outcome.because is Refusal.DENIED


async def test_a_denial_counts_while_requests_rest(world: World) -> None:
    _, held, stored = await asked(world)
    charge = refusal_charge(world.room.counter_key, Policy(), held.user_id)
    for _ in range(3):
        await world.store.commit(CountTries(charges=(charge,), at=world.now))
    signed = text(held, stored, "deny")
    status = await answer_request(world.room, held, stored.challenge.id, signed, at=world.now)
    assert status is CallStatus.DENIED


async def test_a_request_that_is_not_there_or_of_another_device_is_not_answered(
    world: World,
) -> None:
    _, held, stored = await asked(world)
    signed = text(held, stored, "approve")
    unknown = ChallengeId("unknown")
    assert await answer_request(world.room, held, unknown, signed, at=world.now) is None
    another = msgspec.structs.replace(held, user_id="another")
    request = stored.challenge.id
    assert await answer_request(world.room, another, request, signed, at=world.now) is None
    assert await open_request(world.room, another, at=world.now) is None
