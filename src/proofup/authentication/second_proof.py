"""The second proof: challenged by the preferred option at once, or by another on demand."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from msgspec.structs import replace

from proofup.authentication.dispatcher import Standing, Step, moved
from proofup.authentication.issuing import NOTHING, Brought, Proven, going_on
from proofup.authentication.ports import Ports
from proofup.authentication.signin import SignIn
from proofup.challenges.answer import Judged, Written, count_try, judge, write
from proofup.challenges.challenge import StoredChallenge
from proofup.challenges.context import Context
from proofup.challenges.outcome import Refusal, Refused, Waiting
from proofup.challenges.start import start
from proofup.directory.users import CountNudge, RequireEpoch
from proofup.methods.protocol import Purpose
from proofup.methods.registered_methods import UpdateMethod
from proofup.policy.decision import RequiredAction, check_not_blocked
from proofup.policy.nudging import is_due
from proofup.policy.proofs import asked_first
from proofup.policy.rule_choices import Nudge
from proofup.policy.rules import Policy
from proofup.policy.subscriber import Subscriber
from proofup.values.changes import Change
from proofup.values.ids import UserId
from proofup.values.ways import Way

ProofOutcome: TypeAlias = Proven | Refused | Waiting


async def ask(
    ports: Ports,
    standing: Standing,
    way: Way | None,
    *,
    also: Sequence[Change] = (),
    at: datetime,
) -> StoredChallenge | None:
    """Put a challenge to the way named, or to the preferred option; None where it cannot be used.

    ``also`` is written with the challenge, or not at all where there is none. Raises
    ProofsBlockedError, and what ``challenges.start`` raises.
    """
    sign_in, subscriber = standing.sign_in, standing.subscriber
    if standing.step is not Step.CHALLENGE or sign_in is None or subscriber is None:
        return None
    check_not_blocked(subscriber.person.account, at=at)
    if way is None:
        option = asked_first(
            standing.options,
            subscriber.person.account.default_way,
            strongest=subscriber.policy.system_preferred,
        )
    else:
        option = next((option for option in standing.options if option.way == way), None)
    if option is None:
        return None
    context = await _context(ports, sign_in, subscriber)
    return await start(ports.room, context, option, also=also, at=at)


async def prove(
    ports: Ports,
    standing: Standing,
    typed: str,
    brought: Brought = NOTHING,
    *,
    remember: bool = False,
    at: datetime,
) -> ProofOutcome:
    """Judge ``typed``; where it is right and nothing else is due, the session is open with it.

    With ``remember`` the browser is remembered at the end of the sign-in, where the rules allow
    it. Raises ProofsBlockedError, and RevokedError where the account moved on meanwhile.
    """
    sign_in, subscriber = standing.sign_in, standing.subscriber
    if standing.step is not Step.CHALLENGE or sign_in is None or subscriber is None:
        return Refused(because=Refusal.NOT_ASKED)
    check_not_blocked(subscriber.person.account, at=at)
    room, user_id, held = ports.room, subscriber.person.user.id, standing.held
    context = await _context(ports, sign_in, subscriber)
    counted = await count_try(room, context, typed, at=at)
    if isinstance(counted, Refused):
        return counted
    while True:
        judged = await judge(room, counted, held)
        if not isinstance(judged, Judged):
            return judged
        is_nudged = await _is_nudged(ports, standing, at=at)
        proofs = sign_in.proofs.with_second(judged.way, at)
        proven = replace(sign_in, proofs=proofs, remember=remember, nudged=is_nudged)
        there = moved(ports, standing, proven, at=at)
        found, changes = await going_on(ports, user_id, proven, there, brought, at=at)
        written = await write(
            room,
            judged,
            *((CountNudge(user_id=user_id, at=at),) if is_nudged else ()),
            RequireEpoch(user_id=user_id, epoch=sign_in.epoch),
            UpdateMethod(method=judged.method),
            *changes,
        )
        if written is Written.DONE:
            return found
        if written is Written.ALREADY_USED:
            return Refused(because=Refusal.ALREADY_USED)
        held = await room.methods.of_user(user_id)


async def _is_nudged(ports: Ports, standing: Standing, *, at: datetime) -> bool:
    """Tell whether a stronger method is proposed after this proof, which is counted now."""
    room, sign_in = ports.room, standing.sign_in
    person, policy = standing.person, standing.policy
    if sign_in is None or sign_in.session_id is not None or person is None or policy is None:
        return False
    has_required_action = (
        standing.decision is not None
        and standing.decision.required_action is not RequiredAction.NONE
    )
    if has_required_action:
        return False
    options = room.catalogue.options(standing.held, at=at)
    return is_due(
        room.catalogue,
        person.account,
        options,
        policy,
        served=room.served,
        excluded=await _is_excluded(ports, person.user.id, policy),
        at=at,
    )


async def _is_excluded(ports: Ports, user_id: UserId, policy: Policy) -> bool:
    """Tell whether the campaign leaves somebody out, by name or with a group of theirs."""
    if not policy.excluded or policy.nudge is Nudge.NOBODY:
        return False
    groups = await ports.groups.of_user(user_id)
    return not policy.excluded.isdisjoint({user_id, *(one.id for one in groups)})


async def _context(ports: Ports, sign_in: SignIn, subscriber: Subscriber) -> Context:
    application = await ports.destinations.behind(sign_in.return_to)
    return Context(
        purpose=Purpose.SIGN_IN,
        subject=sign_in.id,
        user_id=subscriber.person.user.id,
        epoch=sign_in.epoch,
        correlation_id=sign_in.correlation_id,
        client=sign_in.client,
        language=sign_in.language,
        policy=subscriber.policy,
        application=application.name if application else "",
    )
