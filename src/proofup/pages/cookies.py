"""The cookies: their names, their attributes, and who may read them.

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
DEVICE = re.compile(r"[0-9a-f-]{36}:[A-Za-z0-9_-]{43}(?:\.[0-9a-f-]{36}:[A-Za-z0-9_-]{43}){0,3}")
YEAR = timedelta(days=365)


class Cookie(StrEnum):
    """What we keep in a browser. Those without a ``lifetime`` end with its session.

    Our own session is kept longer where its owner wished to stay signed in.
    """

    SESSION = "pu_s"
    TRANSACTION = "pu_t"  # a sign-in in progress
    RESET = "pu_r"  # a password reset in progress
    BROWSER = "pu_b"  # makes our forms this browser's own; lets nobody in
    DEVICE = "pu_d"  # by which it is remembered, for up to four accounts
    INVITATION = "pu_i"  # that was opened here; lets nobody in
    LANGUAGE = "pu_l"  # the last one that was chosen
    KNOWN = "pu_k"  # accounts have signed in here; lets nobody in

    @property
    def value_form(self) -> re.Pattern[str]:
        """What a value of ours looks like."""
        return FORMS.get(self, VALUE)

    @property
    def lifetime(self) -> timedelta | None:
        """How long the browser keeps it; None is until it is closed."""
        return YEAR if self in {Cookie.LANGUAGE, Cookie.DEVICE, Cookie.KNOWN} else None

    @property
    def same_site(self) -> str:
        """Who may have it sent: what only our own forms need goes with no link from elsewhere."""
        return "Strict" if self in {Cookie.DEVICE, Cookie.KNOWN} else "Lax"


FORMS = {Cookie.LANGUAGE: TAG, Cookie.DEVICE: DEVICE}
SECURE_NAMES = {cookie: f"__Host-{cookie.value}" for cookie in Cookie}


class Cookies(Struct, frozen=True):
    """Reads and writes cookies as the public URL demands."""

    secure: bool

    @classmethod
    def of(cls, public_url: PublicUrl) -> "Cookies":
        """Return the cookies of a service at ``public_url``."""
        return cls(public_url.is_secure)

    def name(self, cookie: Cookie) -> str:
        """Return the name under which the browser keeps ``cookie``."""
        return SECURE_NAMES[cookie] if self.secure else cookie.value

    def read(self, request: HTTPConnection, cookie: Cookie) -> str | None:
        """Return the value of ``cookie``, or None if there is none that we could have set."""
        value = request.cookies.get(self.name(cookie))
        return value if value and cookie.value_form.fullmatch(value) else None

    def set(
        self,
        response: Response,
        cookie: Cookie,
        value: str,
        *,
        kept_for: timedelta | None = None,
    ) -> None:
        """Keep ``value`` for the lifetime of its cookie, or ``kept_for`` so long."""
        response.headers.append("set-cookie", self.header(cookie, value, kept_for=kept_for))

    def clear(self, response: Response, cookie: Cookie) -> None:
        """Remove ``cookie`` from the browser."""
        response.headers.append("set-cookie", f"{self.header(cookie, '')}; Max-Age=0")

    def header(self, cookie: Cookie, value: str, *, kept_for: timedelta | None = None) -> str:
        """Return the Set-Cookie header that keeps ``value``."""
        if value and not cookie.value_form.fullmatch(value):
            raise ValueError("a value that this cookie never holds")
        secure = "; Secure" if self.secure else ""
        kept = (kept_for or cookie.lifetime) if value else None
        lifetime = f"; Max-Age={kept // timedelta(seconds=1)}" if kept else ""
        return (
            f"{self.name(cookie)}={value}; Path=/; HttpOnly; "
            f"SameSite={cookie.same_site}{secure}{lifetime}"
        )
