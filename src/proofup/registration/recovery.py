"""Making recovery codes: a new set in place of the old, shown once."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from proofup.audit.events.methods import RecoveryCodesMade
from proofup.challenges.brakes import count
from proofup.directory.users import RequireEpoch
from proofup.method_changes.issuing import issued
from proofup.methods.catalogue import Catalogue
from proofup.methods.declaration import Role
from proofup.methods.registered_methods import NewMethod, RegisteredMethod
from proofup.policy import figures
from proofup.policy.limits import Charge
from proofup.policy.proofs import Action
from proofup.policy.rules import Policy
from proofup.registration.guard import check_fresh, held_methods
from proofup.registration.ports import Actor, Ports, UnusableWayError
from proofup.registration.records import refused
from proofup.values.ids import MethodId, random_id
from proofup.values.secret import Secret


def stand_in_of(catalogue: Catalogue, held: Sequence[RegisteredMethod]) -> RegisteredMethod | None:
    """Return that of ``held`` which stands in for a lost method, if there is one."""
    return next((one for one in held if catalogue.stands_in(one)), None)


def codes_left(
    catalogue: Catalogue, policy: Policy, held: Sequence[RegisteredMethod], *, at: datetime
) -> int | None:
    """Return how many recovery codes are unused, or None where the rules forbid them."""
    if not any(policy.allows(traits.word, at=at) for traits in catalogue.in_role(Role.STAND_IN)):
        return None
    found = stand_in_of(catalogue, held)
    return catalogue.describe(found).left if found else 0


async def make_codes(ports: Ports, actor: Actor, *, at: datetime) -> tuple[Secret[str], ...]:
    """Return new codes as they are shown, this once; older ones are void.

    Raises UnusableWayError where the rules forbid them or there is no method yet that they
    could stand in for, NotFreshError, LimitReachedError, and StaleMethodError or SlotTakenError
    where another set was made meanwhile.
    """
    room, user = ports.room, actor.person.user
    held = held_methods(actor)
    method = room.catalogue.stand_in
    is_allowed = codes_left(room.catalogue, actor.policy, held, at=at) is not None
    if method is None or not is_allowed or not room.catalogue.lasting(held):
        raise UnusableWayError
    check_fresh(ports, actor, Action.MAKE_RECOVERY_CODES, at=at)
    limit = actor.policy.limit(figures.RECOVERY_SETS)
    charge = Charge(key=room.counter_key(limit.name, user.id), limit=limit)
    await count(room, partial(refused, actor, at=at), charge, at=at)
    draft = method.draft(
        {},
        NewMethod(
            id=MethodId(random_id(room.entropy)),
            user_id=user.id,
            slot=method.declaration.slots[0].name,
            at=at,
        ),
        rules={},
        terms=room.stretching.terms,
        entropy=room.entropy,
    )
    new = method.finished(draft, [await room.stretching.stretch(one) for one in draft.stretch])
    made = RecoveryCodesMade(count=len(draft.shown))
    await room.commit(
        RequireEpoch(user_id=user.id, epoch=actor.epoch),
        *issued(room, actor, user, held, new, event=made, template="recovery-codes-made", at=at),
    )
    return draft.shown
