"""Templates in one language: how words get in, and what is shared between languages.

What a template imports is evaluated once and kept, words and all; so each language has an
environment of its own. Compiling is what costs, and that is done once for all of them.
"""

from types import CodeType
from typing import Any

from jinja2 import BaseLoader, BytecodeCache, Environment, StrictUndefined
from jinja2.bccache import Bucket

from proofup.languages.catalogues import translations


class Compiled(BytecodeCache):
    """Keeps compiled templates in memory, for the languages that come after the first."""

    def __init__(self) -> None:
        self._code: dict[str, CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill ``bucket``, if its template was compiled before."""
        bucket.code = self._code.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled; templates do not change while we run."""
        self._code[bucket.key] = bucket.code


def environment(
    loader: BaseLoader, language: str, compiled: Compiled, **options: Any
) -> Environment:
    """Return the templates of ``loader``, whose marked words are those of ``language``.

    A name that a template asks for and nobody gave is an error.
    """
    found: Any = Environment(  # noqa: S701 - who calls says what is escaped
        loader=loader,
        bytecode_cache=compiled,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        **options,
    )
    found.install_gettext_translations(translations(language), newstyle=True)
    found.policies["ext.i18n.trimmed"] = True
    made: Environment = found
    return made
