"""A method in place of the password: offered to every name alike, counted, used up in one write."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from proofup.audit.events.sign_ins import FirstMethodUsed
from proofup.authentication.dispatcher import Step, standing
from proofup.authentication.failing import failed
from proofup.authentication.issuing import NOTHING, Brought, Proven, going_on
from proofup.authentication.ports import Ports
from proofup.authentication.records import record
from proofup.authentication.second_proof import ask
from proofup.authentication.signin import SignIn
from proofup.challenges.answer import Judged, Written, write
from proofup.challenges.brakes import count
from proofup.challenges.cloning import clone_told
from proofup.challenges.outcome import Refusal, Refused
from proofup.challenges.questions import Put, take
from proofup.challenges.unasked import is_unknown, judge_unasked
from proofup.directory.users import RequireEpoch
from proofup.methods.declaration import Role, WayTraits
from proofup.methods.protocol import Challenge, Purpose
from proofup.methods.registered_methods import RegisteredMethod
from proofup.notices.notifying import Notification
from proofup.policy.budgets import CountryNotServedError
from proofup.policy.decision import check_not_blocked
from proofup.policy.first_method_tries import first_method_charges
from proofup.policy.giving_back import GiveBack
from proofup.policy.limits import ResetCounters
from proofup.policy.proofs import Proofs
from proofup.policy.rules import Policy
from proofup.policy.subscriber import Subscriber
from proofup.values.changes import Change
from proofup.values.errors import LimitReachedError
from proofup.values.ids import UserId
from proofup.values.ways import Way


async def first_ways(ports: Ports, *, at: datetime) -> tuple[WayTraits, ...]:
    """Return the ways that may replace the password now: the same for known and unknown names."""
    return _allowed(ports, await ports.room.policies.current(), at=at)


def _allowed(ports: Ports, policy: Policy, *, at: datetime) -> tuple[WayTraits, ...]:
    allowed = policy.allowed(ports.room.served, at=at)
    able = ports.room.catalogue.in_role(Role.FIRST)
    return tuple(traits for traits in able if traits.word in allowed)


async def prove_first(
    ports: Ports,
    sign_in: SignIn,
    way: Way,
    typed: str,
    brought: Brought = NOTHING,
    *,
    put: Put | None = None,
    at: datetime,
) -> Proven | Refused:
    """Judge the answer in place of the password, and store everything that it proves.

    ``put`` is the question to the browser, where the browser gives the answer.

    If nothing else is needed, the session opens; if a second proof is, its challenge starts. A
    wrong answer, a disabled account and an unknown name are refused in the same way and time. If a
    right answer is not accepted, the reason is given, because only its owner knows it.

    Raises TooBusyError, RevokedError, ProofsBlockedError, and StaleError where another request
    was first.
    """
    room = ports.room
    policy = await room.policies.current()
    if all(way != traits.word for traits in _allowed(ports, policy, at=at)):
        return Refused(because=Refusal.NOT_ASKED)
    room.stretching.require_room()
    # Unknown names are counted like known ones, so that a pause does not reveal them.
    whom = sign_in.user_id or f"nobody:{sign_in.name}"
    key = room.counter_key
    *own, network = first_method_charges(key, policy, whom, sign_in.client, sign_in.id)
    recorder = partial(record, sign_in, succeeded=False, at=at)
    try:
        await count(room, recorder, *own, network, at=at)
    except LimitReachedError as limit:
        return Refused(because=Refusal.PAUSED, until=limit.until)
    asked: Sequence[Challenge] | Refusal = await take(room, way, put, at=at) if put else ()
    if isinstance(asked, Refusal):
        return await _refuse(ports, sign_in, way, asked, at=at)
    while True:
        # Unknown names are looked up too, so that the time does not reveal them.
        subscriber = await ports.subscribers.of(sign_in.user_id or UserId(""))
        judged = await _judge(ports, subscriber, way, typed, asked, at=at)
        if isinstance(judged, Refusal) or subscriber is None:
            because = judged if isinstance(judged, Refusal) else Refusal.WRONG
            return await _refuse(ports, sign_in, way, because, subscriber, at=at)
        person = subscriber.person
        proven = replace(sign_in, proofs=_proofs(ports, judged, at=at))
        if proven.proofs.by_one_answer:
            check_not_blocked(person.account, at=at)
        there = await standing(ports, proven, subscriber=subscriber, at=at)
        found, changes = await going_on(ports, person.user.id, proven, there, brought, at=at)
        written = await write(
            room,
            judged,
            RequireEpoch(user_id=person.user.id, epoch=sign_in.epoch),
            ResetCounters(keys=tuple(charge.key for charge in own)),
            GiveBack(charges=(network,), at=at),
            record(sign_in, FirstMethodUsed(way=way), succeeded=True, at=at),
            *changes,
        )
        if written is Written.DONE:
            return await _asked(ports, found, at=at)


async def _judge(
    ports: Ports,
    subscriber: Subscriber | None,
    way: Way,
    typed: str,
    asked: Sequence[Challenge],
    *,
    at: datetime,
) -> Judged | Refusal:
    room, held = ports.room, _answering(ports, subscriber, way)
    if asked and is_unknown(room.catalogue, way, typed, held):
        return Refusal.METHOD_GONE
    judged = await judge_unasked(room, way, typed, held, asked=asked, at=at)
    rules = subscriber.policy.methods if subscriber else {}
    if isinstance(judged, Judged) and not room.catalogue.is_within(
        judged.method, rules, purpose=Purpose.SIGN_IN
    ):
        return Refusal.NOT_ALLOWED
    return judged


async def _refuse(
    ports: Ports,
    sign_in: SignIn,
    way: Way,
    because: Refusal,
    subscriber: Subscriber | None = None,
    *,
    at: datetime,
) -> Refused:
    entry = await failed(ports, sign_in, because, way=way, at=at)
    told: tuple[Change, ...] = ()
    if subscriber is not None:
        notification = Notification(
            user=subscriber.person.user,
            correlation_id=sign_in.correlation_id,
            client=sign_in.client,
            language=sign_in.language,
        )
        told = clone_told(ports.room, notification, because, at=at)
    await ports.room.commit(entry, *told)
    return Refused(because=because)


def _answering(ports: Ports, subscriber: Subscriber | None, way: Way) -> Sequence[RegisteredMethod]:
    """Return the methods of the person that know an answer in ``way``, if they may sign in."""
    if subscriber is None or not subscriber.person.account.enabled:
        return ()
    catalogue = ports.room.catalogue
    return [held for held in subscriber.held if way in catalogue.of(held).ways(held)]


def _proofs(ports: Ports, judged: Judged, *, at: datetime) -> Proofs:
    """Return what the answer proves: the first factor, and both where its method has two."""
    proofs = Proofs(first_at=at, first_way=judged.way)
    factors = ports.room.catalogue.declaration(judged.method).factors
    return proofs.with_second(judged.way, at) if len(factors) > 1 else proofs


async def _asked(ports: Ports, found: Proven, *, at: datetime) -> Proven:
    """Ask for the second proof where one is due."""
    if found.standing.step is not Step.CHALLENGE:
        return found
    try:
        await ask(ports, found.standing, None, at=at)
    except (LimitReachedError, CountryNotServedError) as why:
        return replace(found, not_sent=why)
    return found
