"""Templates in one language: one environment for each, with the marked words of its catalogue.

What a template imports is evaluated once and kept, words and all, so languages share no
environment. They share the compiled code, in which no word is translated yet.
"""

from collections.abc import Callable
from functools import cache
from types import CodeType
from typing import TypeAlias

from jinja2 import BaseLoader, BytecodeCache, Environment, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from proofup.languages.catalogues import translations

Escaping: TypeAlias = bool | Callable[[str | None], bool]
"""Whether values are escaped: in every template, or as its name says."""


class CompiledTemplates(BytecodeCache):
    """Keeps compiled templates in memory: they do not change while we run."""

    def __init__(self) -> None:
        self._code: dict[str, CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give ``bucket`` the code of its template, if that was compiled before."""
        bucket.code = self._code.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code in ``bucket``."""
        self._code[bucket.key] = bucket.code


COMPILED = CompiledTemplates()


def environment(loader: BaseLoader, language: str, *, autoescape: Escaping) -> Environment:
    """Return the templates of ``loader``, whose marked words are those of ``language``.

    A name that a template asks for and nobody gave is an error.
    """
    found = Environment(
        loader=loader,
        bytecode_cache=COMPILED,
        autoescape=autoescape,  # noqa: S701 - each caller says which
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    found.policies["ext.i18n.trimmed"] = True
    install = found.install_gettext_translations  # type: ignore[attr-defined]  # the extension's
    install(translations(language), newstyle=True)
    if autoescape is True:  # of a function, the extension asks for the context of the page first
        found.globals["_"] = _marked_up(translations(language).gettext)
    return found


def _marked_up(gettext: Callable[[str], str]) -> Callable[[str], Markup]:
    """Return what translates words that need no escape; a table says the same ones in each row."""

    @cache
    def translated(english: str) -> Markup:
        return Markup(gettext(english))  # noqa: S704 - our own words

    return translated
