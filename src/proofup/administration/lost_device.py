"""A phone that is lost or stolen: it opens nothing any more, by one act."""

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec import Struct

from proofup.administration.forget_browsers import remembered
from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.administration.reason import checked_reason
from proofup.audit.events.app_passwords import AppPasswordsDeleted
from proofup.audit.events.event import Event
from proofup.audit.events.sign_ins import DevicesRestored, SessionsRevoked
from proofup.directory.app_passwords import DeleteAppPasswords
from proofup.directory.devices import Device, ForgetDevices
from proofup.method_changes.resetting import reset
from proofup.methods.declaration import Who
from proofup.methods.protocol import Description
from proofup.methods.registered_methods import RegisteredMethod
from proofup.policy.actor import Actor
from proofup.policy.decision import is_demanded
from proofup.policy.may_act import permitted
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.ids import MethodId


class DeviceLost(Struct, frozen=True, kw_only=True):
    """What is gone, what stays, and whether the next sign-in demands a proof."""

    cleared: Sequence[Description]
    deactivated: Sequence[Description]
    devices: Sequence[Device]
    app_passwords: Sequence[str]
    sessions: int
    staying: Sequence[RegisteredMethod]
    is_demanded: bool


async def lost_device(
    ports: Ports,
    actor: Actor,
    target: Target,
    reason: str,
    *,
    also: Collection[MethodId] = (),
    sessions: int = 0,
    at: datetime,
) -> Planned[DeviceLost]:
    """Delete methods and app passwords of the device, end every session, forget every browser.

    ``also`` are methods that would stay otherwise. The password, the profile and the per-user
    state stay, so the next sign-in demands what it did before. The person is told. ``sessions`` is
    how many there are. Raises InvalidReasonError.
    """
    why, user_id, catalogue = checked_reason(reason), target.person.user.id, ports.room.catalogue
    conditions = permitted(actor, Permission.RESET_METHODS, target, at=at)
    if also:
        conditions += permitted(actor, Permission.DELETE_METHODS, target, at=at)
    ours = [one.id for one in target.held if catalogue.is_deleted_by(Who.ADMINISTRATOR, one)]
    cleared = reset(
        ports.room, actor, target, why, also=[one for one in also if one in ours], at=at
    )
    found = await remembered(ports, target, at=at)
    names = [one.name for one in await ports.app_passwords.of_user(user_id)]
    command = actor.command
    events: list[Event] = [SessionsRevoked(command=command, reason=why, sessions=sessions)]
    if found:
        events.append(DevicesRestored(command=command, reason=why, devices=len(found)))
    if names:
        events.append(AppPasswordsDeleted(command=command, reason=why, app_passwords=len(names)))
    changes = (
        *cleared.changes,
        ForgetDevices(user_id=user_id),
        DeleteAppPasswords(user_id=user_id),
        *(actor.entry(one, user_id, at=at) for one in events),
    )
    done = DeviceLost(
        cleared=cleared.gone,
        deactivated=cleared.deactivated,
        devices=found,
        app_passwords=names,
        sessions=sessions,
        staying=cleared.staying,
        is_demanded=is_demanded(target.person.account, target.policy, at=at),
    )
    return Planned(conditions, changes, done)
