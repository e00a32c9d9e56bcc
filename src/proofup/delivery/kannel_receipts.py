"""The route by which Kannel reports the status of a text: a GET of the address it was given.

Kannel signs nothing, so the address carries a proof over the message's id that only this service
can make. The proof is invalid for other messages, and a repeated receipt changes nothing (security
row NE2). This is the only GET route that changes data, because Kannel supports no other method. It
ignores cookies.
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
    "4": ReceiptStatus.SENT,  # the operator keeps it until the phone is reachable
    "8": ReceiptStatus.SENT,
    "16": ReceiptStatus.FAILED,
}
# Kannel never sent these texts; another carrier may have. Its answer to ``sendsms`` already said
# that there is no route or that the text is queued. So these receipts do not change the status.
NO_NEWS = frozenset({"NACK/no SMSC", "NACK/validity expired"})
NACK = re.compile(r"NACK/(?:0x[0-9a-f]+/)?([A-Za-z ]{1,80})")
# SMPP 3.4, appendix B. The rest is the beginning of the text itself, and is not stored.
SMPP_STATE = re.compile(r"\bstat:(\w{1,20}) err:(\w{1,20})")


def kannel_receipt_route(*, outbox: Receipts, proofs: Proofs, clock: Clock) -> Route:
    """Return the route that Kannel fetches.

    Answers: 204; 404 without the proof or for an unknown message; 400 for an unknown status; 503
    when the store is busy.
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
    """Return the operator's reason, limited to parts that cannot contain personal data."""
    refusal = NACK.match(answer)
    if refusal:
        return refusal[1].strip()
    state = SMPP_STATE.search(answer)
    return f"{state[1]}, error {state[2]}" if state else None
