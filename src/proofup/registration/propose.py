"""Proposing a method: the input becomes a candidate, stored until it is proven or expires."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from proofup.audit.events.methods import RegistrationStarted
from proofup.challenges.challenge import StoredChallenge
from proofup.challenges.context import Context
from proofup.challenges.room import budget_of
from proofup.challenges.start import start
from proofup.directory.users import RequireEpoch
from proofup.methods.abilities import DeviceMethod, RegistrableMethod, TokenMethod
from proofup.methods.declaration import Declaration, Role, Who
from proofup.methods.protocol import Purpose, VerificationMethod
from proofup.methods.registered_methods import MethodKind, NewMethod, RegisteredMethod
from proofup.policy.budgets import CountryNotServedError, LineNotServedError
from proofup.policy.decision import check_not_blocked
from proofup.policy.proofs import Action
from proofup.policy.slots import open_slots, shut_on_the_way
from proofup.registration.guard import check_fresh, check_invited, held_methods
from proofup.registration.pending import LIFETIME, OpenRegistration, Registration
from proofup.registration.ports import (
    Actor,
    AlreadyRegisteredError,
    Ports,
    UnknownRegistrationError,
    UnusableWayError,
)
from proofup.registration.records import record
from proofup.values.changes import Change
from proofup.values.errors import (
    InvalidInputError,
    InvalidPhoneNumberError,
    SlotTakenError,
    StaleMethodError,
)
from proofup.values.ids import MethodId, RegistrationId, random_id, token_digest
from proofup.values.ways import Way


async def propose(
    ports: Ports,
    actor: Actor,
    kind: MethodKind,
    typed: Mapping[str, str],
    *,
    replaces: MethodId | None,
    slot: str | None = None,
    default: Way | None = None,
    then: RegistrationId | None = None,
    at: datetime,
) -> Registration:
    """Keep what was typed as a candidate for ``kind``, in place of ``replaces`` if that is given.

    ``slot`` names the place where a person may have several of the kind, each for another use;
    ``default`` and ``then`` are kept with it: see ``Registration``.

    Nothing is sent and no proof is asked for yet, so that the input is kept while the person gives
    a fresh proof. Raises StaleMethodError where ``replaces`` is not what the person has now,
    SlotTakenError where there is no place for one more, and AlreadyRegisteredError.
    UnusableWayError where no way of it may be used or registered now, or where its owner may not
    change such a method. Raises what the method raises for a bad field, and InvalidPhoneNumberError
    also where nothing is sent to its country or line; ProofsBlockedError and NotInvitedError as
    ``ask`` does.
    """
    check_not_blocked(actor.person.account, at=at)
    held = held_methods(actor)
    await check_invited(ports, actor, at=at)
    method = ports.room.catalogue.registrable[kind]
    if replaces is not None and Who.PERSON not in method.declaration.changed_by:
        raise UnusableWayError
    place = _slot(held, _slots(method.declaration, slot, replaces), replaces)
    candidate = await _candidate(ports, actor, method, typed, place, at=at)
    if any(_is_same(ports, one, candidate) for one in held):
        raise AlreadyRegisteredError
    allowed = actor.policy.allowed(ports.room.served, at=at)
    if replaces is None and candidate.slot not in slots_of(ports, actor, held, allowed):
        raise UnusableWayError
    way = _way(method.ways(candidate), allowed, typed.get("way"))
    _check_served(ports, candidate, way)
    registration = Registration(
        id=RegistrationId(random_id(ports.room.entropy)),
        user_id=actor.person.user.id,
        session_id=actor.session_id,
        candidate=candidate,
        way=way,
        replaces=replaces,
        correlation_id=actor.correlation_id,
        created_at=at,
        expires_at=at + LIFETIME,
        default=default,
        then=then,
        code_digest=_code_digest(method, candidate),
    )
    await ports.room.commit(
        RequireEpoch(user_id=registration.user_id, epoch=actor.epoch),
        OpenRegistration(registration=registration),
        *_started(actor, method.kind, at=at),
    )
    return registration


async def _candidate(
    ports: Ports,
    actor: Actor,
    method: RegistrableMethod,
    typed: Mapping[str, str],
    slot: str,
    *,
    at: datetime,
) -> RegisteredMethod:
    """Return the candidate; a token that is free, or the actor's, is taken from the stock."""
    user_id = actor.person.user.id
    if isinstance(method, TokenMethod):
        stocked = await ports.tokens.by_serial(typed.get(method.serial_field, ""))
        if stocked is None or stocked.holder not in {None, user_id}:
            raise InvalidInputError("unknown")
        return method.of_token(stocked.token, typed, user_id=user_id, slot=slot, at=at)
    return method.candidate(
        typed,
        NewMethod(id=MethodId(random_id(ports.room.entropy)), user_id=user_id, slot=slot, at=at),
        ports.room.entropy,
    )


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

    Raises ProofsBlockedError while second proofs are blocked, because a first method's confirmation
    counts as one. Raises NotInvitedError if a first method needs an invitation.

    Raises NotFreshError first if a fresh proof is needed; then StaleMethodError, and what
    ``challenges.start`` raises.
    """
    check_not_blocked(actor.person.account, at=at)
    held = held_methods(actor)
    await check_invited(ports, actor, at=at)
    check_fresh(ports, actor, _action(ports, registration), at=at)
    check_present(held, registration)
    option = ports.room.catalogue.option(registration.way, (registration.candidate,))
    return await start(ports.room, context(actor, registration), option, at=at)


def _action(ports: Ports, registration: Registration) -> Action:
    """Return what the registration is to the freshness of a proof."""
    if registration.replaces is not None:
        return Action.CHANGE_METHOD
    roles = ports.room.catalogue.declaration(registration.candidate).roles
    return Action.ADD_FIRST_METHOD if Role.FIRST in roles else Action.ADD_METHOD


def _code_digest(method: VerificationMethod, candidate: RegisteredMethod) -> bytes | None:
    """Return what finds the registration for a device that is to be enrolled."""
    code = method.enrolment_code(candidate) if isinstance(method, DeviceMethod) else None
    return None if code is None else token_digest(code.reveal())


def _check_served(ports: Ports, candidate: RegisteredMethod, way: Way) -> None:
    """Raise InvalidPhoneNumberError where a message to the candidate would not be sent."""
    number = ports.room.catalogue.describe(candidate).number
    if number is None:
        return
    try:
        budget_of(ports.room, way).check(number)
    except LineNotServedError as error:
        raise InvalidPhoneNumberError("line") from error
    except CountryNotServedError as error:
        raise InvalidPhoneNumberError("country") from error


def _is_same(ports: Ports, one: RegisteredMethod, other: RegisteredMethod) -> bool:
    """Return whether two methods are the same thing: the same number does not count twice."""
    kept, new = (ports.room.catalogue.describe(method) for method in (one, other))
    return new.identity is not None and (kept.kind, kept.identity) == (new.kind, new.identity)


def _started(actor: Actor, kind: MethodKind, *, at: datetime) -> tuple[Change, ...]:
    """Return the audit entry of a required registration that has started."""
    if not actor.signing_in:
        return ()
    return (record(actor, RegistrationStarted(kind=kind), at=at),)


def slots_of(
    ports: Ports, actor: Actor, held: Sequence[RegisteredMethod], allowed: frozenset[Way]
) -> Sequence[str]:
    """Return where the actor may register one more method now."""
    catalogue, user = ports.room.catalogue, actor.person.user
    shut = shut_on_the_way(catalogue, user) if actor.signing_in else frozenset[str]()
    return open_slots(catalogue, held, allowed, shut=shut)


def _way(ways: Sequence[Way], allowed: frozenset[Way], wanted: str | None) -> Way:
    """Return how the candidate is to prove itself: as wanted, else the first way there is.

    Raises UnusableWayError where the rules or the carriers allow none.
    """
    able = [way for way in ways if way in allowed]
    chosen = [way for way in able if way == wanted] or able
    if not chosen:
        raise UnusableWayError
    return chosen[0]


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
    declaration = ports.room.catalogue.declaration(candidate)
    if not declaration.alike:
        raise SlotTakenError(candidate.slot)
    return replace(candidate, slot=_slot(held, [slot.name for slot in declaration.slots], None))


def context(actor: Actor, registration: Registration) -> Context:
    """Return what a challenge of the registration is told."""
    return Context(
        purpose=Purpose.REGISTRATION,
        subject=registration.id,
        user_id=registration.user_id,
        epoch=actor.epoch,
        correlation_id=actor.correlation_id,
        client=actor.client,
        language=actor.language,
        policy=actor.policy,
    )


def _slots(declaration: Declaration, slot: str | None, replaces: MethodId | None) -> Sequence[str]:
    """Return the places that will do; where each has a use of its own, the first is the usual."""
    if slot is not None:
        return (slot,)
    slots = [one.name for one in declaration.slots]
    return slots if declaration.alike or replaces else slots[:1]


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
