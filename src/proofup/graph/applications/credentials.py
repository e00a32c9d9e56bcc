"""``keyCredentials`` and ``passwordCredentials``, as bodies have them."""

import base64
import binascii
from datetime import datetime

from msgspec import Struct

from proofup.graph.errors import bad_request

LONGEST = 64 * 1024  # letters of a certificate
LONGEST_NAME = 100
ONLY = (("type", "AsymmetricX509Cert"), ("usage", "Verify"))


class PasswordCredential(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"
):
    """A secret: one that is kept, by its id, or one that is to be drawn; the start is now."""

    display_name: str | None = None
    start_date_time: datetime | None = None
    end_date_time: datetime | None = None
    custom_key_identifier: str | None = None
    key_id: str | None = None
    hint: str | None = None
    secret_text: str | None = None

    @property
    def name(self) -> str:
        """The note to know it by."""
        return (self.display_name or "")[:LONGEST_NAME]


class KeyCredential(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A certificate: one that is kept, by its id, or a new one, in base64.

    It is valid for as long as it says itself.
    """

    type: str | None = None
    usage: str | None = None
    display_name: str | None = None
    start_date_time: datetime | None = None
    end_date_time: datetime | None = None
    custom_key_identifier: str | None = None
    key_id: str | None = None
    key: str | None = None

    @property
    def name(self) -> str:
        """The note to know it by."""
        return (self.display_name or "")[:LONGEST_NAME]

    def content(self) -> bytes:
        """Return the certificate. Raises CallRefusedError."""
        for field, only in ONLY:
            if getattr(self, field) not in {None, only}:
                message = f"{field} of a keyCredential must be {only}."
                raise bad_request(message)
        if not self.key or len(self.key) > LONGEST:
            raise bad_request("key of a new keyCredential must be a certificate.")
        try:
            return base64.b64decode("".join(self.key.split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise bad_request("key of a keyCredential must be base64.") from error
