"""One operation: a verb at an address, who may ask for it, and its handler."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from proofup.graph.answers import Answer
from proofup.graph.call import Call
from proofup.graph.errors import not_yet
from proofup.graph.resources import BOTH
from proofup.graph.scopes import ANYBODY, Scopes

VERBS = ("GET", "POST", "PATCH", "PUT", "DELETE")
OF_USER = "/users/{user}"
OF_CALLER = "/me"

Handle: TypeAlias = Callable[[Call], Awaitable[Answer]]


class Operation(Struct, frozen=True, kw_only=True):
    """What is served at ``path``, in ``versions``.

    ``scopes`` let an application ask for it; what the person may do is judged by the handler. With
    ``is_served`` false it only says that this is not served yet; a ``is_refusal`` is what Graph
    documents where the rules do not allow it.
    """

    verb: str
    path: str
    handle: Handle
    scopes: Scopes
    versions: Sequence[str] = BOTH
    is_served: bool = True
    is_refusal: bool = False

    def for_caller(self) -> "Operation":
        """Return the same operation at the address that begins with ``/me``."""
        return replace(self, path=self.path.replace(OF_USER, OF_CALLER, 1))


def of_user(
    verb: str,
    below: str,
    handle: Handle,
    scopes: Scopes,
    *,
    versions: Sequence[str] = BOTH,
    is_refusal: bool = False,
) -> tuple[Operation, Operation]:
    """Return an operation on anybody, and the same on the caller."""
    found = Operation(
        verb=verb,
        path=f"{OF_USER}{below}",
        handle=handle,
        scopes=scopes,
        versions=versions,
        is_refusal=is_refusal,
    )
    return found, found.for_caller()


def later(path: str, what: str) -> tuple[Operation, ...]:
    """Return what says at ``path`` and below it that ``what`` is not served yet."""

    async def refuse(_: Call) -> Answer:
        raise not_yet(what)

    return tuple(
        Operation(verb=verb, path=address, handle=refuse, scopes=ANYBODY, is_served=False)
        for verb in VERBS
        for address in (path, f"{path}/**")
    )
