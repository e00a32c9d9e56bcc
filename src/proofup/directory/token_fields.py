"""Making a token from what a file says of it, field by field (Entra's CSV, or PSKC)."""

import base64
from collections.abc import Mapping
from datetime import datetime

from proofup.directory.oath_tokens import HashAlgorithm, OathToken
from proofup.values.errors import InvalidFieldError
from proofup.values.ids import MethodId
from proofup.values.secret import Secret
from proofup.values.shown_text import UnshowableTextError, shown_text
from proofup.values.words import Said, marked

UPN = "upn"
SERIAL, SECRET, INTERVAL = "serial number", "secret key", "time interval"
MANUFACTURER, MODEL = "manufacturer", "model"
COLUMNS = (UPN, SERIAL, SECRET, INTERVAL, MANUFACTURER, MODEL)  # Entra's, in this order
INTERVALS = frozenset({30, 60})  # seconds
SECRET_BYTES = range(10, 65)
LONGEST_SECRET = 128  # letters of Base32
LONGEST_SERIAL = 64
LONGEST_TEXT = 128
MISSING = marked("is missing.")
NO_BASE32 = marked("is not Base32, which has the letters A to Z and the digits 2 to 7.")
HEXADECIMAL = marked(
    "is not Base32, which has the letters A to Z and the digits 2 to 7. It seems to be "
    "hexadecimal: convert it to Base32 first."
)
HEX = frozenset("0123456789abcdefABCDEF")


def token_of_row(told: Mapping[str, str], token_id: MethodId, *, at: datetime) -> OathToken:
    """Return the token in a row of Entra's CSV: SHA-1, six digits. Raises InvalidFieldError."""
    return OathToken(
        id=token_id,
        serial_number=serial_number(told[SERIAL]),
        secret=Secret(checked_secret(base32_secret(told[SECRET]))),
        time_interval_seconds=interval(told[INTERVAL]),
        manufacturer=text(told[MANUFACTURER], MANUFACTURER),
        model=text(told[MODEL], MODEL),
        added_at=at,
    )


def serial_number(told: str) -> str:
    """Return the serial number in ``told``. Raises InvalidFieldError."""
    found = text(told, SERIAL, longest=LONGEST_SERIAL)
    if not found:
        raise InvalidFieldError(SERIAL, MISSING)
    return found


def base32_secret(told: str) -> bytes:
    """Return the secret that is written in Base32. Raises InvalidFieldError."""
    letters = "".join(told.split()).rstrip("=").upper()
    if not letters:
        raise InvalidFieldError(SECRET, MISSING)
    if len(letters) > LONGEST_SECRET:
        raise InvalidFieldError(SECRET, _too_long(LONGEST_SECRET))
    try:
        return base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError as error:
        raise InvalidFieldError(
            SECRET, HEXADECIMAL if HEX.issuperset(letters) else NO_BASE32
        ) from error


def checked_secret(secret: bytes) -> bytes:
    """Return ``secret``, or raise InvalidFieldError where it is too short or too long."""
    if len(secret) not in SECRET_BYTES:
        facts = {
            "bits": 8 * len(secret),
            "least": 8 * SECRET_BYTES.start,
            "most": 8 * (SECRET_BYTES.stop - 1),
        }
        words = marked("has %(bits)s bits; %(least)s to %(most)s are taken.")
        raise InvalidFieldError(SECRET, Said(words, facts))
    return secret


def interval(told: str) -> int:
    """Return the seconds of a step. Raises InvalidFieldError."""
    if told.strip() not in {str(one) for one in INTERVALS}:
        raise InvalidFieldError(INTERVAL, marked("must be 30 or 60 seconds."))
    return int(told)


def digits(told: str) -> int:
    """Return how many digits a code has. Raises InvalidFieldError."""
    if told.strip() not in {"6", "8"}:
        raise InvalidFieldError("digits", marked("must be 6 or 8."))
    return int(told)


def algorithm(told: str) -> HashAlgorithm:
    """Return the hash by its name, such as ``HMAC-SHA256``. Raises InvalidFieldError."""
    name = told.replace("-", "").replace("_", "").lower().removeprefix("hmac") or "sha1"
    try:
        return HashAlgorithm(f"hmac{name}")
    except ValueError as error:
        words = marked("must be SHA-1, SHA-256 or SHA-512.")
        raise InvalidFieldError("algorithm", words) from error


def text(told: str, field: str, *, longest: int = LONGEST_TEXT) -> str:
    """Return ``told`` as it is shown. Raises InvalidFieldError."""
    try:
        found = shown_text(told)
    except UnshowableTextError as error:
        words = marked("has letters that cannot be shown.")
        raise InvalidFieldError(field, words) from error
    if len(found) > longest:
        raise InvalidFieldError(field, _too_long(longest))
    return found


def _too_long(most: int) -> Said:
    return Said(marked("has more than %(most)s letters."), {"most": most})
