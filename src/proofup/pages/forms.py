"""Reading a form: in UTF-8, each field once, from our own page; or a clear refusal.

Only ``application/x-www-form-urlencoded`` (WHATWG URL standard, section 5.1): there is nothing to
upload here.
"""

import unicodedata
from collections.abc import Mapping
from urllib.parse import parse_qsl

from msgspec import Struct
from starlette.requests import Request

from proofup.pages.csrf import FIELD, require_form_token
from proofup.pages.page_context import context_of
from proofup.values.errors import ProofupError

CONTENT_TYPE = "application/x-www-form-urlencoded"
MOST_FIELDS = 100
LONGEST_FIELD_NAME = 64
LONGEST_PASSWORD = 1024  # letters; what cannot be a password is told so, and not refused as a form
LONGEST_CODE = 256  # letters of a field for a code: a whole message may be pasted
LONGEST_BROWSER_ANSWER = 32_768  # letters of one that a script fills, certificates and all
REFUSED_LETTERS = frozenset({"Cc", "Cs"})
TYPED_CONTROLS = frozenset("\t\r\n")  # control characters that keyboards have


class BadFormError(ProofupError):
    """A form that no page of ours sends.

    ``field`` is empty where the whole form is meant. ``reason`` is one of ``content type``,
    ``encoding``, ``too many fields``, ``twice``, ``missing``, ``too long``, ``control characters``.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field = field
        self.reason = reason


class Form(Struct, frozen=True):
    """The fields of a form, each there once, without control characters that no keyboard types."""

    fields: Mapping[str, str]

    def text(self, name: str, *, longest: int) -> str:
        """Return the field ``name`` as typed, at most ``longest`` letters. Raises BadFormError."""
        value = self.optional(name, longest=longest)
        if value is None:
            raise BadFormError(name, "missing")
        return value

    def optional(self, name: str, *, longest: int) -> str | None:
        """Return the field ``name``, or None if the form has none. Raises BadFormError."""
        value = self.fields.get(name)
        if value is not None and len(value) > longest:
            raise BadFormError(name, "too long")
        return value


async def read_form(request: Request) -> Form:
    """Return the form that was posted, after checking that a page of ours sent it.

    Raises BadFormError, StaleFormError, and what ``web.body`` raises of too long a body.
    """
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower()
    if kind.strip().lower() != CONTENT_TYPE or charset not in {"", "charset=utf-8"}:
        raise BadFormError("", "content type")
    fields = parse_form(await request.body())
    token = fields.pop(FIELD, None)
    require_form_token(context_of(request.scope), request.scope["path"], token)
    return Form(fields)


def parse_form(body: bytes) -> dict[str, str]:
    """Return the fields in ``body``. Raises BadFormError."""
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except UnicodeDecodeError as error:
        raise BadFormError("", "encoding") from error
    except ValueError as error:
        raise BadFormError("", "too many fields") from error
    fields: dict[str, str] = {}
    for name, value in pairs:
        is_word = len(name) <= LONGEST_FIELD_NAME and TYPED_CONTROLS.isdisjoint(name)
        if not is_word or _has_refused_letter(name):
            raise BadFormError("", "control characters")
        if name in fields:
            raise BadFormError(name, "twice")
        if _has_refused_letter(value):
            raise BadFormError(name, "control characters")
        fields[name] = value
    return fields


def _has_refused_letter(text: str) -> bool:
    # The plain case is by far the commonest and needs no look at each letter.
    if text.isprintable():
        return False
    # Tabs are pasted from tables, and an area of text has lines; who reads the field judges them.
    plain = (letter for letter in text if letter not in TYPED_CONTROLS)
    return any(unicodedata.category(letter) in REFUSED_LETTERS for letter in plain)
