"""What the last method of those that had to be registered brings with it."""

from collections.abc import Sequence
from datetime import datetime

from proofup.audit.events.accounts import MfaStateChanged
from proofup.audit.events.methods import RegistrationCompleted
from proofup.directory.users import MfaState, SetMfaState
from proofup.methods.protocol import RegisteredMethod
from proofup.policy.decision import lacking
from proofup.policy.rules import Policy
from proofup.policy.slots import open_slots, shut_on_the_way
from proofup.registration.ports import Actor, Ports
from proofup.registration.records import record
from proofup.values.changes import Change


def completion(
    ports: Ports,
    actor: Actor,
    policy: Policy,
    before: Sequence[RegisteredMethod],
    after: Sequence[RegisteredMethod],
    *,
    at: datetime,
) -> tuple[Change, ...]:
    """Return what changes where ``after`` is all that is demanded and ``before`` was not.

    Whoever was only asked to register must give a second proof from then on. Who had all before
    stays as an administrator left them: nothing of that was registered now.
    """
    if not _lacking(ports, actor, policy, before, at=at) or _lacking(
        ports, actor, policy, after, at=at
    ):
        return ()
    user, state = actor.person.user, actor.person.account.mfa_state
    completed = record(actor, RegistrationCompleted(), at=at)
    if state is not MfaState.ENABLED:
        return (completed,)
    changed = MfaStateChanged(was=state, now=MfaState.ENFORCED)
    return (
        completed,
        SetMfaState(user_id=user.id, was=state, state=MfaState.ENFORCED),
        record(actor, changed, at=at),
    )


def _lacking(
    ports: Ports, actor: Actor, policy: Policy, held: Sequence[RegisteredMethod], *, at: datetime
) -> int:
    catalogue, served = ports.room.catalogue, ports.room.served
    shut = shut_on_the_way(catalogue, actor.person.user)
    slots = open_slots(catalogue, held, policy.allowed(served), shut=shut)
    return lacking(
        actor.person.account,
        catalogue.options(held, at=at),
        policy,
        served=served,
        slots=len(slots),
    )
