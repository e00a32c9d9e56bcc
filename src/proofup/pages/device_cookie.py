"""What a browser shows to be remembered by: one cookie, with a part for each account."""

from collections.abc import Collection, Sequence

from starlette.requests import Request
from starlette.responses import Response

from proofup.directory.devices import DeviceToken
from proofup.pages.cookies import Cookie, Cookies
from proofup.values.ids import DeviceId

MOST = 4  # accounts in one browser; a fifth takes the place of the one that was kept longest


def shown_devices(cookies: Cookies, request: Request) -> list[DeviceToken]:
    """Return the devices that the browser shows, whosever they are."""
    value = cookies.read(request, Cookie.DEVICE) or ""
    parts = (part.partition(":") for part in value.split(".") if part)
    return [DeviceToken(DeviceId(name), secret) for name, _, secret in parts]


def keep_device(
    cookies: Cookies,
    response: Response,
    before: Sequence[DeviceToken],
    new: DeviceToken,
    *,
    void: Collection[DeviceId] = (),
) -> None:
    """Keep ``new`` beside what the browser showed, in place of the same device and of ``void``."""
    gone = {new.id, *void}
    kept = [*(one for one in before if one.id not in gone), new][-MOST:]
    value = ".".join(f"{one.id}:{one.secret}" for one in kept)
    cookies.set(response, Cookie.DEVICE, value)
