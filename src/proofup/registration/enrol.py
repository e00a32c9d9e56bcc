"""Enrolling a device: the code of a registration's page, brought once by a device with its key.

The device is then asked at once, so that the page can show the number to type on it.
"""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from proofup.challenges.challenge import ChallengeState
from proofup.challenges.context import Context
from proofup.challenges.start import start
from proofup.methods.abilities import DeviceMethod, NewDevice
from proofup.methods.protocol import Purpose
from proofup.methods.registered_methods import RegisteredMethod
from proofup.policy.decision import check_not_blocked
from proofup.policy.subscriber import Subscriber
from proofup.registration.pending import EnrolCandidate, Registration
from proofup.registration.ports import Ports, UnknownRegistrationError
from proofup.values.client import Client
from proofup.values.errors import AlreadySpentError, LimitReachedError
from proofup.values.ids import MethodId, RegistrationId, UserId, token_digest
from proofup.values.secret import Secret

CODE_LIFETIME = timedelta(minutes=10)


class Enrolled(Struct, frozen=True, kw_only=True):
    """A device that has taken its place in a registration; ``codes`` is told once."""

    registration: Registration
    subscriber: Subscriber
    codes: Secret[bytes]


async def enrol(
    ports: Ports, code: str, device: NewDevice, *, client: Client, at: datetime
) -> Enrolled:
    """Give the place of the registration with ``code`` to ``device``, and ask the device.

    Where the account was asked too often, nothing is asked yet; the page can ask later. Raises
    UnknownRegistrationError where the code is unknown, used or over; InvalidInputError for a key
    that is none; ProofsBlockedError and RevokedError.
    """
    room = ports.room
    registration = await ports.registrations.by_code(token_digest(code))
    if registration is None or at >= registration.created_at + CODE_LIFETIME:
        raise UnknownRegistrationError
    subscriber = await ports.subscribers.of(registration.user_id)
    # Only the page starts the first challenge, because that takes a fresh proof.
    asked = await room.challenges.of_subject(registration.id, most=1)
    method = room.catalogue.of(registration.candidate)
    if subscriber is None or not asked or not isinstance(method, DeviceMethod):
        raise UnknownRegistrationError
    is_asked = asked[0].state is ChallengeState.OPEN and at < asked[0].challenge.expires_at
    is_done = registration.finished_at is not None or registration.enrolled_at is not None
    if is_done or not is_asked:
        raise UnknownRegistrationError
    check_not_blocked(subscriber.person.account, at=at)
    candidate = method.enrolled(registration.candidate, device, at=at)
    context = Context(
        purpose=Purpose.REGISTRATION,
        subject=registration.id,
        user_id=registration.user_id,
        epoch=subscriber.person.account.epoch,
        correlation_id=registration.correlation_id,
        client=client,
        language=asked[0].challenge.language,
        policy=subscriber.policy,
    )
    taken = EnrolCandidate(registration_id=registration.id, candidate=candidate, at=at)
    option = room.catalogue.option(registration.way, (candidate,))
    try:
        try:
            await start(room, context, option, also=(taken,), at=at)
        except LimitReachedError:
            await room.commit(taken)
    except AlreadySpentError as error:  # another device was faster
        raise UnknownRegistrationError from error
    return Enrolled(
        registration=replace(registration, candidate=candidate),
        subscriber=subscriber,
        codes=method.codes_secret(candidate),
    )


async def device_of(
    ports: Ports,
    user_id: UserId,
    method_id: MethodId,
    registration_id: RegistrationId | None,
    *,
    at: datetime,
) -> tuple[Subscriber, RegisteredMethod] | None:
    """Return the method of a device and its owner; None if the method is removed.

    ``registration_id`` finds one that is not confirmed yet.
    """
    subscriber = await ports.subscribers.of(user_id)
    if subscriber is None:
        return None
    held = next((one for one in subscriber.held if one.id == method_id), None)
    if held is None and registration_id is not None:
        found = await ports.registrations.by_id(registration_id)
        is_open = found is not None and found.finished_at is None and at < found.expires_at
        if found is not None and is_open and found.candidate.id == method_id:
            held = found.candidate if found.enrolled_at is not None else None
    if held is None or held.user_id != user_id:
        return None
    return subscriber, held
