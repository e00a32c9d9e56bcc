"""Where a device can be woken: told by the device, and forgotten when its push service says so."""

from proofup.challenges.room import Room
from proofup.methods.abilities import DeviceMethod
from proofup.methods.registered_methods import RegisteredMethod, UpdateMethod
from proofup.values.errors import StaleMethodError
from proofup.values.messages import Push, Subscription


async def subscribe(
    room: Room,
    method: DeviceMethod,
    held: RegisteredMethod,
    subscription: Subscription | None,
) -> None:
    """Store ``subscription`` with the device ``held``, or that there is none.

    Raises StaleMethodError where the device is changed or removed meanwhile.
    """
    await room.commit(UpdateMethod(method=method.subscribed(held, subscription)))


async def end_subscription(room: Room, push: Push) -> None:
    """Forget the subscription of ``push``; a newer one of the device stays."""
    for held in await room.methods.of_user(push.user_id):
        method = room.catalogue.of(held)
        if held.id != push.method_id or not isinstance(method, DeviceMethod):
            continue
        if method.subscription(held) == push.subscription:
            try:
                await subscribe(room, method, held, None)
            except StaleMethodError:  # just used: the next message is told the same
                return
