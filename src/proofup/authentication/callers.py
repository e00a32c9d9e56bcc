"""The answer of somebody who calls the help desk, to the question that an agent has asked.

The page is open to everybody who knows its address, so the answer is yes or no and nothing else:
whether a check with this word exists, who is asked and how is told to the agent alone.
"""

from datetime import datetime

from proofup.audit.entry import Entry
from proofup.audit.events.callers import CallerProven
from proofup.audit.events.event import Event
from proofup.authentication.ports import Ports
from proofup.challenges.answer import Judged, Written, count_try, judge, write
from proofup.challenges.brakes import count
from proofup.challenges.context import Context
from proofup.challenges.outcome import Refused
from proofup.challenges.put_answer import judge_put
from proofup.challenges.questions import Put
from proofup.challenges.records import record
from proofup.directory.caller_checks import CallerCheck, ProveCaller, typed_word
from proofup.directory.users import RequireEpoch
from proofup.methods.protocol import Purpose
from proofup.methods.registered_methods import UpdateMethod
from proofup.policy import figures
from proofup.policy.decision import ProofsBlockedError, check_not_blocked
from proofup.policy.limits import Charge
from proofup.policy.subscriber import Subscriber
from proofup.values.client import Client
from proofup.values.errors import RevokedError
from proofup.values.ids import CorrelationId

UNKNOWN = "anonymous"


async def answer_help_desk(
    ports: Ports,
    word: str,
    typed: str,
    *,
    put: Put | None = None,
    client: Client,
    correlation_id: CorrelationId,
    language: str,
    at: datetime,
) -> bool:
    """Judge a code that was typed with the word of a check, and tell whether it was right.

    What a browser answers belongs to the question that the page has ``put`` to it. Raises
    LimitReachedError for a network that tries many words.
    """
    known = typed_word(word)
    check = await ports.caller_checks.by_word(known) if known else None
    if check is None or not check.is_open(at=at):
        await _count_word(ports, client, correlation_id, at=at)
        return False
    return await prove_caller(ports, check, typed, put=put, client=client, language=language, at=at)


async def prove_caller(
    ports: Ports,
    check: CallerCheck,
    typed: str,
    *,
    put: Put | None = None,
    client: Client,
    language: str,
    at: datetime,
) -> bool:
    """Judge ``typed``, or what the caller did in a call; a right answer is noted in the check."""
    subscriber = await ports.subscribers.of(check.user_id)
    if subscriber is None or not check.is_open(at=at):
        return False
    context = _context(check, subscriber, client, language)
    try:
        check_not_blocked(subscriber.person.account, at=at)
        return await _proven(ports, check, subscriber, context, typed, put=put, at=at)
    except (ProofsBlockedError, RevokedError):
        return False


async def _proven(
    ports: Ports,
    check: CallerCheck,
    subscriber: Subscriber,
    context: Context,
    typed: str,
    *,
    put: Put | None,
    at: datetime,
) -> bool:
    room, held = ports.room, subscriber.held
    counted = await count_try(room, context, typed, at=at)
    if isinstance(counted, Refused):
        return False
    while True:
        judged = (
            await judge(room, counted, held)
            if put is None
            else await judge_put(room, counted, held, put)
        )
        if not isinstance(judged, Judged):
            return False
        by = room.catalogue.describe(judged.method).masked
        proven = CallerProven(way=judged.way, by=by)
        written = await write(
            room,
            judged,
            ProveCaller(check_id=check.id, way=judged.way, by=by, at=at),
            RequireEpoch(user_id=check.user_id, epoch=check.epoch),
            UpdateMethod(method=judged.method),
            record(context, proven, succeeded=True, at=at),
        )
        if written is not Written.OUTRUN:
            return written is Written.DONE
        held = await room.methods.of_user(check.user_id)


def _context(check: CallerCheck, subscriber: Subscriber, client: Client, language: str) -> Context:
    return Context(
        purpose=Purpose.CALLER_CHECK,
        subject=check.id,
        user_id=check.user_id,
        epoch=check.epoch,
        correlation_id=check.correlation_id,
        client=client,
        language=language,
        policy=subscriber.policy,
    )


async def _count_word(
    ports: Ports, client: Client, correlation_id: CorrelationId, *, at: datetime
) -> None:
    """Count a word that belongs to no open check. Raises LimitReachedError."""
    room = ports.room
    limit = (await room.policies.current()).limit(figures.CALLER_WORDS)

    def entry(event: Event) -> Entry:
        return Entry(
            at=at,
            event=event,
            actor=UNKNOWN,
            target=None,
            succeeded=False,
            correlation_id=correlation_id,
            network=client.address,
        )

    charge = Charge(key=room.counter_key(limit.name, client.network), limit=limit)
    await count(room, entry, charge, at=at)
