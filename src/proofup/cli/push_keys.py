"""The keys by which push services know this service (VAPID), and how many devices know which.

A device is woken with the key that its browser has subscribed with. Its app takes the key in use
when it is opened; a device whose app stays closed needs the older key until then.
"""

from collections.abc import Mapping
from datetime import timedelta

from proofup.cli.findings import Finding, Health
from proofup.cli.opening import Opened
from proofup.delivery.vapid import private_key, public_point
from proofup.methods.abilities import DeviceMethod
from proofup.storage.maintenance.rotation import OldKey
from proofup.storage.maintenance.subscriptions import subscribed_keys
from proofup.values.sealing import KeyPurpose

WAKES_FOR = timedelta(
    days=90
)  # an app that stays closed for longer is not woken until it is opened
WHAT = "keys for push services"


async def devices_by_key(service: Opened) -> Mapping[str, int]:
    """Return how many devices are woken with each key, by the id of the key."""
    methods = [one for one in service.room.catalogue if isinstance(one, DeviceMethod)]
    known = await subscribed_keys(service.store, methods)
    keys = service.store.keys.keys[KeyPurpose.VAPID]
    return {name: known[public_point(private_key(key.reveal()))] for name, key in keys.items()}


async def why_it_wakes(service: Opened, old: OldKey) -> str | None:
    """Return why a replaced key has to stay, if devices are still woken with it."""
    until = old.replaced_at + WAKES_FOR
    if old.purpose is not KeyPurpose.VAPID or service.at >= until:
        return None
    devices = (await devices_by_key(service))[old.id]
    if not devices:
        return None
    some = "1 device is" if devices == 1 else f"{devices} devices are"
    return (
        f"{some} woken with it until the app is opened there, at the longest until {until:%Y-%m-%d}"
    )


async def of_push_keys(service: Opened) -> Finding:
    """Look whether an older key is kept for devices, or for nothing any more."""
    current, _ = service.store.keys.current(KeyPurpose.VAPID)
    older = set(service.store.keys.keys[KeyPurpose.VAPID]) - {current} - service.store.keys.ahead
    if not older:
        return Finding(WHAT, Health.OK, "there is one, and no older one")
    by_key = await devices_by_key(service)
    devices = sum(by_key[one] for one in older)
    if not devices:
        fix = "Run `proofup rotate-keys --prune`."
        return Finding(WHAT, Health.WARN, "an older one is kept, and wakes no device", fix)
    words = f"{devices} {'device' if devices == 1 else 'devices'} subscribed with an older one"
    fix = (
        "Keep it: each app takes the new key when it is opened. "
        "`proofup rotate-keys --prune` removes the old one then."
    )
    return Finding(WHAT, Health.OK, words, fix)
