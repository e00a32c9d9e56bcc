"""Asking somebody for a second proof again in every browser that was remembered."""

from collections.abc import Sequence
from datetime import datetime

from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.audit.events.sign_ins import DevicesRestored
from proofup.directory.devices import Device, ForgetDevices
from proofup.method_changes.notification import notification_of
from proofup.notices.notifying import notice
from proofup.policy.actor import Actor
from proofup.policy.devices import counts
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target


async def remembered(ports: Ports, target: Target, *, at: datetime) -> Sequence[Device]:
    """Return the browsers that stand for the second proof of ``target`` now."""
    user, account = target.person.user, target.person.account
    found = await ports.devices.of_user(user.id)
    return [one for one in found if counts(one, user, account, target.policy, at=at)]


async def forget_browsers(
    ports: Ports, actor: Actor, target: Target, *, at: datetime
) -> Planned[Sequence[Device]]:
    """Forget every browser of the person, tell them, and return which those were.

    Sessions that are open go on.
    """
    user = target.person.user
    conditions = permitted(actor, Permission.FORGET_DEVICES, target, at=at)
    found = await remembered(ports, target, at=at)
    if not found:
        return Planned(conditions, (), found)
    event = DevicesRestored(command=actor.command, reason=actor.reason, devices=len(found))
    notification = notification_of(actor, user)
    return Planned(
        conditions,
        (
            ForgetDevices(user_id=user.id),
            *notice(ports.room.notifier, notification, "devices-restored", {}, at=at),
            actor.entry(event, user.id, at=at),
        ),
        found,
    )
