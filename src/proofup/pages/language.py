"""In which language a page is asked for, and where the same page is in another.

The address comes first, then what it asked for last (kept in a cookie), then the browser, then
the organisation. ``lng`` and ``mkt`` are Entra's names for it; both take any tag of BCP 47,
and one that we do not have is as good as none.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from proofup.languages.known import LANGUAGES, Language, known
from proofup.pages.returns import safe_return

PARAMETERS = ("lng", "mkt")
LONGEST_QUERY = 4096  # bytes in which a language is looked for
LONGEST_HEADER = 512  # letters read of Accept-Language; browsers send fewer than 100
WORD = re.compile(r"[A-Za-z0-9-]{1,80}")
MOST_TAGS = 32  # of one header


class Choice(NamedTuple):
    """A language in an address: what it is, and where the same page is in it."""

    language: Language
    address: str
    is_present: bool


def asked_for(scope: Scope) -> str | None:
    """Return the language that the address of a request asks for, if we have it."""
    query: bytes = scope.get("query_string", b"")
    if not any(name.encode() in query for name in PARAMETERS):
        return None
    given = parse_qsl(query[:LONGEST_QUERY].decode("latin-1"))
    wanted = (value for name in PARAMETERS for key, value in given if key == name)
    return next(filter(None, map(known, wanted)), None)


def of_browser(scope: Scope) -> str | None:
    """Return the language that the browser likes best of those we have."""
    for name, value in scope["headers"]:
        if name == b"accept-language":
            return _best(value[:LONGEST_HEADER])
    return None


def choices(address: str, present: str) -> Sequence[Choice]:
    """Return every language with its address, which begins with ``address``."""
    return [
        Choice(language, f"{address}{tag}", tag == present) for tag, language in LANGUAGES.items()
    ]


def address_in_any(request: Request) -> str:
    """Return the address of the present page up to the language that it is wanted in.

    A page that answers a form has the address of the form; where that only takes forms, the
    page above it is what one comes back to.
    """
    # A bare query keeps the path, whatever is in it.
    path = "" if request.method in {"GET", "HEAD"} else _page_path(request)
    kept = () if path or request.method == "POST" else request.query_params.multi_items()
    # What is a word or a way back; anything else in an address is no business of ours.
    rest = [
        (name, value)
        for name, value in kept
        if name not in PARAMETERS and (WORD.fullmatch(name + value) or safe_return(value))
    ]
    return f"{path}?{urlencode([*rest, (PARAMETERS[0], '')])}"


def _page_path(request: Request) -> str:
    """Return the path that a browser can open again, empty for the one that was posted to."""
    routes: Sequence[BaseRoute] = request.app.routes if "app" in request.scope else ()
    path: str = request.scope["path"]
    if not routes or _is_page(routes, request.scope, path):
        return ""
    above = path.rpartition("/")[0]
    return above if _is_page(routes, request.scope, above) else "/"


def _is_page(routes: Sequence[BaseRoute], scope: Scope, path: str) -> bool:
    asked = {**scope, "method": "GET", "path": path}
    return any(route.matches(asked)[0] is Match.FULL for route in routes)


@lru_cache(maxsize=256)
def _best(header: bytes) -> str | None:
    tags = sorted(_weighed(header.decode("latin-1")), key=lambda found: -found[0])
    return next(filter(None, (known(tag) for _, tag in tags)), None)


def _weighed(header: str) -> Iterator[tuple[float, str]]:
    """Yield the tags of Accept-Language with their weights (RFC 9110 §12.5.4), without bad ones."""
    for entry in header.split(",")[:MOST_TAGS]:
        tag, _, parameter = entry.partition(";")
        name, _, weight = parameter.partition("=")
        try:
            found = float(weight) if name.strip().lower() == "q" else 1.0
        except ValueError:
            continue
        if 0 < found <= 1:
            yield found, tag.strip()
