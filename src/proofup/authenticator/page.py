"""`/authenticator`: the page of the app, its manifest, its scripts, and its service worker.

The scripts keep their names, so that a service worker finds them.
"""

from importlib.resources import files
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from proofup.authenticator.door import Door
from proofup.pages.dialect import PAGE_POLICY
from proofup.web.headers import NO_PAGE_POLICY
from proofup.web.request_context import context_of

ADDRESS = "/authenticator"
MANIFEST = f"{ADDRESS}/manifest.webmanifest"
# The page may start its own service worker; nothing else differs from other pages.
POLICY = f"{PAGE_POLICY} authenticator; worker-src 'self'; manifest-src 'self'"
# What a service worker may fetch is decided by the policy of its own script.
WORKER_POLICY = f"{NO_PAGE_POLICY.decode()}; connect-src 'self'"
SCRIPTS = ("app.js", "calls.js", "keys.js", "store.js", "worker.js")
FILES = {name: (files("proofup.authenticator") / "static" / name).read_bytes() for name in SCRIPTS}


async def show(door: Door, request: Request) -> Response:
    """Show the app; who uses it is known on the device alone."""
    response = door.pages.render(request, "authenticator/app.html")
    nonce = context_of(request.scope).nonce
    response.headers["content-security-policy"] = POLICY.format(nonce=nonce)
    return response


async def manifest(door: Door, _: Request) -> Response:
    """Describe the app to a browser that installs it (W3C, Web Application Manifest)."""
    name = door.ports.organisation.name
    icon = {"src": door.pages.asset("mark.svg"), "sizes": "any", "type": "image/svg+xml"}
    told: dict[str, Any] = {
        "id": ADDRESS,
        "name": f"{name} Authenticator",
        "short_name": "Authenticator",
        "start_url": ADDRESS,
        "scope": ADDRESS,
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#ffffff",
        "icons": [{**icon, "purpose": "any"}, {**icon, "purpose": "maskable"}],
    }
    return Response(msgspec.json.encode(told), media_type="application/manifest+json")


async def script(door: Door, request: Request) -> Response:
    """Return a script."""
    del door
    found = FILES.get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    headers = {"service-worker-allowed": ADDRESS, "content-security-policy": WORKER_POLICY}
    return Response(found, headers=headers, media_type="text/javascript")
