"""A method is named only in its own files; all other code uses its declaration."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from known_methods import METHODS
from proofup.pages.methods.parts import folder_of

TOP = Path(__file__).parents[2]
PACKAGE = TOP / "src" / "proofup"
OWN = (Path("methods"), Path("pages") / "methods", Path("graph") / "methods")
VENDORED = Path("pages") / "static" / "vendor"
SHOWN = {".html", ".words", ".txt", ".css", ".js"}
WORDS = frozenset({*METHODS.by_kind, *METHODS.slots, *METHODS.traits})
OF_HTML = re.compile(r"\b(?:type|inputmode|autocomplete)=\"[\w-]+\"")  # the words of a field
IN_QUOTES = re.compile(r"(?P<quote>['\"])(?P<word>[\w.]+)(?P=quote)")


SCOPES = frozenset({"email", "phone"})  # of OpenID Connect, which names no method
OF_SCOPES = frozenset(
    {"oauth/discovery.py", "oauth/userinfo.py", "tokens/id_token.py", "tokens/resources.py"}
)


def named_in(file: Path, text: str) -> set[str]:
    """Return the kinds, slots and ways that ``text``, the content of ``file``, names."""
    if file.suffix == ".py":
        constants = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant))
        return {node.value for node in constants if isinstance(node.value, str)} & WORDS
    return {found["word"] for found in IN_QUOTES.finditer(OF_HTML.sub("", text))} & WORDS


def others() -> Iterator[Path]:
    """Yield every file of the package that belongs to no method."""
    for file in sorted(PACKAGE.rglob("*")):
        folders = file.relative_to(PACKAGE).parents
        if file.suffix in {".py", *SHOWN} and not any(own in folders for own in (*OWN, VENDORED)):
            yield file


def test_no_other_file_names_a_kind_a_slot_or_a_way() -> None:
    named = {
        str(file.relative_to(PACKAGE)): named_in(file, file.read_text(encoding="utf-8"))
        for file in others()
    }
    for file in OF_SCOPES:
        named[file] -= SCOPES
    assert {file: found for file, found in named.items() if found} == {}


PLANTED = {
    "flow.py": 'if method.kind == "softwareOath":\n    pass\n',
    "rules.py": "RESTRICTED = frozenset({'sms'})\n",
    "page.html": '{% if method.slot == "phone.mobile" %}Phone{% endif %}',
    "form.html": '<input name="option" value="oath">',
    "mail.words": "{% set is_phone = kind == 'phone' %}",
    "shown.css": '[name="kind"]:not([value="softwareOath"]) { display: none; }',
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_line_that_names_one_is_found(name: str) -> None:
    assert len(named_in(Path(name), PLANTED[name])) == 1


def test_a_sentence_about_phones_names_none() -> None:
    assert named_in(Path("page.html"), '<p>{{ _("Have your phone at hand.") }}</p>') == set()


def test_the_pages_of_a_method_know_that_method_alone() -> None:
    modules = {type(method).__module__: folder_of(method.kind) for method in METHODS}
    for file in (PACKAGE / "pages" / "methods").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module in modules:
                assert file.parent.name == modules[node.module], file


def test_the_graph_resource_of_a_method_knows_that_method_alone() -> None:
    modules = {type(method).__module__: folder_of(method.kind) for method in METHODS}
    for file in (PACKAGE / "graph" / "methods").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module in modules:
                assert file.stem == modules[node.module], file


def broken(source: Path) -> str:
    """Return what the contract about methods says of the package in ``source``, if it is broken."""
    shutil.copy(TOP / "pyproject.toml", source)
    command = [
        *(sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"),
        *("--contract", "methods", "--no-cache"),
    ]
    # The copy is excluded from coverage, which would fall to 50 %.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    environment = {**kept, "PYTHONPATH": str(source)}
    said = subprocess.run(
        command, cwd=source, env=environment, capture_output=True, text=True, check=False
    )
    assert said.returncode in {0, 1}, said.stderr
    assert not said.stderr, said.stderr  # a linter that cannot start ends with 1 too
    return said.stdout if said.returncode else ""


def test_the_import_contract_finds_a_planted_import(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "proofup", ignore=shutil.ignore_patterns("__pycache__"))
    assert broken(tmp_path) == ""
    planted = tmp_path / "proofup" / "policy" / "slots.py"
    line = "from proofup.methods.phone import MOBILE as PLANTED\n"
    planted.write_text(planted.read_text(encoding="utf-8") + line, encoding="utf-8")
    assert "proofup.policy.slots -> proofup.methods.phone" in broken(tmp_path)
