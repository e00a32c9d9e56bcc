"""The style sheet, the scripts and the icon: read once, served under names that change with them.

A file whose bytes change gets another name, so browsers may keep each for ever (WE9).
"""

import gzip
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TypeAlias

from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from proofup.values.errors import ProofupError
from proofup.web.dialect import Dialect
from proofup.web.mount import Mount

FOLDER = "/static"
IMMUTABLE = "public, max-age=31536000, immutable"
TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
# One sheet for the browser, several for those who read them; the order is that of the cascade.
SHEETS = ("tokens", "ground", "layout", "controls", "notices", "rows", "small_screens", "admin")
SCRIPTS = {
    "proofup.js": "proofup.js",
    "ceremony.js": "ceremony.js",
    "htmx.js": "vendor/htmx.min.js",
    "hx-csp.js": "vendor/hx-csp.min.js",
}

Parts: TypeAlias = Mapping[str, Sequence[str]]


class StaticFile(Struct, frozen=True):
    """One file as it goes out, plain and compressed."""

    content: bytes
    compressed: bytes
    media_type: str


@cache  # the same for all services of one process
def compressed(content: bytes) -> bytes:
    """Return ``content`` as gzip, the same in every run."""
    return gzip.compress(content, mtime=0)


class StaticFiles:
    """All files, by the names under which they are served."""

    def __init__(self) -> None:
        folder = files("proofup.pages") / "static"
        parts: Parts = {
            "proofup.css": [f"{name}.css" for name in SHEETS],
            **{name: [path] for name, path in SCRIPTS.items()},
            "mark.svg": ["mark.svg"],
        }
        self._files: dict[str, StaticFile] = {}
        self._names: dict[str, str] = {}
        for name, paths in parts.items():
            content = b"\n".join((folder / path).read_bytes() for path in paths)
            stem, _, kind = name.rpartition(".")
            served = f"{stem}.{hashlib.sha256(content).hexdigest()[:16]}.{kind}"
            self._files[served] = StaticFile(content, compressed(content), TYPES[kind])
            self._names[name] = served

    def address(self, name: str) -> str:
        """Return the path under which ``name`` is served."""
        return f"{FOLDER}/{self._names[name]}"

    def door(self, dialect: Dialect) -> Mount:
        """Return the door that serves the files."""
        return Mount(
            paths=frozenset({FOLDER}),
            dialect=dialect,
            routes=[Route(FOLDER + "/{name}", self._answer, methods=["GET"])],
            is_quiet=True,
            own_answers=frozenset({ProofupError}),  # it asks for nothing else
        )

    async def _answer(self, request: Request) -> Response:
        found = self._files.get(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        headers = {"cache-control": IMMUTABLE, "vary": "Accept-Encoding"}
        content = found.content
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            content = found.compressed
        return Response(content, headers=headers, media_type=found.media_type)
