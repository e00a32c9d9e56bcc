"""The cookies: their names, their attributes, and who may read them (security.md 4.4).

The ``__Host-`` prefix (RFC 6265bis §4.1.3.2) makes the browser itself refuse a cookie that came
without TLS, for a path, or from a neighbouring host. It demands ``Secure``; Safari takes no
``Secure`` cookie from http://localhost, so there, and only there, both are left out.
"""

import re
from datetime import timedelta
from enum import StrEnum

from msgspec import Struct
from starlette.requests import HTTPConnection
from starlette.responses import Response

from proofup.web.public_url import PublicUrl

VALUE = re.compile(r"[A-Za-z0-9_-]{16,128}")
TAG = re.compile(r"[A-Za-z0-9-]{2,35}")
YEAR = timedelta(days=365)


class Cookie(StrEnum):
    """What we keep in a browser. All but the language end with the browser's session."""

    SESSION = "pu_s"
    TRANSACTION = "pu_t"  # a sign-in in progress
    BROWSER = "pu_b"  # makes our forms this browser's own; lets nobody in
    INVITATION = "pu_i"  # that was opened here; lets nobody in
    LANGUAGE = "pu_l"  # the last one that was chosen

    @property
    def value_form(self) -> re.Pattern[str]:
        """What a value of ours looks like."""
        return TAG if self is Cookie.LANGUAGE else VALUE


class Cookies(Struct, frozen=True):
    """Reads and writes cookies as the public URL demands."""

    secure: bool

    @classmethod
    def of(cls, public_url: PublicUrl) -> "Cookies":
        """Return the cookies of a service at ``public_url``."""
        return cls(public_url.is_secure)

    def name(self, cookie: Cookie) -> str:
        """Return the name under which the browser keeps ``cookie``."""
        return f"__Host-{cookie}" if self.secure else cookie.value

    def read(self, request: HTTPConnection, cookie: Cookie) -> str | None:
        """Return the value of ``cookie``, or None if there is none that we could have set."""
        value = request.cookies.get(self.name(cookie))
        return value if value and cookie.value_form.fullmatch(value) else None

    def set(self, response: Response, cookie: Cookie, value: str) -> None:
        """Keep ``value``, in URL-safe letters, until the browser is closed (a language: a year)."""
        response.headers.append("set-cookie", self.header(cookie, value))

    def clear(self, response: Response, cookie: Cookie) -> None:
        """Remove ``cookie`` from the browser."""
        response.headers.append("set-cookie", f"{self.header(cookie, '')}; Max-Age=0")

    def header(self, cookie: Cookie, value: str) -> str:
        """Return the Set-Cookie header that keeps ``value``."""
        if value and not cookie.value_form.fullmatch(value):
            raise ValueError("a cookie holds 16 to 128 URL-safe letters, or a language")
        secure = "; Secure" if self.secure else ""
        kept = value and cookie is Cookie.LANGUAGE
        lifetime = f"; Max-Age={YEAR // timedelta(seconds=1)}" if kept else ""
        return f"{self.name(cookie)}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{lifetime}"
