"""A recovery code in place of the second proof: counted, stretched once, spent in one write."""

import hmac
from datetime import datetime

from msgspec.structs import replace

from proofup.audit.events.challenges import ChallengeFailed, RecoveryCodeUsed
from proofup.authentication.dispatcher import Standing, Step, moved
from proofup.authentication.issuing import NOTHING, Brought, Proven, going_on
from proofup.authentication.ports import Ports
from proofup.authentication.records import record
from proofup.authentication.signin import SignIn
from proofup.challenges.outcome import Refusal, Refused
from proofup.directory.devices import ForgetDevices
from proofup.directory.recovery_codes import (
    WAY,
    RecoverySet,
    SpendRecoveryCode,
    left_of,
    typed_code,
)
from proofup.directory.users import Person, RequireEpoch
from proofup.methods.protocol import Purpose
from proofup.notices.notifying import Notification, notice
from proofup.policy import figures
from proofup.policy.decision import check_not_blocked
from proofup.policy.limits import Charge, ResetCounters
from proofup.values.changes import Change
from proofup.values.errors import AlreadySpentError, LimitReachedError
from proofup.values.stretching import Stretch


async def codes_of(ports: Ports, standing: Standing) -> RecoverySet | None:
    """Return the codes that may be used in this sign-in now, or None."""
    if standing.step is not Step.CHALLENGE or standing.person is None or standing.policy is None:
        return None
    if not standing.policy.allows(WAY):
        return None
    return await ports.recovery.of_user(standing.person.user.id)


async def redeem(
    ports: Ports, standing: Standing, typed: str, brought: Brought = NOTHING, *, at: datetime
) -> Proven | Refused:
    """Judge a recovery code, and open the session where nothing else is due.

    Raises ProofsBlockedError, RevokedError where the account moved on meanwhile, and TooBusyError
    where too much waits to be hashed.
    """
    sign_in, person = standing.sign_in, standing.person
    if sign_in is None or person is None or standing.step is not Step.CHALLENGE:
        return Refused(because=Refusal.NOT_ASKED)
    check_not_blocked(person.account, at=at)
    ports.stretching.require_room()
    charges = _charges(ports, sign_in, person)
    try:
        left = await ports.room.counters.charge(*charges, at=at)
    except LimitReachedError as limit:
        return Refused(because=Refusal.PAUSED, left=0, until=limit.until)
    found = await codes_of(ports, standing)
    code = typed_code(typed)
    if found is None or code is None:
        return await _refuse(ports, sign_in, left=left[0], at=at)
    digest = await ports.stretching.stretch(Stretch(text=code, salt=found.salt, terms=found.terms))
    # All are compared whatever matches, so that time tells nothing.
    matching = [one for one in found.unused if hmac.compare_digest(one.digest, digest)]
    if not matching:
        return await _refuse(ports, sign_in, left=left[0], at=at)
    user_id = person.user.id
    proofs = sign_in.proofs.with_second(WAY, at)
    proven = replace(sign_in, proofs=proofs, remember=False)
    there = moved(ports, standing, proven, at=at)
    outcome, changes = await going_on(ports, user_id, proven, there, brought, at=at)
    try:
        await ports.room.commit(
            RequireEpoch(user_id=user_id, epoch=sign_in.epoch),
            SpendRecoveryCode(user_id=user_id, set_id=found.id, number=matching[0].number),
            *_told(ports, sign_in, person, left=left_of(found) - 1, at=at),
            *changes,
            # Whoever needs a code has lost a phone, and maybe a browser with it (security.md RC10).
            ForgetDevices(user_id=user_id),
            ResetCounters(keys=tuple(charge.key for charge in charges)),
        )
    except AlreadySpentError:
        return Refused(because=Refusal.ALREADY_USED)
    return outcome


def _charges(ports: Ports, sign_in: SignIn, person: Person) -> tuple[Charge, ...]:
    """Return what a try is counted against: codes of this account, all its proofs, the sign-in."""
    return tuple(
        Charge(key=ports.room.counter_key(limit.name, whom), limit=limit)
        for limit, whom in (
            (figures.RECOVERY_CODES, person.user.id),
            (figures.WRONG_PROOFS, person.user.id),
            (figures.ANSWERS_PER_SIGN_IN, sign_in.id),
        )
    )


async def _refuse(ports: Ports, sign_in: SignIn, *, left: int, at: datetime) -> Refused:
    failed = ChallengeFailed(way=WAY, because=Refusal.WRONG, purpose=Purpose.SIGN_IN)
    await ports.room.commit(record(sign_in, failed, succeeded=False, at=at))
    return Refused(because=Refusal.WRONG if left else Refusal.TOO_MANY, left=left)


def _told(
    ports: Ports, sign_in: SignIn, person: Person, *, left: int, at: datetime
) -> tuple[Change, ...]:
    """Tell the owner and the log that a code was used, and how many are left."""
    notification = Notification(
        user=person.user,
        correlation_id=sign_in.correlation_id,
        client=sign_in.client,
        language=sign_in.language,
    )
    return (
        *notice(
            ports.room.notifier, notification, "recovery-code-used", {"left": str(left)}, at=at
        ),
        record(sign_in, RecoveryCodeUsed(left=left), succeeded=True, at=at),
    )
