"""Names the promises of ``docs/security-rows.md`` that no test proves.

    python -m workshop.security_rows

A test proves a row by carrying its id in its name: ``test_OT3_a_step_is_accepted_once``. Fails on
a row without a test and without a reason, and on a reason where there is a test.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).parents[1]
ROWS = TOP / "docs" / "security-rows.md"
ROW = re.compile(r"\| (?P<id>[A-Z]{2}\d+) \| .+ \| (?P<reason>[^|]*) \|")
TEST = re.compile(r"def test_(?P<id>[A-Z]{2}\d+)_")


def promised(file: Path = ROWS) -> dict[str, str]:
    """Return the ids of all rows, each with the reason why it cannot be proven yet, if any."""
    rows = map(ROW.fullmatch, file.read_text(encoding="utf-8").splitlines())
    return {row["id"]: row["reason"].strip() for row in rows if row}


def proven(tests: Path = TOP / "tests") -> set[str]:
    """Return the ids that names of tests carry."""
    return {
        found["id"]
        for file in tests.rglob("test_*.py")
        for found in TEST.finditer(file.read_text(encoding="utf-8"))
    }


def troubles(rows: dict[str, str], tests: set[str]) -> Iterator[str]:
    """Return a line for each row that does not fit what is tested."""
    for row, reason in rows.items():
        if row not in tests and not reason:
            yield f"{row}: no test carries it in its name, and no reason is given"
        if row in tests and reason:
            yield f"{row}: there is a test, so the reason has to go ({reason})"


def main() -> int:
    """Write what does not fit, and how many rows are proven."""
    rows, tests = promised(), proven()
    lines = list(troubles(rows, tests))
    for line in lines:
        sys.stderr.write(f"{line}\n")
    later = sum(1 for reason in rows.values() if reason)
    count = len(rows.keys() & tests)
    sys.stdout.write(f"security rows: {count} proven, {later} not yet, {len(rows)} in all\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
