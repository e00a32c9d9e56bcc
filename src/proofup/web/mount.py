"""The mounting of a door: a separate application with its own dialect."""

from collections.abc import Sequence

from msgspec import Struct
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from proofup.values.errors import ProofupError
from proofup.web.body import LONGEST_BODY
from proofup.web.dialect import MET_BY_EVERY_DOOR, Dialect, answer_to


class Mount(Struct, frozen=True, kw_only=True):
    """The declaration of a door, beside its routes.

    It answers the ``paths`` and everything below them; "/" gets what no other door has.
    It also answers every path that ``pattern`` matches from its start, before all other doors.
    ``any_host`` allows other host names, which load balancers use. ``for_programs``: programs post
    to it with their own proof and without cookies, so the origin is not checked. ``is_quiet``: it
    is requested all the time, so its requests are logged at DEBUG only.

    ``own_answers`` are errors of the core that its routes answer themselves or cannot raise. Every
    other error that it can reach by imports needs a line in the table of its dialect.
    """

    paths: frozenset[str]
    dialect: Dialect
    routes: Sequence[Route]
    pattern: str | None = None
    any_host: bool = False
    for_programs: bool = False
    is_quiet: bool = False
    longest_body: int = LONGEST_BODY
    own_answers: frozenset[type[ProofupError]] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a dialect without an answer to the errors that every door can meet."""
        table = self.dialect.table
        missing = [one for one in MET_BY_EVERY_DOOR if answer_to(table, one) is None]
        if missing or Exception not in table:
            message = f"the dialect of {sorted(self.paths)} has no answer to {missing}"
            raise TypeError(message)


class Routed(Struct, frozen=True):
    """The routes of a mount. Other requests raise HTTPException with 404 or 405."""

    router: Router

    @classmethod
    def of(cls, routes: Sequence[Route]) -> "Routed":
        """Return ``routes`` as an application that redirects no path to another spelling."""
        return cls(Router(routes, redirect_slashes=False))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request to its route."""
        scope["app"] = self.router  # makes Starlette raise errors instead of answering them
        await self.router(scope, receive, send)
