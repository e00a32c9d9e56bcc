"""What CONTRIBUTING.md names is there."""

import re
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
GUIDE = (TOP / "CONTRIBUTING.md").read_text(encoding="utf-8")
NAMED = sorted(
    {one for one in re.findall(r"`([\w./-]+)`", GUIDE) if "/" in one and not one.startswith("/")}
)


@pytest.mark.parametrize("name", NAMED)
def test_what_the_guide_names_is_there(name: str) -> None:
    assert (TOP / name).exists()


def test_the_guide_names_the_targets_that_there_are() -> None:
    makefile = (TOP / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make (\w+)`", GUIDE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
