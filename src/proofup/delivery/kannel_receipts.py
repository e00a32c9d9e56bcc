"""The door by which Kannel tells what became of a text: it fetches the address it was given.

Kannel signs nothing, so the address carries a proof over the message's id that only this service
can make. It is worth nothing for another message, and a receipt that is fetched again changes
nothing (security.md NE2). No other address changes anything when it is fetched; Kannel knows no
other way, and no cookie counts here.
"""

import hmac
import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from proofup.delivery.kannel import RECEIPTS_PATH, Proofs
from proofup.delivery.receipts import (
    Receipt,
    Receipts,
    ReceiptStatus,
    RefusedReceiptError,
    noted,
)
from proofup.values.clock import Clock
from proofup.values.ids import MessageId

STATUSES = {
    "1": ReceiptStatus.DELIVERED,
    "2": ReceiptStatus.FAILED,
    "4": ReceiptStatus.SENT,  # the operator keeps it until the phone is reached
    "8": ReceiptStatus.SENT,
    "16": ReceiptStatus.FAILED,
}
# Kannel never handed these on, and another carrier may have by now: they say nothing of that.
# It said that there is no route, or that the text has to wait, when it was asked.
NO_NEWS = frozenset({"NACK/no SMSC", "NACK/validity expired"})
NACK = re.compile(r"NACK/(?:0x[0-9a-f]+/)?([A-Za-z ]{1,80})")
# SMPP 3.4, appendix B. What follows is the beginning of the text itself, and is not kept.
SMPP_STATE = re.compile(r"\bstat:(\w{1,20}) err:(\w{1,20})")


def kannel_receipt_route(*, outbox: Receipts, proofs: Proofs, clock: Clock) -> Route:
    """Return the route that Kannel fetches.

    Answers: 204; 404 without the proof, or for a message that is not known; 400 for a status
    that is none; 503 when the store is busy.
    """

    async def take(request: Request) -> Response:
        message_id = request.path_params["message_id"]
        given = request.query_params.get("proof", "")
        answer = request.query_params.get("answer", "")
        status = STATUSES.get(request.query_params.get("status", ""))
        if not any(_is_same(expected, given) for expected in proofs(message_id)):
            raise RefusedReceiptError(404, "notFound", "there is no such receipt")
        if status is None:
            raise RefusedReceiptError(400, "invalidRequest", "status: is unknown")
        if answer in NO_NEWS:
            return Response(status_code=204)
        at = clock()
        receipt = Receipt(
            message_id=MessageId(message_id), status=status, reason=_reason(answer), at=at
        )
        return await noted(outbox, receipt, at=at)

    return Route(RECEIPTS_PATH + "/{message_id}", take, methods=["GET"], name="kannel receipt")


def _is_same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode())


def _reason(answer: str) -> str | None:
    """Return what the operator said, as far as it is known to hold nothing of a person."""
    refusal = NACK.match(answer)
    if refusal:
        return refusal[1].strip()
    state = SMPP_STATE.search(answer)
    return f"{state[1]}, error {state[2]}" if state else None
