"""Making recovery codes: a new set in place of the old, shown once."""

from datetime import datetime

from proofup.audit.events.methods import RecoveryCodesMade
from proofup.directory.recovery_codes import (
    SALT_BYTES,
    WAY,
    RecoverySet,
    SetRecoveryCodes,
    StoredCode,
    new_codes,
)
from proofup.directory.users import RequireEpoch
from proofup.notices.notifying import notice
from proofup.policy import figures
from proofup.policy.limits import Charge
from proofup.policy.proofs import Action
from proofup.registration.guard import check_fresh, held_methods
from proofup.registration.ports import Actor, Ports, UnusableWayError
from proofup.registration.records import record
from proofup.values.ids import random_id
from proofup.values.secret import Secret
from proofup.values.stretching import Stretch


async def make_codes(ports: Ports, actor: Actor, *, at: datetime) -> tuple[Secret[str], ...]:
    """Return ten new codes, the only time that anybody sees them; older ones are void.

    Raises UnusableWayError where the rules forbid them or there is no method yet that they
    could stand in for, NotFreshError, and LimitReachedError.
    """
    held = await held_methods(ports, actor)
    policy = await ports.room.policies.current()
    if not policy.allows(WAY) or not held:
        raise UnusableWayError
    await check_fresh(ports, actor, held, Action.MAKE_RECOVERY_CODES, at=at)
    user = actor.person.user
    limit = figures.RECOVERY_SETS
    key = ports.room.counter_key(limit.name, user.id)
    await ports.room.counters.charge(Charge(key=key, limit=limit), at=at)
    codes = new_codes(ports.room.entropy)
    salt, terms = ports.room.entropy(SALT_BYTES), ports.stretching.terms
    wanted = [Stretch(text=code, salt=salt, terms=terms) for code in codes]
    stored = [
        StoredCode(number, await ports.stretching.stretch(one))
        for number, one in enumerate(wanted, start=1)
    ]
    new = RecoverySet(
        id=random_id(ports.room.entropy),
        user_id=user.id,
        salt=salt,
        terms=terms,
        created_at=at,
        unused=tuple(stored),
    )
    await ports.room.commit(
        RequireEpoch(user_id=user.id, epoch=actor.epoch),
        SetRecoveryCodes(new=new),
        *notice(ports.room.notifier, actor.notification, "recovery-codes-made", {}, at=at),
        record(actor, RecoveryCodesMade(count=len(codes)), at=at),
    )
    return codes
