"""Forgetting browsers that skip the second proof: one of them, or all at once."""

from datetime import datetime

from proofup.audit.events.sign_ins import DeviceForgotten, DevicesRestored
from proofup.directory.devices import Device, ForgetDevice, ForgetDevices
from proofup.directory.users import RequireEpoch
from proofup.notices.notifying import notice
from proofup.policy.devices import counts
from proofup.policy.proofs import Action
from proofup.registration.guard import check_fresh
from proofup.registration.ports import Actor, Ports
from proofup.registration.records import record
from proofup.values.ids import DeviceId


async def remembered(ports: Ports, actor: Actor, *, at: datetime) -> list[Device]:
    """Return the browsers that stand for the actor's second proof now, the last used first."""
    user, account = actor.person.user, actor.person.account
    found = await ports.devices.of_user(user.id)
    return [one for one in found if counts(one, user, account, actor.policy, at=at)]


async def forget(ports: Ports, actor: Actor, device_id: DeviceId, *, at: datetime) -> None:
    """Forget one browser; one that is not the actor's, or is gone, is no error.

    Raises NotFreshError.
    """
    check_fresh(ports, actor, Action.FORGET_DEVICES, at=at)
    if all(one.id != device_id for one in await remembered(ports, actor, at=at)):
        return
    user_id = actor.person.user.id
    await ports.room.commit(
        RequireEpoch(user_id=user_id, epoch=actor.epoch),
        ForgetDevice(user_id=user_id, device_id=device_id),
        record(actor, DeviceForgotten(device=device_id), at=at),
    )


async def restore(ports: Ports, actor: Actor, *, at: datetime) -> int:
    """Forget every browser of the actor, and return how many those were; methods stay.

    Each asks for a second proof at its next sign-in; sessions that are open go on. Raises
    NotFreshError.
    """
    check_fresh(ports, actor, Action.FORGET_DEVICES, at=at)
    found = await remembered(ports, actor, at=at)
    user_id = actor.person.user.id
    await ports.room.commit(
        RequireEpoch(user_id=user_id, epoch=actor.epoch),
        ForgetDevices(user_id=user_id),
        *notice(ports.room.notifier, actor.notification, "devices-restored", {}, at=at),
        record(actor, DevicesRestored(devices=len(found)), at=at),
    )
    return len(found)
