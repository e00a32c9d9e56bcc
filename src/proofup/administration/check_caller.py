"""Checking who is calling: a code that the agent reads out, and a proof that the caller gives.

The agent learns whether the caller proved it, and never sees the code that the caller was sent.
"""

from collections.abc import Sequence
from datetime import datetime

from proofup.administration.ports import Ports
from proofup.audit.events.callers import CallerCheckStarted
from proofup.challenges.context import Context
from proofup.challenges.options import options_of
from proofup.challenges.room import Room
from proofup.challenges.start import start
from proofup.directory.caller_checks import (
    LIFETIME,
    CallerCheck,
    CheckId,
    OpenCheck,
    drawn_code,
    drawn_word,
)
from proofup.methods.catalogue import Option
from proofup.methods.protocol import Purpose
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.client import Client
from proofup.values.errors import StaleError
from proofup.values.ids import random_id
from proofup.values.ways import Way

NOWHERE = Client(address="", agent="")


def callers_options(room: Room, target: Target, *, at: datetime) -> Sequence[Option]:
    """Return how the person could prove in a call who they are, the best first."""
    blocked_until = target.person.account.proofs_blocked_until
    if blocked_until is not None and at < blocked_until:
        return ()
    lasting = [one for one in target.held if room.catalogue.of(one).declaration.lasting]
    found = options_of(room, lasting, target.policy, at=at)
    return [option for option in found if option.traits.for_callers]


async def latest_check(
    ports: Ports, actor: Actor, target: Target, *, at: datetime
) -> CallerCheck | None:
    """Return the actor's check of the person, if it is open or its proof still counts.

    The proof also counts after the account has moved on: the first act of a call may end sessions.
    """
    check = await ports.caller_checks.by_agent(actor.id, target.person.user.id)
    if check is None or check.is_proven(at=at):
        return check
    is_open = check.is_open(at=at) and check.epoch == target.person.account.epoch
    return check if is_open else None


async def check_caller(
    ports: Ports, actor: Actor, target: Target, way: Way | None, *, at: datetime
) -> CallerCheck:
    """Ask for a proof in ``way``, or only show a code; a check that is open goes on.

    Raises StaleError if the person cannot answer in this way now, and what ``challenges.start``
    raises.
    """
    conditions = permitted(actor, Permission.CHECK_CALLERS, target, at=at)
    found = await latest_check(ports, actor, target, at=at)
    check, also = found, conditions
    if check is None or not check.is_open(at=at):
        check = _new_check(ports.room, actor, target, at=at)
        entry = actor.entry(CallerCheckStarted(), check.user_id, at=at)
        also = (*conditions, OpenCheck(check=check), entry)
    if way is None:
        await ports.room.commit(*also)
        return check
    options = callers_options(ports.room, target, at=at)
    option = next((one for one in options if one.way == way), None)
    if option is None:
        raise StaleError
    await start(ports.room, _context(ports.room, actor, target, check), option, also=also, at=at)
    return check


def _new_check(room: Room, actor: Actor, target: Target, *, at: datetime) -> CallerCheck:
    return CallerCheck(
        id=CheckId(random_id(room.entropy)),
        user_id=target.person.user.id,
        agent_id=actor.id,
        epoch=target.person.account.epoch,
        code=drawn_code(room.entropy),
        word=drawn_word(room.entropy),
        correlation_id=actor.correlation_id,
        started_at=at,
        expires_at=at + LIFETIME,
    )


def _context(room: Room, actor: Actor, target: Target, check: CallerCheck) -> Context:
    """Return the context of a question to the caller, in their own language if it is known."""
    wanted = target.person.user.preferred_language
    return Context(
        purpose=Purpose.CALLER_CHECK,
        subject=check.id,
        user_id=check.user_id,
        epoch=check.epoch,
        correlation_id=actor.correlation_id,
        client=actor.client or NOWHERE,
        language=room.notifier.languages.nearest(wanted, actor.language),
        policy=target.policy,
        asked_by=actor.id,
    )
