"""Gathers the marked words of the program and brings the catalogues up to date.

``make words`` writes ``messages.pot``, adds new words to every ``.po`` (empty, for a translator to
fill), drops the words that the program no longer has, and makes the ``.mo`` files that are read at
run time. ``python -m workshop.words fr`` begins a new language.

``make untranslated`` changes nothing: it lists the words that a language lacks and fails where
there are any. A release needs an empty list; a change of the program does not.
"""

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parents[1] / "src" / "proofup"
CATALOGUES = PACKAGE / "languages" / "catalogues"
TEMPLATE = CATALOGUES / "messages.pot"
# The strings of a method are stored beside its pages.
SHOWN = ("**/templates/**", "**/methods/**.html", "**/methods/**.words")
METHODS = [*((pattern, "jinja2") for pattern in SHOWN), ("**.py", "python")]
JINJA = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}
OPTIONS = dict.fromkeys(SHOWN, JINJA)
KEYWORDS = {"marked": None, "_": None, "gettext": None, "ngettext": (1, 2)}
UNTRANSLATED = "--untranslated"
WIDTH = 100
NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
HEADER = "# The words of Proofup. Written by `make words`, translated by hand."
# The date of writing is left out, because it would change with every run.
PASSING = re.compile(
    rb'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Report-Msgid-Bugs-To|Language-Team'
    rb"|Last-Translator): .*\n",
    re.MULTILINE,
)


def gathered() -> Catalog:
    """Return all marked words, as they are in the program now."""
    found = Catalog(project="Proofup", version="", header_comment=HEADER, fuzzy=False)
    for file, _, english, _, context in extract_from_dir(
        PACKAGE, METHODS, OPTIONS, keywords=KEYWORDS, strip_comment_tags=True
    ):
        # Without line numbers: they would change with every line above them.
        found.add(english, locations=[(file, 0)], context=context)
    return found


def catalogues() -> Iterator[Path]:
    """Yield the catalogues there are."""
    yield from sorted(CATALOGUES.glob("*.po"))


def read(file: Path) -> Catalog:
    """Return what is translated in ``file``."""
    with file.open("rb") as opened:
        return read_po(opened, locale=file.stem, abort_invalid=True)


def compiled(catalogue: Catalog) -> bytes:
    """Return ``catalogue`` as gettext reads it; what is not translated stays English."""
    out = BytesIO()
    translated = Catalog(
        locale=catalogue.locale, fuzzy=False, creation_date=NO_DATE, revision_date=NO_DATE
    )
    for message in catalogue:
        if message.id and is_translated(message):
            translated.add(message.id, message.string, context=message.context)
    write_mo(out, translated)
    return out.getvalue()


def untranslated(words: Catalog, catalogue: Catalog) -> list[Message]:
    """Return those of ``words`` that have no translation in ``catalogue``."""
    return [message for message in words if message.id and not _knows(catalogue, message)]


def main(arguments: list[str]) -> int:
    """Run the command that ``arguments`` name, and return its exit code."""
    words = gathered()
    return _list(words) if arguments == [UNTRANSLATED] else _update(words, arguments)


def _list(words: Catalog) -> int:
    """Print the missing translations of each language; return 1 if there are any."""
    lacking = {file.stem: untranslated(words, read(file)) for file in catalogues()}
    for language, messages in lacking.items():
        for message in messages:
            print(f"{language}: {message.locations[0][0]}: {message.id!r}")  # noqa: T201
        print(f"{language}: {len(messages)} of {len(words)} words not translated")  # noqa: T201
    return int(any(lacking.values()))


def _update(words: Catalog, new: list[str]) -> int:
    """Update every catalogue, and create those of the languages in ``new``."""
    TEMPLATE.write_bytes(_written(words))
    for file in {*catalogues(), *(CATALOGUES / f"{tag}.po" for tag in new)}:
        catalogue = read(file) if file.exists() else Catalog(locale=file.stem)
        catalogue.project, catalogue.version, catalogue.fuzzy = words.project, "", False
        catalogue.header_comment = HEADER
        catalogue.update(words, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        file.write_bytes(_written(catalogue))
        file.with_suffix(".mo").write_bytes(compiled(read(file)))
        left = len(untranslated(words, catalogue))
        print(f"{file.name}: {len(catalogue)} words, {left} not translated")  # noqa: T201
    return 0


def is_translated(message: Message) -> bool:
    """Tell whether every form of a message has words."""
    string = message.string
    return all(string) if isinstance(string, tuple | list) else bool(string)


def _knows(catalogue: Catalog, message: Message) -> bool:
    found = catalogue.get(message.id, message.context)
    return found is not None and is_translated(found)


def _written(catalogue: Catalog) -> bytes:
    out = BytesIO()
    write_po(
        out, catalogue, width=WIDTH, sort_by_file=True, include_lineno=False, ignore_obsolete=True
    )
    return PASSING.sub(b"", out.getvalue())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
