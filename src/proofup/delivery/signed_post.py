"""Reads what a carrier posts: bounded, signed, and of one shape."""

from datetime import datetime
from typing import TypeVar

import msgspec
from starlette.requests import Request

from proofup.delivery.receipts import RefusedReceiptError
from proofup.delivery.signature import InvalidSignatureError, verify_signature
from proofup.values.secret import Secret

Shape = TypeVar("Shape", bound=msgspec.Struct)

LONGEST_BODY = 4096  # bytes


async def read_signed(
    request: Request, shape: type[Shape], *, secret: Secret[str], at: datetime
) -> Shape:
    """Return the body as ``shape``, or raise RefusedReceiptError saying what is wrong with it.

    Nothing is parsed before the signature was verified.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            problem = f"the body is longer than {LONGEST_BODY} bytes"
            raise RefusedReceiptError(400, "invalidRequest", problem)
    try:
        verify_signature(secret, request.headers, body, at=at)
    except InvalidSignatureError as error:
        problem = f"{error.header} {error.reason}"
        raise RefusedReceiptError(401, "unauthorized", problem) from error
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.MsgspecError as error:
        raise RefusedReceiptError(400, "invalidRequest", str(error)) from error
