"""Tokens of next pages: where a page begins, in base64. They are no secret and give no right."""

import base64
import binascii
from typing import TypeVar

import msgspec

from proofup.graph.errors import CallRefusedError, bad_request

T = TypeVar("T")
OVER = "The specified page token value has expired and can no longer be used."


def token_of(place: object) -> str:
    """Return the token of the page that begins at ``place``."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def place_of(token: str, kind: type[T]) -> T:
    """Return where the page begins. Raises CallRefusedError for a token that is not ours."""
    try:
        padded = token + "=" * (-len(token) % 4)
        return msgspec.json.decode(base64.b64decode(padded, b"-_", validate=True), type=kind)
    except (binascii.Error, ValueError) as error:
        raise _over() from error


def _over() -> CallRefusedError:
    return bad_request(OVER, code="Directory_ExpiredPageToken")
