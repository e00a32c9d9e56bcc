"""The door of the carriers: they report the status of texts and calls, and ask what a call says.

All its answers are JSON, refusals too. Each request carries its own proof, without a cookie.
"""

from collections.abc import Sequence

from starlette.routing import Route

from proofup.delivery.receipts import RefusedReceiptError
from proofup.policy.budgets import CountryNotServedError
from proofup.web.mount import Mount
from proofup.web.programs import ProgramDialect, Refusal, as_json
from proofup.web.request_context import RequestContext

LONGEST_BODY = 4096  # bytes


def carriers_door(routes: Sequence[Route]) -> Mount:
    """Return the door with the ``routes`` of the carriers that are set up."""
    return Mount(
        paths=frozenset({"/delivery"}),
        dialect=ProgramDialect(as_json, {RefusedReceiptError: _refused}),
        routes=routes,
        for_programs=True,
        longest_body=LONGEST_BODY,
        own_answers=frozenset({CountryNotServedError}),  # this door sends nothing
    )


def _refused(error: RefusedReceiptError, _: RequestContext) -> Refusal:
    return Refusal(error.status, error.code, error.message)
