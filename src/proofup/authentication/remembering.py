"""Remembering a browser after a second proof, so that it replaces the next ones.

A remembered browser only replaces the second proof of a sign-in: it never counts as fresh for a
change, and required actions remain.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from proofup.audit.events.sign_ins import DeviceRefused, DeviceRemembered
from proofup.authentication.dispatcher import Standing, Step, standing
from proofup.authentication.ports import Ports
from proofup.authentication.records import record
from proofup.authentication.signin import AdvanceSignIn, SignIn
from proofup.directory.devices import (
    MOST_OF_USER,
    OVERLAP,
    Device,
    DeviceToken,
    ForgetDevice,
    RememberDevice,
    UseDevice,
)
from proofup.directory.users import Person, RequireEpoch
from proofup.notices.notifying import Notification, notice
from proofup.policy.decision import RequiredAction
from proofup.policy.devices import counts, days_for
from proofup.values.changes import Change
from proofup.values.errors import StaleError
from proofup.values.ids import DeviceId, random_id, random_token, token_digest

TRIES = 3  # another request of the same browser may use the device, or the sign-in, in between


class Recalled(Struct, frozen=True, kw_only=True):
    """The standing of a sign-in after recalling its browser, and the browser's new token.

    ``token`` is None if another request of the same browser has just got one.
    """

    standing: Standing
    token: DeviceToken | None


def days_offered(here: Standing) -> int:
    """Return for how many days this browser may be remembered with the proof to come, or 0."""
    if here.sign_in is None or here.person is None or here.policy is None:
        return 0
    is_renewal = here.sign_in.session_id is not None
    return 0 if is_renewal else days_for(here.person.user, here.policy)


async def wish(ports: Ports, here: Standing, *, remember: bool) -> Standing:
    """Store the wish to remember the browser, because the proof may come from another page."""
    sign_in = here.sign_in
    remember = remember and days_offered(here) > 0
    if sign_in is None or sign_in.remember is remember:
        return here
    noted = replace(sign_in, remember=remember)
    with suppress(StaleError):  # the same form, sent twice at once
        await ports.room.commit(AdvanceSignIn(sign_in=noted))
    return replace(here, sign_in=replace(noted, revision=sign_in.revision + 1))


async def recall(
    ports: Ports, here: Standing, tokens: Sequence[DeviceToken], *, at: datetime
) -> Recalled | None:
    """Let a device of the browser replace the second proof, or return None if none may.

    A device that was copied is forgotten, and its owner told. Raises RevokedError.
    """
    sign_in, person, policy = here.sign_in, here.person, here.policy
    if sign_in is None or person is None or policy is None or not _may_recall(here, at=at):
        return None
    secrets = {token.id: token.secret for token in tokens}
    for _ in range(TRIES):
        found = await ports.devices.of_user(person.user.id) if secrets else []
        device = next((one for one in found if one.id in secrets), None)
        if device is None:
            return None
        secret = secrets[device.id]
        if not counts(device, person.user, person.account, policy, at=at):
            await ports.room.commit(_forgotten(device))
            return None
        if device.is_copied(secret, sign_in.client):
            await _refuse(ports, sign_in, person, device, at=at)
            return None
        with suppress(StaleError):  # another request of the browser was faster: look what it left
            return await _use(ports, sign_in, device, secret, at=at)
    return None


def _may_recall(here: Standing, *, at: datetime) -> bool:
    """Tell whether a device may stand for the proof that is asked for now."""
    if here.step is not Step.CHALLENGE or here.person is None or not days_offered(here):
        return False
    has_required_action = (
        here.decision is None or here.decision.required_action is not RequiredAction.NONE
    )
    blocked_until = here.person.account.proofs_blocked_until
    return not has_required_action and (blocked_until is None or at >= blocked_until)


async def _use(
    ports: Ports, sign_in: SignIn, device: Device, secret: str, *, at: datetime
) -> Recalled:
    is_late = device.held(secret) and at < device.rotated_at + OVERLAP
    new = None if is_late else random_token(ports.room.entropy)
    used = replace(device, last_used_at=at)
    if new is not None:
        used = replace(
            used,
            secret_digest=token_digest(new),
            former_digest=token_digest(secret),
            rotated_at=at,
            client=sign_in.client,
        )
    advanced = replace(sign_in, remembered=True)
    await ports.room.commit(
        RequireEpoch(user_id=device.user_id, epoch=sign_in.epoch),
        UseDevice(device=used, was=device.secret_digest),
        AdvanceSignIn(sign_in=advanced),
    )
    there = await standing(ports, replace(advanced, revision=sign_in.revision + 1), at=at)
    return Recalled(standing=there, token=DeviceToken(device.id, new) if new else None)


async def _refuse(
    ports: Ports, sign_in: SignIn, person: Person, device: Device, *, at: datetime
) -> None:
    """Forget a copied device, and tell its owner."""
    notification = Notification(
        user=person.user,
        correlation_id=sign_in.correlation_id,
        client=sign_in.client,
        language=sign_in.language,
    )
    refused = DeviceRefused(device=device.id, because="copied")
    await ports.room.commit(
        _forgotten(device),
        record(sign_in, refused, succeeded=False, at=at),
        *notice(ports.room.notifier, notification, "device-refused", {}, at=at),
    )


def _forgotten(device: Device) -> Change:
    return ForgetDevice(user_id=device.user_id, device_id=device.id)


class Remembered(Struct, frozen=True, kw_only=True):
    """What a browser holds from now on, in place of ``void``, and the changes of it."""

    token: DeviceToken
    void: frozenset[DeviceId]
    changes: tuple[Change, ...]


async def remembering(
    ports: Ports, here: Standing, tokens: Sequence[DeviceToken], *, at: datetime
) -> Remembered | None:
    """Return how the browser is remembered, if the person wished it and the rules allow it.

    Its earlier device of the same person is void, and so is the oldest one above the maximum.
    """
    sign_in, person = here.sign_in, here.person
    given_at = sign_in.proofs.second_at if sign_in else None
    if sign_in is None or person is None or given_at is None:
        return None
    if not sign_in.remember or not days_offered(here):
        return None
    if not ports.room.catalogue.may_remember(sign_in.proofs.second_way):
        return None
    shown = {token.id for token in tokens}
    known = await ports.devices.of_user(person.user.id)
    others = [one for one in known if one.id not in shown]
    older = [*(one for one in known if one.id in shown), *others[MOST_OF_USER - 1 :]]
    token = DeviceToken(DeviceId(random_id(ports.room.entropy)), random_token(ports.room.entropy))
    device = Device(
        id=token.id,
        user_id=person.user.id,
        epoch=sign_in.epoch,
        secret_digest=token_digest(token.secret),
        rotated_at=at,
        remembered_at=given_at,
        last_used_at=at,
        client=sign_in.client,
    )
    return Remembered(
        token=token,
        void=frozenset(one.id for one in older),
        changes=(
            *(_forgotten(one) for one in older),
            RememberDevice(device=device),
            record(sign_in, DeviceRemembered(device=device.id), succeeded=True, at=at),
        ),
    )
