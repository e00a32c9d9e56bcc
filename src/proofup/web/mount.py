"""A door as it is mounted: an application of its own, with its own dialect to the last byte."""

from collections.abc import Sequence

from msgspec import Struct
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from proofup.values.errors import ProofupError
from proofup.web.body import LONGEST_BODY
from proofup.web.dialect import MET_BY_EVERY_DOOR, Dialect, answer_to


class Mount(Struct, frozen=True, kw_only=True):
    """What a door says of itself; each declares its own, beside its routes.

    ``paths`` are where it answers, each with all that is below; "/" is for what no other door has.
    ``any_host`` lets it be asked by other names too, as a load balancer must. ``for_programs``:
    programs post to it with a proof of their own and no cookie, so nobody looks where a request
    comes from. ``is_quiet``: it is asked all the time, so its requests are logged at DEBUG only.

    ``own_answers`` are errors of the core that its routes answer themselves or cannot raise. Every
    other error that its imports lead to must have a line in the table of its dialect.
    """

    paths: frozenset[str]
    dialect: Dialect
    routes: Sequence[Route]
    any_host: bool = False
    for_programs: bool = False
    is_quiet: bool = False
    longest_body: int = LONGEST_BODY
    own_answers: frozenset[type[ProofupError]] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a dialect that has nothing to say to what every door can meet."""
        table = self.dialect.table
        missing = [one for one in MET_BY_EVERY_DOOR if answer_to(table, one) is None]
        if missing or Exception not in table:
            message = f"the dialect of {sorted(self.paths)} has no answer to {missing}"
            raise TypeError(message)


class Routed(Struct, frozen=True):
    """The routes of a mount. What is none of them raises HTTPException, with 404 or 405."""

    router: Router

    @classmethod
    def of(cls, routes: Sequence[Route]) -> "Routed":
        """Return ``routes`` as an application that takes each address as it is written."""
        return cls(Router(routes, redirect_slashes=False))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request to its route."""
        scope["app"] = self.router  # within an application Starlette raises, and answers nothing
        await self.router(scope, receive, send)
