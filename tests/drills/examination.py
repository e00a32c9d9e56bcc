"""Compares the database that a killed process left with what the process had reported."""

import asyncio
import os
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from hashlib import sha256

import msgspec
import psycopg

from drills.journal import Kind, Line, State
from drills.writer import KEY_ENCRYPTION_KEY, MortalWorld, code_in, name_of, world_of
from proofup.authentication.dispatcher import Step, stand
from proofup.authentication.issuing import Proven, issue
from proofup.authentication.second_proof import ask, prove
from proofup.challenges.answer import Try, count_try
from proofup.challenges.challenge import ChallengeState
from proofup.challenges.context import Context
from proofup.challenges.outcome import Refusal, Refused
from proofup.methods.protocol import Purpose
from proofup.policy.rules import Policy
from proofup.storage.schema import sqlite_path
from proofup.storage.store import Store, open_store
from proofup.values.ids import CorrelationId, MessageId, UserId
from world import HOME

AUDIT = "SELECT text FROM audit_log"
SESSIONS = "SELECT correlation_id, COUNT(*) FROM sessions GROUP BY correlation_id"
OTHERS = (
    "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
COUNTER = "SELECT tries FROM counters WHERE key = ?"


@dataclass
class Left:
    """The findings of all rounds so far."""

    told: Counter[State] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    halves: list[str] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)  # written, though it was refused
    spent_twice: list[str] = field(default_factory=list)
    silently_done: int = 0  # durable, but killed before anybody was told

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.halves or self.unasked or self.spent_twice)


@dataclass
class Examination:
    """One look at an open store; ``part`` is the round whose journal is compared."""

    store: Store
    world: MortalWorld
    left: Left
    audited: frozenset[tuple[str, str]]
    sessions: dict[str, int]

    async def of(self, journal: list[Line], *, states: frozenset[State] = frozenset(State)) -> None:
        """Compare every act of ``journal`` with what is stored, those in ``states`` one by one."""
        for line in journal:
            self.left.told[line.state] += 1
            if line.kind is not Kind.TRY and line.state in states:
                self.judge(line, await self.traces(line))
        await self.tries([line for line in journal if line.kind is Kind.TRY])
        await self.phones([line for line in journal if line.kind in {Kind.PERSON, Kind.PHONE}])

    def judge(self, line: Line, traces: list[bool]) -> None:
        """Note what is wrong about an act, given its ``traces`` in the database."""
        name = f"{line.kind} {line.id}: {traces}"
        if any(traces) and not all(traces):
            self.left.halves.append(name)
        elif line.state is State.DONE and not all(traces):
            self.left.lost.append(name)
        elif line.state is State.REFUSED and any(traces):
            self.left.unasked.append(name)
        elif line.state is not State.DONE and all(traces):
            self.left.silently_done += 1

    async def traces(self, line: Line) -> list[bool]:
        """Return which of the rows of an act are there."""
        facts, store = line.facts, self.store
        user_id = UserId(facts["user"])
        match line.kind:
            case Kind.PERSON:
                return [
                    await store.people.by_id(user_id) is not None,
                    await store.passwords.of_user(user_id) is not None,
                    bool(await store.methods.of_user(user_id)),
                    ("userAdded", line.id) in self.audited,
                ]
            case Kind.PHONE:
                mail = await store.outbox.progress(MessageId(f"mail-{line.id}"))
                return [mail is not None, ("methodReplaced", line.id) in self.audited]
            case Kind.ANSWER:
                return await self.answered(facts)
            case Kind.PROVE:
                return [*await self.answered(facts), *await self.issued(line)]
            case _:
                return await self.issued(line)

    async def issued(self, line: Line) -> list[bool]:
        sign_in = await self.store.sign_ins.by_token(sha256(line.facts["token"].encode()).digest())
        assert sign_in
        many = self.sessions.get(line.facts["correlation"], 0)
        if many > 1:
            self.left.spent_twice.append(f"{line.id}: {many} sessions")
        return [
            sign_in.finished_at is not None,
            many == 1,
            ("signedIn", line.facts["correlation"]) in self.audited,
        ]

    async def answered(self, facts: dict[str, str]) -> list[bool]:
        (asked,) = await self.store.challenges.of_subject(facts["sign_in"], most=9)
        sign_in = await self.store.sign_ins.by_token(sha256(facts["token"].encode()).digest())
        assert sign_in
        return [
            asked.state is ChallengeState.ANSWERED,
            asked.challenge.verifier is None,
            sign_in.proofs.second_at is not None,
        ]

    async def tries(self, journal: list[Line]) -> None:
        """Compare each counter with the number of reported attempts."""
        for key in {line.facts["counter"] for line in journal}:
            states = Counter(line.state for line in journal if line.facts["counter"] == key)
            found = await self.store.engine.rows(COUNTER, key)
            counted = sum(many for _, many in msgspec.json.decode(found[0][0])) if found else 0
            open_ones = states[State.BEGUN] + states[State.UNKNOWN]
            if counted < states[State.DONE]:
                self.left.lost.append(f"{key}: {counted} of {states}")
            if counted > states[State.DONE] + open_ones:
                self.left.unasked.append(f"{key}: {counted} of {states}")

    async def phones(self, journal: list[Line]) -> None:
        """Compare each person's phone with the last change in the audit log."""
        last = {
            line.facts["user"]: line.facts["method"]
            for line in journal
            for event in ("userAdded", "methodReplaced")
            if (event, line.id) in self.audited
        }
        for user, method in last.items():
            held = await self.store.methods.of_user(UserId(user))
            if [one.id for one in held] != [method]:
                self.left.halves.append(f"{user} holds {held}, not {method}")

    async def spend_again(self, journal: list[Line]) -> None:
        """Type every code once more: a used one opens nothing, an unused one opens once (D2)."""
        now = self.world.now
        for line in journal:
            if line.kind not in {Kind.ANSWER, Kind.PROVE}:
                continue
            code, token = line.facts["code"], line.facts["token"]
            if not all(await self.answered(line.facts)):
                here = await stand(self.world.sign_in, token, at=now)
                outcome = await prove(self.world.sign_in, here, code, at=now)
                if not isinstance(outcome, Proven):
                    self.left.lost.append(f"{line.id}: an open code was refused: {outcome}")
            again = await self.typed_past_the_dispatcher(line.facts)
            if again != Refused(because=Refusal.ALREADY_USED):
                self.left.spent_twice.append(f"{line.id}: {again}")
            await self.issue_again(token)

    async def typed_past_the_dispatcher(self, facts: dict[str, str]) -> Try | Refused:
        """Answer the challenge directly, bypassing the dispatcher."""
        user_id = UserId(facts["user"])
        context = Context(
            purpose=Purpose.SIGN_IN,
            subject=facts["sign_in"],
            user_id=user_id,
            epoch=0,
            correlation_id=CorrelationId("drill"),
            client=HOME,
            language="en",
            policy=Policy(),
        )
        return await count_try(self.world.room, context, facts["code"], at=self.world.now)

    async def issue_again(self, token: str) -> None:
        """Ask for the session twice more: there is exactly one in the end."""
        for _ in range(2):
            here = await stand(self.world.sign_in, token, at=self.world.now)
            if here.step is Step.ISSUE:
                await issue(self.world.sign_in, here, at=self.world.now)
        if here.step is not Step.FINISHED:
            self.left.lost.append(f"a sign-in stands at {here.step}")

    async def start_anew(self, user: str) -> None:
        """Sign in a person whose sign-in was in progress when the process died."""
        self.world.later(minutes=1)
        token, here = await self.world.with_password(name_of(user))
        asked = await ask(self.world.sign_in, here, None, at=self.world.now)
        assert asked
        outcome = await prove(self.world.sign_in, here, code_in(asked), at=self.world.now)
        assert isinstance(outcome, Proven)
        await self.issue_again(token)


async def examine(url: str, part: int, journal: list[Line], left: Left) -> None:
    """Examine the database of round ``part``, note problems in ``left``, continue sign-ins."""
    await asyncio.to_thread(_check_whole, url)
    async with _opened(url) as store:
        look = await _look(store, part, left)
        await look.of(journal)
        await look.spend_again(journal)
        answers = [line for line in journal if line.kind in {Kind.ANSWER, Kind.PROVE}]
        if answers:
            await look.start_anew(answers[-1].facts["user"])


async def examine_all(url: str, journal: list[Line], left: Left) -> None:
    """Check once more everything that was ever acknowledged, and the whole chain."""
    async with _opened(url) as store:
        look = await _look(store, 0, left)
        # Sign-ins that were open after their round were continued then.
        await look.of(journal, states=frozenset({State.DONE}))


async def _look(store: Store, part: int, left: Left) -> Examination:
    assert await store.audit.verify() is None
    texts = [msgspec.json.decode(text) for (text,) in await store.engine.rows(AUDIT)]
    return Examination(
        store=store,
        world=world_of(store, part),
        left=left,
        audited=frozenset((text["event"], text["correlation_id"]) for text in texts),
        sessions=dict(await store.engine.rows(SESSIONS)),
    )


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Store]:
    store = await open_store(url, key_encryption_key=KEY_ENCRYPTION_KEY, entropy=os.urandom)
    try:
        yield store
    finally:
        await store.close()


def _check_whole(url: str) -> None:
    """Check the integrity of the database; on PostgreSQL wait for commits in progress."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(sqlite_path(url))) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(OTHERS).fetchone() != (0,):
            time.sleep(0.01)  # the server needs a moment to notice that its client is gone
