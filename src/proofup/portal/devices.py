"""Browsers that skip the second proof, as their owner sees and forgets them.

`/security-info/devices/{id}/forget` forgets one, `/security-info/devices/restore` all of
them, after it has said which those are.
"""

from collections.abc import Collection, Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from proofup.directory.devices import Device
from proofup.pages.device_cookie import shown_devices
from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other, to_verify
from proofup.policy.devices import ends_at
from proofup.policy.proofs import NotFreshError
from proofup.policy.rules import Policy
from proofup.portal.door import HOME, Door
from proofup.registration.devices import forget, remembered, restore
from proofup.registration.ports import Actor
from proofup.values.ids import DeviceId

RESTORE = f"{HOME}/devices/restore"
# Where the button stood, and what is said there afterwards.
BACK: Mapping[str, str] = {"classic": f"{HOME}/classic?done=restored"}
DONE = f"{HOME}?done=devices-restored"


async def forget_one(door: Door, request: Request, actor: Actor) -> Response:
    """Forget the browser that the address names."""
    await read_form(request)
    named = DeviceId(str(request.path_params["device"]))
    try:
        await forget(door.ports, actor, named, at=context_of(request.scope).at)
    except NotFreshError:  # there is no page at this address to come back to
        return to_verify(HOME)
    return see_other(f"{HOME}?done=device-forgotten")


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show what restoring forgets, and what it leaves."""
    held = actor.held
    whole = door.sees_numbers(actor, request)
    back = request.query_params.get("back")
    return door.pages.render(
        request,
        "portal/restore_devices.html",
        back=back if back in BACK else None,
        devices=await ledger(door, request, actor),
        staying=[door.shown(one, whole=whole) for one in door.ports.room.catalogue.lasting(held)],
    )


async def restore_all(door: Door, request: Request, actor: Actor) -> Response:
    """Forget every browser, and go back to the page of the button."""
    form = await read_form(request)
    await restore(door.ports, actor, at=context_of(request.scope).at)
    return see_other(BACK.get(form.optional("back", longest=32) or "", DONE))


async def ledger(door: Door, request: Request, actor: Actor) -> list[dict[str, object]]:
    """Return what a page says of each browser that is remembered now."""
    found = await remembered(door.ports, actor, at=context_of(request.scope).at)
    here = {token.id for token in shown_devices(door.cookies, request)}
    return _shown(found, here, actor, actor.policy)


def _shown(
    found: Sequence[Device], here: Collection[DeviceId], actor: Actor, policy: Policy
) -> list[dict[str, object]]:
    return [
        {
            "id": one.id,
            "is_this": one.id in here,
            "browser": one.client.browser,
            "system": one.client.system,
            "network": one.client.network,
            "last_used_at": one.last_used_at,
            "remembered_at": one.remembered_at,
            "ends_at": ends_at(one, actor.person.user, policy),
        }
        for one in found
    ]
