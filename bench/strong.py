"""Measures the strong methods: verifying a passkey, and approving a request in the app."""

import asyncio
import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from webauthn import verify_authentication_response

from bench.challenges import context_of, figures, in_parts
from bench.crowd import ASKED_IN_APP
from bench.measuring import PARTS, Cost, Watch, best
from bench.report import Figure, Ratio, Report
from methods.test_fido2 import METHOD, NOON, PARTY, asked, device, options, registered
from methods.test_microsoft_authenticator import APP, answer, point, sent
from proofup.challenges.device_answer import answer_request, open_request
from proofup.challenges.room import Room
from proofup.challenges.start import start
from proofup.directory.users import Person
from proofup.methods.abilities import NewDevice
from proofup.methods.catalogue import Option
from proofup.methods.protocol import Accepted, Answer, CallStatus
from proofup.methods.registered_methods import AddMethod, NewMethod, RegisteredMethod
from proofup.methods.webauthn_options import from_base64url
from proofup.storage.store import Store
from proofup.values.ids import MethodId, random_id

OVER_LIBRARY = 1.3
PUSH = APP.declaration.ways[0]
KEY = generate_private_key(SECP256R1())


class _Document(msgspec.Struct):
    public_key: bytes


def passkeys(report: Report, _: Path, *, acts: int) -> None:
    """Measure the judgement of a passkey's answer, over that of the library alone."""
    one = device()
    held = registered(one)
    key = msgspec.json.decode(held.document, type=_Document).public_key
    pending = [asked(held) for _ in range(acts)]
    told = [options(each) for each in pending]
    answers = [one.get(each) for each in told]
    expected = [from_base64url(json.loads(each)["challenge"]) for each in told]
    ours, alone = list[Cost](), list[Cost]()
    for _part in range(PARTS):
        whole, library = Watch(), Watch()
        with whole:
            for challenge, given in zip(pending, answers, strict=True):
                verdict = METHOD.verify(held, challenge, Answer(given), at=NOON)
                assert isinstance(verdict, Accepted)
        with library:
            for challenge_bytes, given in zip(expected, answers, strict=True):
                verify_authentication_response(
                    credential=given,
                    expected_challenge=challenge_bytes,
                    expected_rp_id=PARTY.id,
                    expected_origin=PARTY.origin,
                    credential_public_key=key,
                    credential_current_sign_count=0,
                    require_user_verification=True,
                )
        ours.append(whole.cost(acts))
        alone.append(library.cost(acts))
    report.figures.append(Figure(what="verify a passkey", cost=best(ours)))
    report.ratios.append(
        Ratio(
            what="verifying a passkey over the library alone",
            value=best(ours).cpu / best(alone).cpu,
            at_most=OVER_LIBRARY,
        )
    )


async def pushes(report: Report, engine: str, url: str, *, acts: int) -> None:
    """Measure the start of a request to the app, and its approval by the device."""
    costs = await in_parts(url, _costs, first=ASKED_IN_APP, acts=acts)
    whats = ("start a request to the app", "approve it on the device")
    report.figures += figures(costs, engine, whats)


async def _costs(
    room: Room, store: Store, everybody: Sequence[Person], at: datetime, at_once: int
) -> tuple[Cost, Cost]:
    """Return what a start and what an approval cost."""
    somebody = [
        (context_of(person, number), await _with_device(store, person, at))
        for number, person in enumerate(everybody)
    ]
    starting, approving = Watch(), Watch()

    async def start_some() -> None:
        for context, held in coming:
            await start(room, context, Option(PUSH, (held,)), at=at)

    async def approve_some() -> None:
        for held, challenge_id, signed in signing:
            status = await answer_request(room, held, challenge_id, signed, at=at)
            assert status is CallStatus.APPROVED, status

    coming = iter(somebody)
    with starting:
        await asyncio.gather(*(start_some() for _ in range(at_once)))
    requests = []
    for _, held in somebody:
        stored = await open_request(room, held, at=at)
        assert stored
        requests.append((held, stored.challenge.id, sent(KEY, answer(held, stored.challenge))))
    signing = iter(requests)
    with approving:
        await asyncio.gather(*(approve_some() for _ in range(at_once)))
    return starting.cost(len(everybody)), approving.cost(len(everybody))


async def _with_device(store: Store, person: Person, at: datetime) -> RegisteredMethod:
    """Give the person a device with the app."""
    candidate = APP.candidate(
        {},
        NewMethod(
            id=MethodId(random_id(os.urandom)),
            user_id=person.user.id,
            slot="authenticator.1",
            at=at,
        ),
        os.urandom,
    )
    held = APP.enrolled(candidate, NewDevice(public_key=point(KEY), name="Phone"), at=at)
    await store.commit(AddMethod(method=held))
    return held
