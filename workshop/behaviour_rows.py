"""Writes into ``docs/behaviour-rows.md`` which tests prove each row, and reports inconsistencies.

    python -m workshop.behaviour_rows [--check]

A test proves rows by carrying their ids at the start of its name, an id of the security table
before them where there is one: ``test_OT3_TOT_03_a_step_is_accepted_once``, or several of one
kind: ``test_ALT_03_to_06_…``, ``test_ACT_07_and_08_…``. Fails on a row without a test and without
a reason, on a reason where there is a test, and on an id that no row has. With ``--check``
nothing is written, and a page that would be written otherwise is a failure too.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

TOP = Path(__file__).parents[1]
PAGE = TOP / "docs" / "behaviour-rows.md"
TESTS = TOP / "tests"
ROW = re.compile(
    r"\| (?P<id>[A-Z]+-\d+) \| (?P<level>CORE|EXPECTED) \| (?P<rule>[^|]+) \|"
    r" (?P<proven>[^|]*?) ?\| (?P<reason>[^|]*?) ?\|"
)
SEVERAL = r"(?:_(?:and|to)_\d+)*"
LEADING = re.compile(rf"def test_(?P<ids>(?:[A-Z]{{1,3}}_?\d+{SEVERAL}_)+)")
OF_A_KIND = re.compile(rf"(?P<kind>[A-Z]{{1,3}})_(?P<first>\d+)(?P<more>{SEVERAL})")
MORE = re.compile(r"_(?P<word>and|to)_(?P<number>\d+)")

Proven = Mapping[str, tuple[str, ...]]


class Row(NamedTuple):
    """One rule of the page; ``reason`` says why no test proves it, and is empty otherwise."""

    level: str
    rule: str
    reason: str


def rows_of(page: str) -> dict[str, Row]:
    """Return the rows of ``page`` by their ids."""
    found = (ROW.fullmatch(line) for line in page.splitlines())
    return {row["id"]: Row(row["level"], row["rule"], row["reason"]) for row in found if row}


def carried(source: str) -> Iterator[str]:
    """Return the ids that the names of the tests in ``source`` begin with."""
    for name in LEADING.finditer(source):
        for run in OF_A_KIND.finditer(name["ids"]):
            number = int(run["first"])
            numbers = [number]
            for more in MORE.finditer(run["more"]):
                following = int(more["number"])
                start = following if more["word"] == "and" else number + 1
                numbers += range(start, following + 1)
                number = following
            yield from (f"{run['kind']}-{number:02}" for number in numbers)


def proven(tests: Path = TESTS) -> dict[str, tuple[str, ...]]:
    """Return for each id that is carried the modules of the tests that carry it."""
    found: dict[str, set[str]] = {}
    for file in sorted(tests.rglob("test_*.py")):
        for row in carried(file.read_text(encoding="utf-8")):
            found.setdefault(row, set()).add(file.relative_to(tests).as_posix())
    return {row: tuple(sorted(files)) for row, files in found.items()}


def written(page: str, tests: Proven) -> str:
    """Return ``page`` with the modules that prove each row."""
    return "".join(_line(line, tests) for line in page.splitlines(keepends=True))


def _line(line: str, tests: Proven) -> str:
    row = ROW.fullmatch(line.rstrip("\n"))
    if row is None:
        return line
    files = ", ".join(f"`{file}`" for file in tests.get(row["id"], ()))
    return f"| {row['id']} | {row['level']} | {row['rule']} | {files} | {row['reason']} |\n"


def troubles(rows: Mapping[str, Row], tests: Proven) -> Iterator[str]:
    """Return a line for each row that does not fit what is tested, and for each unknown id."""
    for id_, row in rows.items():
        if id_ not in tests and not row.reason:
            yield f"{id_}: no test carries it in its name, and no reason is given"
        if id_ in tests and row.reason:
            yield f"{id_}: there is a test, so the reason has to go ({row.reason})"
    for id_ in sorted(tests.keys() - rows.keys()):
        yield f"{id_}: {', '.join(tests[id_])} carries it, and there is no such row"


def main() -> int:
    """Write the page or check it, then what does not fit, and how much is proven."""
    page, tests = PAGE.read_text(encoding="utf-8"), proven()
    rows, renewed = rows_of(page), written(page, tests)
    lines = list(troubles(rows, tests))
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(renewed, encoding="utf-8")
    elif renewed != page:
        lines.append(f"{PAGE.name}: not as the tests are; `make rows` writes it")
    for line in lines:
        sys.stderr.write(f"{line}\n")
    for level in ("CORE", "EXPECTED"):
        of_level = [id_ for id_, row in rows.items() if row.level == level]
        count = sum(1 for id_ in of_level if id_ in tests)
        sys.stdout.write(f"{level} behaviour rows: {count} of {len(of_level)} proven\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
