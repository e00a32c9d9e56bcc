"""The dialect of the doors with pages: cookies and a language are read, refusals are pages."""

from collections.abc import Iterator
from functools import partial

from msgspec import Struct
from msgspec.structs import asdict, replace
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Scope

from proofup.pages import language
from proofup.pages.cookies import Cookie, Cookies
from proofup.pages.errors import Problems
from proofup.pages.page_context import PageContext, context_of
from proofup.pages.refusals import PAGES, Page
from proofup.values.errors import RevokedError
from proofup.values.ids import Entropy, random_token
from proofup.values.words import Languages
from proofup.web.dialect import RawHeaders, Table
from proofup.web.request_context import RequestContext

PAGE_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'nonce-{nonce}'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types htmx"
)


class PageDialect(Struct, frozen=True, kw_only=True):
    """What a browser brings along, the headers of a page, and refusals as pages."""

    problems: Problems
    cookies: Cookies
    languages: Languages
    entropy: Entropy

    @property
    def table(self) -> Table:
        """Who answers an error."""
        return {kind: partial(self._answer, page) for kind, page in PAGES.items()}

    def known(self, scope: Scope, context: RequestContext) -> PageContext:
        """Return ``context`` with the cookies, unjudged, and the language to answer in."""
        request = HTTPConnection(scope)
        browser = self.cookies.read(request, Cookie.BROWSER)
        asked_language = language.asked_for(scope)
        kept_language = self.cookies.read(request, Cookie.LANGUAGE)
        spoken = self.languages.nearest(asked_language, kept_language, language.of_browser(scope))
        return PageContext(
            **asdict(replace(context, language=spoken)),
            asked_language=asked_language,
            session_token=self.cookies.read(request, Cookie.SESSION),
            transaction_token=self.cookies.read(request, Cookie.TRANSACTION),
            browser_secret=browser or random_token(self.entropy),
            browser_is_new=browser is None,
        )

    def headers(self, scope: Scope, content_type: bytes) -> RawHeaders:
        """Return the policy, the language and the cookies of a page; less for other answers."""
        is_page = content_type.startswith(b"text/html")
        return list(self._of_page(context_of(scope))) if is_page else ((b"vary", b"Cookie"),)

    def _of_page(self, context: PageContext) -> Iterator[tuple[bytes, bytes]]:
        yield b"content-security-policy", PAGE_POLICY.format(nonce=context.nonce).encode()
        yield b"vary", b"Cookie, Accept-Language"
        yield b"content-language", context.language.encode()
        if context.asked_language is not None:
            kept = self.cookies.header(Cookie.LANGUAGE, context.asked_language)
            yield b"set-cookie", kept.encode()
        if context.browser_is_new:
            cookie = self.cookies.header(Cookie.BROWSER, context.browser_secret)
            yield b"set-cookie", cookie.encode()

    async def _answer(self, page: Page, request: Request, error: Exception) -> Response:
        response = page(self.problems, request, error)
        if isinstance(error, RevokedError):  # the sign-in that it stopped cannot go on
            self.cookies.clear(response, Cookie.TRANSACTION)
        return response
