"""Building a page from a template: what every page knows, and how words and values get in.

Everything is escaped unless it is already markup; a name that a template asks for and nobody
gave is an error, so a page never shows a gap.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from proofup.directory.organisation import Organisation
from proofup.web import csrf, instants
from proofup.web.public_url import PublicUrl
from proofup.web.static_files import StaticFiles
from proofup.web.visit import visit_of

DOORS = ("web", "signin", "portal")
SEPARATORS = re.compile(r"[\W_]+")


class Pages:
    """Renders the templates of all doors; built once."""

    def __init__(
        self,
        *,
        organisation: Organisation,
        public_url: PublicUrl,
        static: StaticFiles,
        doors: Sequence[str] = DOORS,
    ) -> None:
        self._environment = environment(doors)
        self._environment.globals.update(
            organisation=organisation,
            public_url=public_url.origin,
            asset=static.address,
        )

    def render(
        self, request: Request, name: str, *, status: int = 200, **context: Any
    ) -> HTMLResponse:
        """Return the page ``name``, such as ``signin/password.html``, filled with ``context``.

        Every page also has ``visit``, ``person`` (who is signed in, or None), ``at`` (the instant
        of the request), ``nonce``, ``reference``, ``path``, ``organisation`` and
        ``form_token(action)``, the hidden field that each form posting to ``action`` must hold.
        """
        visit = visit_of(request.scope)

        def form_token(action: str) -> Markup:
            token = csrf.form_token(visit, action)
            return Markup('<input type="hidden" name="{}" value="{}">').format(csrf.FIELD, token)

        known = {
            "visit": visit,
            "person": visit.person,
            "at": visit.at,
            "nonce": visit.nonce,
            "reference": visit.reference,
            "path": request.scope["path"],
            "form_token": form_token,
        }
        page = self._environment.get_template(name).render({**known, **context})
        return HTMLResponse(page, status_code=status)


def environment(doors: Sequence[str]) -> Environment:
    """Return the templates of ``doors``, each under its own name."""
    found: Any = Environment(
        loader=PrefixLoader({door: PackageLoader(f"proofup.{door}") for door in doors}),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    # Every word is marked; a catalogue of another language takes the place of this one.
    found.install_null_translations(newstyle=True)
    # Plain words need no look-up then, and they are ours: this halves what they cost.
    found.globals["_"] = Markup
    found.policies["ext.i18n.trimmed"] = True
    found.filters.update(_filters())
    environment: Environment = found
    return environment


def _filters() -> Mapping[str, Callable[..., str]]:
    return {
        "day": instants.day,
        "minute": instants.minute,
        "next_minute": instants.next_minute,
        "second": instants.second,
        "iso": instants.iso,
        "initials": initials,
    }


def initials(name: str) -> str:
    """Return the letters of an avatar: the first of the first and of the last word of a name.

    The name may be a user name; what stands behind its @ says nothing of the person.
    """
    words = [word for word in SEPARATORS.split(name.partition("@")[0]) if word]
    chosen = words[:1] + words[1:][-1:]
    return "".join(word[0].upper() for word in chosen) or "?"
