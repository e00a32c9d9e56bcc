"""The implementation of ``Watch`` that counts."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from msgspec import Struct

from proofup.audit.entry import Entry
from proofup.audit.events.challenges import ChallengeFailed, RecoveryCodeUsed
from proofup.audit.events.event import Event
from proofup.audit.events.sign_ins import FirstMethodUsed, ProofRenewed, SignedIn, SignInFailed
from proofup.challenges.challenge import ConsumeChallenge, OpenChallenge
from proofup.challenges.room import Room
from proofup.delivery.carriers import Carrier, CarrierDownError, CarrierRefusedError
from proofup.delivery.outbox import ClaimedMessage
from proofup.hashing.pool import Argon2idPool
from proofup.methods.protocol import Purpose
from proofup.metrics.endpoint import Figures
from proofup.metrics.instruments import Instruments
from proofup.policy.limits import Charge, Counters, Limit
from proofup.storage.engine import Engine
from proofup.values.changes import Change, Commit
from proofup.values.clock import Clock
from proofup.values.errors import LimitReachedError, StoreBusyError, UnknownOutcomeError
from proofup.values.secret import Secret
from proofup.web.mount import Mount
from proofup.web.request_log import NoteRequest

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Measured(Struct, frozen=True):
    """Counts with ``instruments``; ``token`` is needed to read them."""

    instruments: Instruments
    token: Secret[str]

    @property
    def note_request(self) -> NoteRequest:
        """What counts a request."""
        return self._note

    def commit(self, commit: Commit) -> Commit:
        """Return ``commit``, timed; its events are counted once they are durable."""
        return MeasuredCommit(commit, self.instruments)

    def counters(self, counters: Counters) -> Counters:
        """Return ``counters``, timed, with refusals counted."""
        return MeasuredCounters(counters, self.instruments)

    def carrier(self, kind: str, name: str, carrier: Carrier[Any]) -> Carrier[Any]:
        """Return ``carrier``, with its answers counted."""
        return MeasuredCarrier(kind, name, carrier, self.instruments)

    def doors(
        self, room: Room, engine: Engine, hashing: Argon2idPool, clock: Clock
    ) -> Sequence[Mount]:
        """Return the door of the figures."""
        return (Figures(self.instruments, self.token, room, engine, hashing, clock).door(),)

    def _note(self, method: str, route: str, status: int, seconds: float) -> None:
        # A client may send any word as its method; unknown ones share a label.
        known = method if method in METHODS else "other"
        self.instruments.requests.labels(known, route, str(status)).inc()
        self.instruments.request_seconds.labels(route).observe(seconds)


class MeasuredCommit(Struct, frozen=True):
    """The port ``Commit``, which counts what was written."""

    inner: Commit
    instruments: Instruments

    async def __call__(self, *changes: Change) -> None:
        """Write ``changes``, then count what they were."""
        with _writing(self.instruments):
            await self.inner(*changes)
        for change in changes:
            self._count(change)

    def _count(self, change: Change) -> None:
        challenges = self.instruments.challenges
        if isinstance(change, OpenChallenge):
            challenges.labels(change.stored.challenge.way, "started").inc()
        elif isinstance(change, ConsumeChallenge):
            challenges.labels(change.way, "taken").inc()
        elif isinstance(change, Entry):
            self._count_event(change.event)

    def _count_event(self, event: Event) -> None:
        challenges, sign_ins = self.instruments.challenges, self.instruments.sign_ins
        match event:
            case ChallengeFailed():
                challenges.labels(event.way, event.because).inc()
                if event.purpose == Purpose.SIGN_IN:
                    sign_ins.labels("secondProof", event.because).inc()
            case SignInFailed():
                proof = "password" if event.way is None else "firstMethod"
                sign_ins.labels(proof, event.because).inc()
            case RecoveryCodeUsed() | FirstMethodUsed():
                challenges.labels(event.way, "taken").inc()
            case SignedIn() | ProofRenewed():
                sign_ins.labels("session", event.word).inc()


class MeasuredCounters(Struct, frozen=True):
    """The port ``Counters``, which counts refusals."""

    inner: Counters
    instruments: Instruments

    async def charge(self, *charges: Charge, at: datetime) -> list[int]:
        """Count all of ``charges`` durably, or none, and return how many tries each leaves."""
        with _writing(self.instruments):
            return await self.inner.charge(*charges, at=at)

    async def spent(self, key: str, limit: Limit, *, at: datetime) -> int:
        """Return how much of ``limit`` is used under ``key``, and count nothing."""
        return await self.inner.spent(key, limit, at=at)

    async def refused(self, charges: Sequence[Charge], *, at: datetime) -> frozenset[str]:
        """Return the keys of those ``charges`` that would be refused, and count nothing."""
        return await self.inner.refused(charges, at=at)


class MeasuredCarrier(Struct, frozen=True):
    """A carrier of ``kind`` whose answers are counted."""

    kind: str
    name: str
    inner: Carrier[Any]
    instruments: Instruments

    async def send(self, content: Any, message: ClaimedMessage, /) -> str | None:
        """Send the message, and count the answer; a time-out counts as ``down``."""
        outcome = "down"
        try:
            reference = await self.inner.send(content, message)
            outcome = "taken"
        except CarrierRefusedError as refusal:
            outcome = "down" if isinstance(refusal, CarrierDownError) else "refused"
            raise
        finally:
            self.instruments.messages.labels(self.kind, self.name, outcome).inc()
        return reference


@contextmanager
def _writing(instruments: Instruments) -> Iterator[None]:
    """Time a write, and count its failure by reason."""
    begun = time.perf_counter()
    try:
        yield
    except LimitReachedError as refused:
        instruments.limits.labels(refused.limit).inc()
        raise
    except StoreBusyError:
        instruments.writes_failed.labels("busy").inc()
        raise
    except UnknownOutcomeError:
        instruments.writes_failed.labels("unknown").inc()
        raise
    finally:
        instruments.write_seconds.observe(time.perf_counter() - begun)
