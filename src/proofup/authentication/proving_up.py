"""Proof-up before a sign-in ends: postponing it, cancelling it, and what a new method proves."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from proofup.audit.events.methods import RegistrationCompleted, RegistrationSkipped
from proofup.authentication.dispatcher import Standing, Step
from proofup.authentication.ports import Ports
from proofup.authentication.records import record
from proofup.authentication.signin import AdvanceSignIn
from proofup.directory.users import RequireEpoch, SetGrace
from proofup.policy.decision import CAN_WAIT, RequiredAction
from proofup.values.ways import Way


async def put_off(ports: Ports, standing: Standing, *, at: datetime) -> None:
    """Postpone registration to another sign-in if the rules allow it; otherwise do nothing.

    The days of grace begin with the first time; a proposal was
    counted when it was made. Raises RevokedError and StaleError.
    """
    sign_in, decision, policy = standing.sign_in, standing.decision, standing.policy
    if standing.step is not Step.PROOF_UP or sign_in is None or sign_in.user_id is None:
        return
    if decision is None or policy is None or decision.required_action not in CAN_WAIT:
        return
    ends_at = at + timedelta(days=policy.grace_days)
    grace = SetGrace(user_id=sign_in.user_id, ends_at=ends_at)
    await ports.room.commit(
        RequireEpoch(user_id=sign_in.user_id, epoch=sign_in.epoch),
        *((grace,) if decision.required_action is RequiredAction.MAY_REGISTER else ()),
        AdvanceSignIn(sign_in=replace(sign_in, put_off=True)),
        record(sign_in, RegistrationSkipped(), succeeded=True, at=at),
    )


async def cancel(ports: Ports, standing: Standing, *, at: datetime) -> None:
    """End a sign-in without completing proof-up; methods that were confirmed in it stay.

    Raises StaleError.
    """
    sign_in = standing.sign_in
    if standing.step is not Step.PROOF_UP or sign_in is None:
        return
    cancelled = RegistrationCompleted(because="cancelled")
    await ports.room.commit(
        AdvanceSignIn(sign_in=replace(sign_in, expires_at=at)),
        record(sign_in, cancelled, succeeded=False, at=at),
    )


async def count_registered(ports: Ports, standing: Standing, way: Way, *, at: datetime) -> None:
    """Count the confirmation of a first method as the second proof of the sign-in it was made in.

    The person has just answered with it; asking again would prove nothing more. Raises RevokedError
    and StaleError.
    """
    sign_in = standing.sign_in
    if sign_in is None or sign_in.user_id is None or sign_in.proofs.second_at is not None:
        return
    proven = replace(sign_in, proofs=sign_in.proofs.with_second(way, at))
    await ports.room.commit(
        RequireEpoch(user_id=sign_in.user_id, epoch=sign_in.epoch),
        AdvanceSignIn(sign_in=proven),
    )
