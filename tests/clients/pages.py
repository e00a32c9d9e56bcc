"""The lines of ``docs/clients``, taken as a reader copies them."""

import re
from pathlib import Path

PAGES = Path(__file__).parents[2] / "docs" / "clients"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def lines_of(page: str, language: str, part: int = 0) -> str:
    """Return a block of ``language``, counted from 0 on the page."""
    text = (PAGES / page).read_text(encoding="utf-8")
    found: list[str] = [lines for named, lines in BLOCK.findall(text) if named == language]
    assert len(found) > part, f"{page} has {len(found)} blocks of {language}"
    return found[part]
