"""Rules of this project that no linter checks."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
PACKAGE = TOP / "src" / "proofup"
MOST_LINES = 350
FORBIDDEN_STEMS = {"utils", "util", "helpers", "helper", "common", "base", "misc", "types"}
FORBIDDEN_NAMES = re.compile(r"(Manager|Handler|Helper|Processor|Impl|Utils?|Mixin)$")
FORBIDDEN_IMPORTS = {"pickle", "marshal", "shelve", "random", "yaml", "xml", "telnetlib", "imp"}
# The parser of PSKC files refuses every declaration of an entity.
SAFE_IMPORTS = {
    "xml.parsers.expat",
    "xml.etree.ElementTree.Element",
    "xml.etree.ElementTree.TreeBuilder",
}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "breakpoint"}
# Parts of machine-specific paths; assembled here, so that this file does not contain them.
MACHINES = re.compile("|".join(f"/{name}/" for name in ("work", "root", "home", "farm")))
REGISTRY_HOSTS = ("py" + "pi.org", "npm" + "js.", "python" + "hosted", "index" + "-url=")
REGISTRIES = re.compile("|".join(REGISTRY_HOSTS))
# Journeys about requests and pages, which run no SQL statement that others do not.
ONE_ENGINE_IS_ENOUGH = (
    "test_any_text.py",
    "test_database_moves.py",  # of PostgreSQL alone
    "test_every_door.py",
    "test_every_route.py",
    "test_hardware_tokens.py",  # the flow itself is in test_registered_to_removed.py
    "test_messy_input.py",
    "test_mutated_redirects.py",  # the flow itself is in test_code_flow.py
    "test_passkeys.py",  # as with hardware tokens
    "test_promises.py",
    "test_spent_grants.py",  # the same
)
WRITTEN = (".py", ".md", ".toml", ".txt", ".in", ".css", ".js", ".html", ".words", ".mako", ".ini")


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for file in modules():
        yield file.relative_to(TOP), ast.parse(file.read_text(encoding="utf-8"))


def written() -> Iterator[Path]:
    """Return every text file of the project."""
    folders = ("src", "tests", "docs", "demo", "bench", "workshop", "requirements", ".ci")
    for folder in folders:
        for file in (TOP / folder).rglob("*"):
            if file.suffix in WRITTEN or file.parent.name == ".ci":
                yield file
    yield from (file for file in TOP.iterdir() if file.suffix in WRITTEN)
    yield TOP / "Makefile"


# A schema is read table by table, so it may be longer.
READ = [file for file in modules() if "migrations" not in file.parts]


@pytest.mark.parametrize("file", READ, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_module_can_be_read_in_one_sitting(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_every_package_says_what_it_owns() -> None:
    for folder in {file.parent for file in modules()}:
        if (folder / "__init__.py").exists():
            tree = ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))
            assert len((ast.get_docstring(tree) or "").split()) > 10, folder


def test_names_say_what_a_thing_does() -> None:
    for file, tree in trees():
        assert file.stem not in FORBIDDEN_STEMS, file
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                assert not FORBIDDEN_NAMES.search(node.name), f"{file}: {node.name}"


def test_SU2_nothing_is_evaluated_unpickled_or_drawn_from_a_weak_source() -> None:
    for file, tree in trees():
        for node in ast.walk(tree):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{one.name}" for one in node.names]
            roots = {name.partition(".")[0] for name in names if name not in SAFE_IMPORTS}
            assert not roots & FORBIDDEN_IMPORTS, f"{file}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in FORBIDDEN_CALLS, f"{file}:{node.lineno}"


def test_SU2_no_command_goes_through_a_shell() -> None:
    for file, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                for keyword in node.keywords:
                    assert keyword.arg != "shell", f"{file}:{node.lineno}"
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                called = f"{node.value.id}.{node.attr}"
                assert called not in {"os.system", "os.popen"}, f"{file}:{node.lineno}"


def test_SU2_no_security_rests_on_an_assert() -> None:
    for file, tree in trees():
        for node in ast.walk(tree):
            assert not isinstance(node, ast.Assert), f"{file}:{node.lineno}"


def test_SU1_every_dependency_is_pinned_with_a_hash() -> None:
    for file in sorted((TOP / "requirements").glob("*.txt")):
        entries = re.split(r"\n(?=\S)", file.read_text(encoding="utf-8").strip())
        assert len(entries) > 20, file
        for entry in entries:
            assert re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+", entry), entry
            assert "--hash=sha256:" in entry, entry


def test_SU1_what_is_asked_for_is_what_is_locked() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["postgres"],
        *(one for group in project["dependency-groups"].values() for one in group),
    ]
    locked = (TOP / "requirements" / "check.txt").read_text(encoding="utf-8")
    for requirement in asked:
        name = re.split(r"[^A-Za-z0-9._-]", requirement)[0].lower().replace("_", "-")
        assert re.search(rf"^{re.escape(name)}(\[|==)", locked, re.MULTILINE), name


def test_the_locks_agree() -> None:
    versions: dict[str, set[str]] = {}
    for file in (TOP / "requirements").glob("*.txt"):
        for name, version in re.findall(r"^([a-z0-9._-]+)==(\S+)", file.read_text(), re.MULTILINE):
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_nothing_names_the_machine_it_was_written_on() -> None:
    for file in written():
        text = file.read_text(encoding="utf-8")
        assert not MACHINES.search(text), file
        assert not REGISTRIES.search(text), file


def test_every_flow_has_a_journey_on_both_engines() -> None:
    for file in sorted((TOP / "tests" / "journeys").glob("test_*.py")):
        if file.name not in ONE_ENGINE_IS_ENOUGH:
            assert "both_engines" in file.read_text(encoding="utf-8"), file


def test_no_work_is_left_in_a_comment() -> None:
    left = re.compile(r"#\s*(TODO(?!\(#\d+\))|FIXME|XXX)|raise NotImplementedError")
    for file in modules():
        found = left.search(file.read_text(encoding="utf-8"))
        assert found is None, f"{file}: {found}"
