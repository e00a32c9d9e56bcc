"""The second proof: asked for by the preferred option at once, or by another on demand."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeAlias

from msgspec.structs import replace

from proofup.authentication.dispatcher import Standing, Step, moved
from proofup.authentication.ports import Ports
from proofup.authentication.signin import AdvanceSignIn, SignIn
from proofup.challenges.answer import answer as answer_challenge
from proofup.challenges.challenge import StoredChallenge
from proofup.challenges.context import Context
from proofup.challenges.outcome import Outcome, Refusal, Refused
from proofup.challenges.start import start
from proofup.directory.users import CountNudge, RequireEpoch
from proofup.methods.catalogue import Option
from proofup.methods.protocol import Purpose, RegisteredMethod, UpdateMethod
from proofup.policy.decision import RequiredAction, check_not_blocked
from proofup.policy.nudging import is_due
from proofup.policy.proofs import preferred
from proofup.values.changes import Change
from proofup.values.ids import UserId
from proofup.values.ways import Way

Finish: TypeAlias = Callable[[UserId, SignIn, Standing], Awaitable[Sequence[Change]]]
"""Names what a proof leads to: told whose it is, the sign-in that has it, where that one stands."""


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
    sign_in, person = standing.sign_in, standing.person
    if standing.step is not Step.CHALLENGE or sign_in is None or person is None:
        return None
    check_not_blocked(person.account, at=at)
    if way is None:
        option = preferred(standing.options, person.account.default_way)
    else:
        option = next((option for option in standing.options if option.way is way), None)
    if option is None:
        return None
    context = _context(sign_in, person.user.id)
    return await start(ports.room, context, option, also=also, at=at)


async def advance(_: UserId, sign_in: SignIn, __: Standing) -> Sequence[Change]:
    """Take the next step of the sign-in, and do no more."""
    return (AdvanceSignIn(sign_in=sign_in),)


async def answer(
    ports: Ports,
    standing: Standing,
    typed: str,
    *,
    remember: bool = False,
    finish: Finish = advance,
    at: datetime,
) -> Outcome:
    """Judge ``typed``; where it is right, the sign-in has its second proof when this returns.

    With ``remember`` the browser is remembered at the end of the sign-in, where the rules allow
    it. What ``finish`` names is written together with the proof. Raises ProofsBlockedError.
    """
    sign_in, person = standing.sign_in, standing.person
    if standing.step is not Step.CHALLENGE or sign_in is None or person is None:
        return Refused(because=Refusal.NOT_ASKED)
    check_not_blocked(person.account, at=at)
    user_id = person.user.id
    options = ports.room.catalogue.options(standing.held, at=at)

    async def spend(method: RegisteredMethod, way: Way) -> Sequence[Change]:
        proofs = sign_in.proofs.with_second(way, at)
        is_nudged = _is_nudged(standing, options, way, at=at)
        proven = replace(sign_in, proofs=proofs, remember=remember, nudged=is_nudged)
        return (
            *((CountNudge(user_id=user_id, at=at),) if is_nudged else ()),
            RequireEpoch(user_id=user_id, epoch=sign_in.epoch),
            UpdateMethod(method=method),
            *await finish(user_id, proven, moved(ports, standing, proven, at=at)),
        )

    return await answer_challenge(
        ports.room,
        _context(sign_in, user_id),
        typed,
        held=standing.held,
        methods=lambda: ports.room.methods.of_user(user_id),
        spend=spend,
        at=at,
    )


def _is_nudged(standing: Standing, options: Sequence[Option], way: Way, *, at: datetime) -> bool:
    """Tell whether an app is proposed after this proof; it counts even where nobody looks at it."""
    sign_in, person, policy = standing.sign_in, standing.person, standing.policy
    if sign_in is None or sign_in.session_id is not None or person is None or policy is None:
        return False
    has_required_action = (
        standing.decision is not None
        and standing.decision.required_action is not RequiredAction.NONE
    )
    return not has_required_action and is_due(person.account, options, policy, way, at=at)


def _context(sign_in: SignIn, user_id: UserId) -> Context:
    return Context(
        purpose=Purpose.SIGN_IN,
        subject=sign_in.id,
        user_id=user_id,
        epoch=sign_in.epoch,
        correlation_id=sign_in.correlation_id,
        client=sign_in.client,
        language=sign_in.language,
    )
