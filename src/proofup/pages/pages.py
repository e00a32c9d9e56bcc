"""Building a page from a template: what every page knows, and how words and values get in.

Everything is escaped unless it is already markup; a name that a template asks for and nobody
gave is an error, so a page never shows a gap.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from jinja2 import Environment, PackageLoader, PrefixLoader
from jinja2.environment import TemplateModule
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from proofup.directory.organisation import Organisation
from proofup.languages.known import LANGUAGES
from proofup.methods.registered_methods import MethodKind
from proofup.pages import csrf, instants
from proofup.pages.environments import environment
from proofup.pages.language import address_in_any, choices
from proofup.pages.methods.parts import template
from proofup.pages.page_context import context_of
from proofup.pages.qr import as_svg
from proofup.pages.static_files import StaticFiles
from proofup.values.secret import Secret
from proofup.values.words import Languages, Words
from proofup.web.public_url import PublicUrl

DOORS = ("pages", "signin", "portal", "admin", "authenticator", "oauth")
MY_APPS = "/myapps"
SECURITY_INFO = "/security-info"
PROVING_UP = "/proofup"
ADMIN = "/admin"
CHOICES = 64  # of a language that are kept: few pages have an address with anything of a context
SEPARATORS = re.compile(r"[\W_]+")


class Pages:
    """Renders the templates of all doors; built once."""

    def __init__(
        self,
        *,
        organisation: Organisation,
        public_url: PublicUrl,
        static: StaticFiles,
        languages: Languages,
        doors: Sequence[str] = DOORS,
    ) -> None:
        loaders = {door: PackageLoader(f"proofup.{door}") for door in doors}
        methods = PackageLoader("proofup.pages", "methods")
        self._loader = PrefixLoader({**loaders, "methods": methods})
        self._languages = languages
        self._environments: dict[str, Environment] = {}
        self._choice = lru_cache(maxsize=CHOICES)(self._choice_of_language)
        self.asset = static.address
        self._names = {
            "organisation": organisation,
            "public_url": public_url.origin,
            "asset": static.address,
        }

    def words(self, request: Request) -> Words:
        """Return the words of the language in which ``request`` is answered."""
        return self._languages.words(context_of(request.scope).language)

    def when_over(self, request: Request, instant: datetime) -> Markup:
        """Return when a wait ends, for the reader of the answer to ``request``."""
        context = context_of(request.scope)
        days = instants.Days(context.language, self._languages.words(context.language))
        return days.when_over(instant, context.at)

    def render(
        self, request: Request, name: str, *, status: int = 200, **facts: Any
    ) -> HTMLResponse:
        """Return the page ``name``, such as ``signin/password.html``, filled with ``facts``.

        Every page also has ``context``, ``person`` (who is signed in, or None), ``at`` (the instant
        of the request), ``nonce``, ``reference``, ``path``, ``home`` (where changes of
        methods begin), ``organisation``, ``language`` and ``languages()``, the choice of it,
        ``of_kind(kind)``, the words of a method, and ``form_token(action)``, the hidden field that
        each form posting to ``action`` must hold.
        """
        context = context_of(request.scope)

        def form_token(action: str) -> Markup:
            token = csrf.form_token(context, action)  # letters, digits, hyphens and low lines
            return Markup(f'<input type="hidden" name="{csrf.FIELD}" value="{token}">')  # noqa: S704

        known = {
            "context": context,
            "person": context.person,
            "at": context.at,
            "nonce": context.nonce,
            "reference": context.reference,
            "path": request.scope["path"],
            "home": PROVING_UP if context.is_proving_up else SECURITY_INFO,
            "language": LANGUAGES[context.language],
            "languages": lambda: self._choice(address_in_any(request), context.language),
            "form_token": form_token,
        }
        page = self._environment(context.language).get_template(name).render({**known, **facts})
        return HTMLResponse(page, status_code=status)

    def _choice_of_language(self, address: str, language: str) -> Markup:
        template = self._environment(language).get_template("pages/languages.html")
        return Markup(template.render(choices=choices(address, language)))  # noqa: S704 - a template's

    def _environment(self, language: str) -> Environment:
        """Return the templates in ``language``, made when it is first asked for."""
        if language not in self._environments:
            words = self._languages.words(language)
            found = environment(self._loader, language, autoescape=True)
            found.globals.update(self._names)
            found.filters.update(_filters(instants.Days(language, words)))
            found.globals["of_kind"] = partial(_words_of, found)
            self._environments[language] = found
        return self._environments[language]


def _words_of(templates: Environment, kind: MethodKind) -> TemplateModule:
    """Return the macros with the words of ``kind``, as the templates ask for them."""
    return templates.get_template(template(kind, "words")).module


def _filters(days: instants.Days) -> Mapping[str, Callable[..., str]]:
    return {
        "day": days.day,
        "in_full": days.in_full,
        "minute": instants.minute,
        "when_over": days.when_over,
        "second": instants.second,
        "iso": instants.iso,
        "initials": initials,
        "qr": as_svg,
        "grouped": grouped,
    }


def grouped(key: Secret[str]) -> str:
    """Return a key in groups of four, as people read it out."""
    letters = key.reveal()
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def initials(name: str) -> str:
    """Return the letters of an avatar: the first of the first and of the last word of a name.

    The name may be a user name; what stands behind its @ says nothing of the person.
    """
    words = [word for word in SEPARATORS.split(name.partition("@")[0]) if word]
    chosen = words[:1] + words[1:][-1:]
    return "".join(word[0].upper() for word in chosen) or "?"
