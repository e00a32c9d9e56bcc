"""Builds the parts that the doors with pages share."""

from msgspec import Struct

from proofup.config.settings import Settings
from proofup.pages.cookies import Cookies
from proofup.pages.dialect import PageDialect
from proofup.pages.errors import Problems
from proofup.pages.pages import Pages
from proofup.pages.static_files import StaticFiles
from proofup.values.ids import Entropy
from proofup.values.words import Languages


class PageParts(Struct, frozen=True, kw_only=True):
    """The parts that pages are made with; ``caller`` is the number that calls come from."""

    static: StaticFiles
    pages: Pages
    problems: Problems
    cookies: Cookies
    dialect: PageDialect
    caller: str | None


def page_parts(settings: Settings, *, languages: Languages, entropy: Entropy) -> PageParts:
    """Return the parts, built once for all doors."""
    static = StaticFiles()
    pages = Pages(
        organisation=settings.organisation,
        public_url=settings.public_url,
        static=static,
        languages=languages,
    )
    problems, cookies = Problems(pages), Cookies.of(settings.public_url)
    return PageParts(
        static=static,
        pages=pages,
        problems=problems,
        cookies=cookies,
        dialect=PageDialect(
            problems=problems, cookies=cookies, languages=languages, entropy=entropy
        ),
        caller=settings.calls.caller if settings.calls else None,
    )
