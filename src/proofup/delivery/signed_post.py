"""Reads the signed posts of a carrier."""

from datetime import datetime
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request

from proofup.delivery.receipts import RefusedReceiptError
from proofup.delivery.signature import InvalidSignatureError, verify_signature
from proofup.values.secret import Secret

LONGEST_ID = 64


class OfMessage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The id in the address, repeated in the body so that the signature covers it."""

    id: Annotated[str, Meta(max_length=LONGEST_ID)]


Shape = TypeVar("Shape", bound=OfMessage)


async def read_signed(
    request: Request, shape: type[Shape], *, secret: Secret[str], at: datetime
) -> Shape:
    """Return the body as ``shape``. Raises RefusedReceiptError with the reason.

    Nothing is parsed before the signature was verified.
    """
    body = await request.body()
    try:
        verify_signature(secret, request.headers, body, at=at)
    except InvalidSignatureError as error:
        problem = f"{error.header} {error.reason}"
        raise RefusedReceiptError(401, "unauthorized", problem) from error
    try:
        told = msgspec.json.decode(body, type=shape)
    except msgspec.MsgspecError as error:
        raise RefusedReceiptError(400, "invalidRequest", str(error)) from error
    if told.id != request.path_params["message_id"]:
        problem = "id: the body names another message than the address"
        raise RefusedReceiptError(400, "invalidRequest", problem)
    return told
