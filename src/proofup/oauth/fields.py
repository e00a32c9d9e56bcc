"""The fields of a request for a token; those that are not known are ignored (RFC 6749 §3.2)."""

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote_plus

from msgspec import Struct
from starlette.requests import Request

from proofup.granting.assertion import ASSERTION_TYPE, client_of_assertion
from proofup.granting.client_authentication import ClientProof
from proofup.granting.refusals import GrantRefusedError, Refused
from proofup.values.secret import Secret

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 100
BASIC = "basic "


class Fields(Struct, frozen=True):
    """The fields of a form. An empty one counts as not there (RFC 6749 §3.2)."""

    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """Return the field ``name``, or ""."""
        return self.values.get(name, "")

    def needed(self, name: str) -> str:
        """Return the field ``name``. Raises GrantRefusedError if it is not there."""
        if not (value := self[name]):
            raise GrantRefusedError(Refused.MISSING_PARAMETER, name)
        return value


async def read_fields(request: Request) -> Fields:
    """Return the fields of the form that was posted. Raises GrantRefusedError."""
    kind = request.headers.get("content-type", "").partition(";")[0]
    if kind.strip().lower() != FORM:
        raise GrantRefusedError(Refused.MALFORMED_REQUEST, f"its content type is not {FORM}")
    return fields_of(await request.body())


def fields_of(body: bytes) -> Fields:
    """Return the fields in ``body``. Raises GrantRefusedError for one that is there twice."""
    try:
        pairs = parse_qsl(body.decode(), errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise GrantRefusedError(Refused.MALFORMED_REQUEST, "it cannot be read") from error
    values = dict(pairs)
    if len(values) < len(pairs):
        raise GrantRefusedError(Refused.MALFORMED_REQUEST, "it has a parameter twice")
    return Fields(values)


def proof_in(request: Request, fields: Fields) -> ClientProof:
    """Return who the client says it is, from the form or from its header. Raises GrantRefusedError.

    Both parts of a header are percent-encoded (RFC 6749 §2.3.1).
    """
    if fields["client_assertion_type"]:
        return _by_assertion(request, fields)
    header = request.headers.get("authorization", "")
    if not header.lower().startswith(BASIC):
        secret = fields["client_secret"]
        return ClientProof(
            client_id=fields.needed("client_id"), secret=Secret(secret) if secret else None
        )
    if fields["client_secret"]:
        raise GrantRefusedError(Refused.MALFORMED_REQUEST, "it has two client secrets")
    try:
        name, colon, password = (
            base64.b64decode(header[len(BASIC) :], validate=True).decode().partition(":")
        )
    except (binascii.Error, ValueError) as error:
        raise GrantRefusedError(Refused.NO_CLIENT_AUTHENTICATION) from error
    if not colon:
        raise GrantRefusedError(Refused.NO_CLIENT_AUTHENTICATION)
    return ClientProof(client_id=unquote_plus(name), secret=Secret(unquote_plus(password)))


def _by_assertion(request: Request, fields: Fields) -> ClientProof:
    """Return the proof of a client that signs an assertion (RFC 7523 §2.2)."""
    kind = fields["client_assertion_type"]
    if kind != ASSERTION_TYPE:
        raise GrantRefusedError(Refused.MALFORMED_REQUEST, f"'{kind}' is not supported")
    assertion = fields.needed("client_assertion")
    return ClientProof(
        client_id=fields["client_id"] or client_of_assertion(assertion),
        assertion=assertion,
        path=request.url.path,
    )
