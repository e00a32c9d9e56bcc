"""The process that is killed: several simulated people make all kinds of writes in an endless loop.

``python writer.py URL ROUND [answer|issue|prove]``. With the last argument it kills itself when the
write of that act is durable but not yet acknowledged.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from random import Random
from typing import TypeVar

from msgspec.structs import replace

from drills.journal import Kind, State, tell
from proofup.audit.entry import Entry
from proofup.audit.events.accounts import UserAdded
from proofup.audit.events.event import Event
from proofup.audit.events.methods import MethodReplaced
from proofup.authentication.dispatcher import stand, standing
from proofup.authentication.issuing import NOTHING, Proven, issue
from proofup.authentication.password import submit_password
from proofup.authentication.second_proof import ask, prove
from proofup.authentication.signin import AdvanceSignIn, SignIn
from proofup.challenges.answer import Judged, Try, Written, count_try, judge, write
from proofup.challenges.challenge import StoredChallenge
from proofup.challenges.context import Context
from proofup.challenges.room import Room
from proofup.directory.passwords import SetPassword
from proofup.directory.users import Account, AddUser, User
from proofup.hashing.pool import Argon2idPool
from proofup.methods.protocol import Purpose
from proofup.methods.registered_methods import AddMethod, ReplaceMethod, UpdateMethod
from proofup.policy.budgets import Budget
from proofup.policy.limits import Charge, Limit
from proofup.policy.rules import Policy
from proofup.storage.store import Store, open_store
from proofup.values.changes import Change
from proofup.values.client import Client
from proofup.values.errors import StoreBusyError, UnknownOutcomeError
from proofup.values.ids import CorrelationId, MessageId, UserId
from proofup.values.messages import Mail, SendMessage, Text
from proofup.values.secret import Secret
from world import CHEAP, PASSWORD, SIX_DIGITS, START, World

KEY_ENCRYPTION_KEY = bytes(range(32))
PEOPLE_AT_ONCE = 8
PLENTY = 10**9
HALF = 0.5
TRIES = Limit(name="drill", most=PLENTY, within=timedelta(days=1))

T = TypeVar("T")


class MortalWorld(World):
    """A world whose process kills itself after the next durable commit, if told to."""

    dying = False

    @property
    def room(self) -> Room:
        return replace(super().room, commit=self.commit)

    async def commit(self, *changes: Change) -> None:
        await self.store.commit(*changes)
        if self.dying:
            os.kill(os.getpid(), signal.SIGKILL)


def world_of(store: Store, part: int) -> MortalWorld:
    """Return a world at the time of the round, with budgets for any number of texts."""
    hashing = Argon2idPool(store.keys, entropy=os.urandom, cost=CHEAP, cores=1)
    texts = Budget(per_day=PLENTY, per_day_and_country=PLENTY)
    now = START + timedelta(hours=part)
    return MortalWorld(store=store, entropy=os.urandom, hashing=hashing, texts=texts, now=now)


def name_of(user: str) -> str:
    return f"{user}@contoso.test"


def code_in(asked: StoredChallenge) -> str:
    """Return the code that the text of a new challenge carries."""
    assert isinstance(asked.challenge.message, Text)
    found = SIX_DIGITS.search(asked.challenge.message.body.reveal())
    assert found
    return found[1] + found[2]


async def told(kind: Kind, act: str, work: Awaitable[T], **facts: str) -> T:
    """Do ``work``, and report it before and as soon as it is acknowledged."""
    tell(kind, act, State.BEGUN, **facts)
    try:
        value = await work
    except StoreBusyError:
        tell(kind, act, State.REFUSED)
        raise
    except UnknownOutcomeError:
        tell(kind, act, State.UNKNOWN)
        raise
    tell(kind, act, State.DONE)
    return value


async def answer_alone(world: MortalWorld, sign_in: SignIn, user_id: UserId, code: str) -> Written:
    """Write a right answer without the session, as if another step came before the session."""
    context = Context(
        purpose=Purpose.SIGN_IN,
        subject=sign_in.id,
        user_id=user_id,
        epoch=sign_in.epoch,
        correlation_id=sign_in.correlation_id,
        client=sign_in.client,
        language=sign_in.language,
        policy=Policy(),
    )
    counted = await count_try(world.room, context, code, at=world.now)
    assert isinstance(counted, Try), counted
    judged = await judge(world.room, counted, await world.store.methods.of_user(user_id))
    assert isinstance(judged, Judged), judged
    proven = replace(sign_in, proofs=sign_in.proofs.with_second(judged.way, world.now))
    return await write(
        world.room, judged, UpdateMethod(method=judged.method), AdvanceSignIn(sign_in=proven)
    )


class Writer:
    """One of the concurrent writers; ``name`` is unique over all rounds."""

    def __init__(self, world: MortalWorld, part: int, number: int) -> None:
        self.world = world
        self.name = f"{part}-{number}"
        self.number = part * PEOPLE_AT_ONCE + number
        self.drawn = Random(self.number)  # noqa: S311 - which act comes next is no secret
        self.acts = 0

    async def without_end(self) -> None:
        while True:
            user_id = await self.add_person()
            acts: list[Callable[[], Awaitable[None]]] = [
                partial(self.change_phone, user_id),
                partial(self.change_phone, user_id),
                self.try_something,
                self.try_something,
                partial(self.sign_in, user_id),
            ]
            self.drawn.shuffle(acts)
            for act in acts:
                await act()

    def act(self) -> str:
        self.acts += 1
        return f"{self.name}-{self.acts}"

    def phone_number(self) -> str:
        return f"+44 77{self.number % 10000:04}{self.acts % 10000:04}"

    async def add_person(self) -> UserId:
        act = self.act()
        world, user_id = self.world, UserId(f"user-{act}")
        user = User(
            id=user_id,
            user_principal_name=name_of(user_id),
            display_name="Robin Ashby",
            created_at=world.now,
        )
        credential = await world.hashing.hash(user_id, Secret(PASSWORD), at=world.now)
        phone = world.phone(user_id, self.phone_number())
        write = world.store.commit(
            AddUser(user=user, account=Account(user_id=user_id)),
            SetPassword(credential=credential),
            AddMethod(method=phone),
            self.entry(act, UserAdded(), user_id),
        )
        await told(Kind.PERSON, act, write, user=user_id, method=phone.id)
        return user_id

    async def change_phone(self, user_id: UserId) -> None:
        act = self.act()
        world = self.world
        (old,) = await world.store.methods.of_user(user_id)
        new = world.phone(user_id, self.phone_number())
        mail = SendMessage(
            id=MessageId(f"mail-{act}"),
            content=Mail(to="robin@fabrikam.test", template="method-changed", facts={"act": act}),
            language="en",
            created_at=world.now,
            expires_at=world.now + timedelta(days=3),
            correlation_id=CorrelationId(act),
        )
        write = world.store.commit(
            ReplaceMethod(old_id=old.id, new=new),
            mail,
            self.entry(act, MethodReplaced(kind="phone", was="", now=""), user_id),
        )
        await told(Kind.PHONE, act, write, user=user_id, method=new.id)

    async def try_something(self) -> None:
        charge = Charge(key=f"drill:{self.name}", limit=TRIES)
        write = self.world.store.counters.charge(charge, at=self.world.now)
        await told(Kind.TRY, self.act(), write, counter=charge.key)

    async def sign_in(self, user_id: UserId, *, dying_at: Kind | None = None) -> None:
        act = self.act()
        world, ports = self.world, self.world.sign_in
        address = f"{11 + self.number // 250}.{self.number % 250}.{self.acts % 250}.7"
        token, opened = await world.begin(name_of(user_id), client=Client(address=address))
        begun = await submit_password(ports, opened, Secret(PASSWORD), at=world.now)
        assert isinstance(begun, SignIn), begun
        here = await standing(ports, begun, at=world.now)
        asked = await ask(ports, here, None, at=world.now)
        assert asked
        code = code_in(asked)
        if dying_at is Kind.PROVE or (dying_at is None and self.drawn.random() < HALF):
            world.dying = dying_at is Kind.PROVE
            outcome = await told(
                Kind.PROVE,
                act,
                prove(ports, here, code, NOTHING, remember=False, at=world.now),
                token=token,
                code=code,
                user=user_id,
                sign_in=opened.id,
                correlation=opened.correlation_id,
            )
            assert isinstance(outcome, Proven), outcome
            return
        world.dying = dying_at is Kind.ANSWER
        answered = await told(
            Kind.ANSWER,
            act,
            answer_alone(world, begun, user_id, code),
            token=token,
            code=code,
            user=user_id,
            sign_in=opened.id,
        )
        assert answered is Written.DONE
        here = await stand(ports, token, at=world.now)
        world.dying = dying_at is Kind.ISSUE
        await told(
            Kind.ISSUE,
            act,
            issue(ports, here, at=world.now),
            token=token,
            user=user_id,
            correlation=opened.correlation_id,
        )

    def entry(self, act: str, event: Event, user_id: UserId) -> Entry:
        return Entry(
            at=self.world.now,
            event=event,
            actor=user_id,
            target=user_id,
            succeeded=True,
            correlation_id=CorrelationId(act),
        )


async def main(url: str, part: int, dying_at: Kind | None) -> None:
    # The connection pool's messages about a killed server are expected.
    logging.basicConfig(handlers=[logging.NullHandler()])
    store = await open_store(url, key_encryption_key=KEY_ENCRYPTION_KEY, entropy=os.urandom)
    os.write(1, b"ready\n")
    if dying_at is not None:
        writer = Writer(world_of(store, part), part, 0)
        await writer.sign_in(await writer.add_person(), dying_at=dying_at)
    writers = [Writer(world_of(store, part), part, number) for number in range(PEOPLE_AT_ONCE)]
    await asyncio.gather(*(until_the_store_is_gone(writer) for writer in writers))


async def until_the_store_is_gone(writer: Writer) -> None:
    with contextlib.suppress(StoreBusyError, UnknownOutcomeError):
        await writer.without_end()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), Kind(sys.argv[3]) if sys.argv[3:] else None))
