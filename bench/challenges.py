"""Measures a text challenge, started and answered as in a sign-in."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from bench.crowd import CHALLENGED, START, people, text_option
from bench.engines import opened
from bench.measuring import PARTS, Cost, Watch, best, calibrated
from bench.report import Figure, Report
from bench.service import address_of, sent_codes, settings
from proofup.assembly.challenges import challenge_room
from proofup.assembly.hashing import password_hashing
from proofup.challenges.answer import Judged, Try, Written, count_try, judge, write
from proofup.challenges.context import Context
from proofup.challenges.room import Room
from proofup.challenges.start import start
from proofup.directory.users import Person, RequireEpoch
from proofup.methods.phone import number_of
from proofup.methods.protocol import Purpose
from proofup.methods.registered_methods import UpdateMethod
from proofup.policy.rules import Policy
from proofup.storage.store import Store
from proofup.values.client import Client
from proofup.values.ids import CorrelationId, random_id

BAR = 1.2e-3
AT_ONCE = 16
WARMING = 20

Costs: TypeAlias = Mapping[int, Sequence[tuple[Cost, Cost]]]
Measure: TypeAlias = Callable[
    [Room, Store, Sequence[Person], datetime, int], Awaitable[tuple[Cost, Cost]]
]


async def challenges(report: Report, engine: str, url: str, *, acts: int) -> None:
    """Measure the start and the right answer of a text challenge, alone and among others."""
    costs = await in_parts(url, _costs, first=CHALLENGED, acts=acts)
    report.loops.append(calibrated())
    whats = ("start a text challenge", "answer a text challenge")
    report.figures += figures(costs, engine, whats)


async def in_parts(url: str, measure: Measure, *, first: int, acts: int) -> Costs:
    """Return what two acts of each person cost, by how many act at once, for each part.

    Every part has new people, from the number ``first`` on, and an hour of its own. The part before
    the first one warms up and is not counted.
    """
    each, at = acts // PARTS, START
    costs: dict[int, list[tuple[Cost, Cost]]] = {1: [], AT_ONCE: []}
    async with opened(url) as store:
        room = room_of(store)
        for part in range(-1, PARTS):
            for at_once, found in costs.items():
                many = WARMING if part < 0 else each
                everybody = await people(store, range(first, first + many))
                first, at = first + many, at + timedelta(hours=1)
                cost = await measure(room, store, everybody, at, at_once)
                if part >= 0:
                    found.append(cost)
    return costs


def figures(costs: Costs, engine: str, whats: tuple[str, str]) -> list[Figure]:
    """Return the best costs of both acts, which are called ``whats``."""
    return [
        Figure(what=f"{what}, {at_once} at once, {engine}", cost=best(parts), at_most=BAR)
        for at_once, found in costs.items()
        for what, parts in zip(whats, zip(*found, strict=True), strict=True)
    ]


def room_of(store: Store) -> Room:
    """Return the challenge room: the ports for starting and judging a challenge."""
    return challenge_room(
        settings(),
        store,
        stretching=password_hashing(settings(), store.keys, entropy=os.urandom),
        entropy=os.urandom,
    )


async def _costs(
    room: Room, store: Store, everybody: Sequence[Person], at: datetime, at_once: int
) -> tuple[Cost, Cost]:
    """Return what a start and what an answer cost."""
    contexts = [context_of(person, number) for number, person in enumerate(everybody)]
    held = [await room.methods.of_user(person.user.id) for person in everybody]
    somebody = list(zip(contexts, held, strict=True))
    starting, answering = Watch(), Watch()

    async def start_some() -> None:
        for context, methods in coming:
            await start(room, context, text_option(methods), at=at)

    async def answer_some() -> None:
        for context, methods in coming:
            outcome = await _answer(room, context, codes[number_of(methods[0])], at)
            assert outcome is Written.DONE, outcome

    coming = iter(somebody)
    with starting:
        await asyncio.gather(*(start_some() for _ in range(at_once)))
    codes = await sent_codes(store, len(everybody), at)
    coming = iter(somebody)
    with answering:
        await asyncio.gather(*(answer_some() for _ in range(at_once)))
    return starting.cost(len(everybody)), answering.cost(len(everybody))


async def _answer(room: Room, context: Context, code: str, at: datetime) -> object:
    held = await room.methods.of_user(context.user_id)
    counted = await count_try(room, context, code, at=at)
    assert isinstance(counted, Try), counted
    judged = await judge(room, counted, held)
    assert isinstance(judged, Judged), judged
    return await write(
        room,
        judged,
        RequireEpoch(user_id=context.user_id, epoch=context.epoch),
        UpdateMethod(method=judged.method),
    )


def context_of(person: Person, number: int) -> Context:
    """Return the context of a sign-in, each from a different network."""
    return Context(
        purpose=Purpose.SIGN_IN,
        subject=random_id(os.urandom),
        user_id=person.user.id,
        epoch=0,
        correlation_id=CorrelationId(random_id(os.urandom)),
        client=Client(address=address_of(number), agent="Mozilla/5.0"),
        language="en",
        policy=Policy(),
    )
