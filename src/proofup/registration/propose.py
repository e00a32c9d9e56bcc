"""Proposing a method: what was typed becomes a candidate, kept until it is proven or forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from proofup.challenges.challenge import StoredChallenge
from proofup.challenges.context import Context
from proofup.challenges.start import start
from proofup.directory.users import RequireEpoch
from proofup.methods.catalogue import Option
from proofup.methods.protocol import MethodKind, Purpose, RegisteredMethod
from proofup.policy.proofs import Action
from proofup.registration.guard import check_fresh, held_methods
from proofup.registration.pending import LIFETIME, OpenRegistration, Registration
from proofup.registration.ports import (
    Actor,
    AlreadyRegisteredError,
    Ports,
    UnknownRegistrationError,
)
from proofup.values.errors import SlotTakenError, StaleMethodError
from proofup.values.ids import MethodId, RegistrationId, random_id


async def propose(
    ports: Ports,
    actor: Actor,
    kind: MethodKind,
    typed: Mapping[str, str],
    *,
    replaces: MethodId | None,
    at: datetime,
) -> Registration:
    """Keep what was typed as a candidate for ``kind``, in place of ``replaces`` if that is given.

    Nothing is sent and no proof is asked for yet, so that what was typed survives the asking.
    Raises StaleMethodError where ``replaces`` is not what the person has now, SlotTakenError
    where there is no place for one more, AlreadyRegisteredError, and what the method raises for
    a bad field.
    """
    held = await held_methods(ports, actor)
    method = ports.room.catalogue.by_kind[kind]
    candidate = method.candidate(
        typed,
        method_id=MethodId(random_id(ports.room.entropy)),
        user_id=actor.person.user.id,
        slot=_slot(held, method.slots, replaces),
        at=at,
        entropy=ports.room.entropy,
    )
    if any(one.kind == kind and one.document == candidate.document for one in held):
        raise AlreadyRegisteredError
    registration = Registration(
        id=RegistrationId(random_id(ports.room.entropy)),
        user_id=actor.person.user.id,
        session_id=actor.session_id,
        candidate=candidate,
        way=method.ways(candidate)[0],
        replaces=replaces,
        correlation_id=actor.correlation_id,
        created_at=at,
        expires_at=at + LIFETIME,
    )
    await ports.room.commit(
        RequireEpoch(user_id=registration.user_id, epoch=actor.epoch),
        OpenRegistration(registration=registration),
    )
    return registration


async def pending(
    ports: Ports, actor: Actor, registration_id: RegistrationId, *, at: datetime
) -> Registration:
    """Return the change in progress of this id, if it is the actor's and not over."""
    found = await ports.registrations.by_id(registration_id)
    if (
        found is None
        or found.session_id != actor.session_id
        or found.user_id != actor.person.user.id
        or found.finished_at is not None
        or at >= found.expires_at
    ):
        raise UnknownRegistrationError
    return found


async def ask(
    ports: Ports, actor: Actor, registration: Registration, *, at: datetime
) -> StoredChallenge:
    """Put a challenge to the candidate: for a phone, a code goes to the new number.

    Raises NotFreshError first where the person has to prove once more who they are; then
    StaleMethodError, and what ``challenges.start`` raises.
    """
    held = await held_methods(ports, actor)
    action = Action.ADD_METHOD if registration.replaces is None else Action.CHANGE_METHOD
    check_fresh(ports, actor, held, action, at=at)
    check_present(held, registration)
    option = Option(registration.way, (registration.candidate,))
    return await start(ports.room, context(actor, registration), option, at=at)


def check_present(held: Sequence[RegisteredMethod], registration: Registration) -> None:
    """Raise StaleMethodError where the method to be replaced is not there any more."""
    if registration.replaces and all(one.id != registration.replaces for one in held):
        raise StaleMethodError


def placed(
    ports: Ports, held: Sequence[RegisteredMethod], registration: Registration
) -> RegisteredMethod:
    """Return the candidate in a place that is free now; two may have been proposed for one place.

    Raises SlotTakenError where there is none.
    """
    candidate = registration.candidate
    if registration.replaces or all(one.slot != candidate.slot for one in held):
        return candidate
    slots = ports.room.catalogue.of(candidate).slots
    return replace(candidate, slot=_slot(held, slots, None))


def context(actor: Actor, registration: Registration) -> Context:
    """Return what a challenge of the registration is told."""
    return Context(
        purpose=Purpose.REGISTRATION,
        subject=registration.id,
        user_id=registration.user_id,
        epoch=actor.epoch,
        correlation_id=actor.correlation_id,
        client=actor.client,
        language=actor.person.user.preferred_language or "en",
    )


def _slot(held: Sequence[RegisteredMethod], slots: Sequence[str], replaces: MethodId | None) -> str:
    """Return the place the candidate takes: the replaced one's, or the first that is free."""
    if replaces is not None:
        for one in held:
            if one.id == replaces and one.slot in slots:
                return one.slot
        raise StaleMethodError
    taken = {one.slot for one in held}
    for slot in slots:
        if slot not in taken:
            return slot
    raise SlotTakenError(slots[0])
