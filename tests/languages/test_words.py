"""Every string is marked; translations keep their placeholders; missing ones show English."""

import ast
import re
from collections.abc import Iterator
from gettext import GNUTranslations
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError
from jinja2 import Environment, nodes
from workshop.words import CATALOGUES, PACKAGE, compiled, read, untranslated

from proofup.languages.known import ENGLISH, LANGUAGES

TRANSLATED = sorted(set(LANGUAGES) - {ENGLISH})
TEMPLATES = sorted((PACKAGE).glob("*/templates/**/*.*"))
DOORS = ("pages", "signin", "portal", "admin")
KEPT = re.compile(r"%\(\w+\)s|</?\w+>|\{\}")  # facts, markup, and what a script fills in
LETTERS = re.compile(r"[^\W\d_]{2}")
SENTENCE = re.compile(r"[A-Z][a-z']* [a-z]|[a-z]{2} [a-z]{2}.* [a-z]{2}")
SENTENCE_IN_PYTHON = re.compile(r"^[A-Z“][\w']*(?: [\w'“]+)+.*$")
BODY_CLASS = re.compile(r"{% block body_class %}[\w ]*{% endblock %}")
SHOWN = {"aria-label", "title", "alt", "placeholder"} | {
    f"data-{name}" for name in ("busy", "done", "counting", "ready", "today")
}


def messages(catalogue: Catalog) -> dict[object, Message]:
    return {message.id: message for message in catalogue if message.id}


def forms(words: object) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(map(str, words or ()))  # type: ignore[call-overload]


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_a_guess(language: str) -> None:
    catalogue = read(CATALOGUES / f"{language}.po")
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


def test_words_without_a_translation_are_listed() -> None:
    program = Catalog()
    for english in ("Sign in", ("%(count)s try", "%(count)s tries"), "Sign out", "New", "Later"):
        program.add(english, locations=[("page.html", 0)])
    german = Catalog(locale="de")
    german.add("Sign in", "Anmelden")
    german.add(("%(count)s try", "%(count)s tries"), ("%(count)s Versuch", ""))
    german.add("Sign out", "")
    german.add("Later", "Später")
    found = [message.id for message in untranslated(program, german)]
    assert found == [("%(count)s try", "%(count)s tries"), "Sign out", "New"]


def test_what_is_not_translated_whole_is_shown_in_english() -> None:
    german = Catalog(locale="de")
    german.add("Sign in", "Anmelden")
    german.add("Sign out", "")
    german.add(("%(count)s try", "%(count)s tries"), ("%(count)s Versuch", ""))
    shown = GNUTranslations(BytesIO(compiled(german)))
    assert shown.gettext("Sign in") == "Anmelden"
    assert shown.gettext("Sign out") == "Sign out"
    assert shown.ngettext("%(count)s try", "%(count)s tries", 1) == "%(count)s try"
    assert shown.ngettext("%(count)s try", "%(count)s tries", 2) == "%(count)s tries"


def test_a_catalogue_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "de.po").write_text('<<<<<<< ours\nmsgid "Sign in"\nmsgstr "Anmelden"\n')
    with pytest.raises(PoFileError):
        read(tmp_path / "de.po")


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_read_is_what_was_translated(language: str) -> None:
    made = compiled(read(CATALOGUES / f"{language}.po"))
    assert (CATALOGUES / f"{language}.mo").read_bytes() == made, "run `make words`"


@pytest.mark.parametrize("language", TRANSLATED)
def test_facts_and_markup_are_the_same_in_every_language(language: str) -> None:
    for message in messages(read(CATALOGUES / f"{language}.po")).values():
        english = sorted(KEPT.findall(forms(message.id)[-1]))
        for told in filter(None, forms(message.string)):
            assert sorted(KEPT.findall(told)) == english, told


def test_LNG_03_a_code_keeps_its_order_between_arabic_letters() -> None:
    # Two groups of digits would swap places; a left-to-right mark before them prevents this.
    for message in messages(read(CATALOGUES / "ar.po")).values():
        for told in forms(message.string):
            for fact in ("code", "help_desk", "address"):
                assert told.count(f"%({fact})s") == told.count(f"\u200e%({fact})s\u200e"), told


class _Page(HTMLParser):
    """Collects the visible and audible text of a template that is not marked."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._silent = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"style", "script", "svg"}
        self.seen += [value for name, value in attrs if name in SHOWN and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"style", "script", "svg"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.seen.append(data)


def unmarked(source: str) -> Iterator[str]:
    """Yield the text of a template that is not marked."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    page, marked = "", False
    for _, kind, value in environment.lex(BODY_CLASS.sub("", source)):
        if kind == "name" and value in {"trans", "endtrans"}:
            marked = value == "trans"
        elif kind == "data" and not marked:
            page += value
        elif kind == "variable_begin":
            page += "·"
    for shown in _Page(page).seen:
        if LETTERS.search(shown.replace("Proofup", "")):  # a name, in every language
            yield shown.strip()
    for node in _said(environment.parse(source)):
        if SENTENCE.search(node.value) and "<" not in node.value:
            yield node.value


def _said(node: nodes.Node) -> Iterator[nodes.Const]:
    """Yield the strings in a template's expressions that are not marked."""
    called = node.node if isinstance(node, nodes.Call) else None
    if isinstance(called, nodes.Name) and called.name in {"_", "gettext", "ngettext"}:
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node
    for inner in node.iter_child_nodes():
        yield from _said(inner)


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: f"{file.parts[-3]}-{file.name}")
def test_no_template_has_words_that_nobody_marked(file: Path) -> None:
    assert list(unmarked(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Sign in</p>", ["Sign in"]),
        ('<p>{{ _("Sign in") }}: {{ name }}.</p>', []),
        ("<p>{% trans %}Sign in{% endtrans %} now</p>", ["now"]),
        ('<p aria-label="Here"></p>', ["Here"]),
        ('<p class="button {{ tone }}" id="here">·</p>', []),
        ('{{ "Sign in now" if x else "" }}', ["Sign in now"]),
        ('{{ parts.banner("warn", "No code came") }}', ["No code came"]),
        ('{{ parts.banner("warn", _("No code came")) }}', []),
        ("<style>body { margin: 0 }</style>{# Sign in #}", []),
    ],
)
def test_what_is_not_marked_is_found(source: str, found: list[str]) -> None:
    assert list(unmarked(source)) == found


def said_by(tree: ast.Module) -> Iterator[str]:
    """Yield the sentences in a module that are neither marked nor for operators."""
    silent: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise):
            silent |= set(ast.walk(node))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            silent.add(node.value)  # a docstring
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in {"marked", "re.compile"} or called.startswith("log."):
                silent |= set(ast.walk(node))
    for node in ast.walk(tree):
        if node not in silent and isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from SENTENCE_IN_PYTHON.findall(node.value)


# The message for the case that no page can be rendered.
LAST_WORDS = {"Something went wrong on our side."}


@pytest.mark.parametrize("door", DOORS)
def test_no_page_is_given_words_that_nobody_marked(door: str) -> None:
    for file in sorted((PACKAGE / door).glob("*.py")):
        found = set(said_by(ast.parse(file.read_text(encoding="utf-8")))) - LAST_WORDS
        assert found == set(), file.name
