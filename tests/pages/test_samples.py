"""The samples leave no page out: what no sample shows, no test of pages looks at."""

from pathlib import Path
from random import Random
from typing import Any

import pytest
from jinja2 import PrefixLoader, Template
from starlette.testclient import TestClient

import proofup
from pages.conftest import LOCAL
from pages.samples import NOON, SAMPLES, house

SOURCE = Path(proofup.__file__).parent
ELSEWHERE = frozenset(
    {
        "oauth/answer.html",  # leads away at once, to another site: see the tests of the code flow
        "pages/error.html",  # every refusal: see test_refusals.py
        "pages/mail/letter.html",  # see test_mails.py
    }
)


def every_template() -> set[str]:
    """Return the names of all templates, as a page says them."""
    methods = SOURCE / "pages" / "methods"
    found = {f"methods/{one.relative_to(methods)}" for one in methods.rglob("*.html")}
    for folder in SOURCE.glob("*/templates"):
        of_door = (one.relative_to(folder) for one in folder.rglob("*.html"))
        found |= {f"{folder.parent.name}/{one}" for one in of_door}
    return found


def test_every_template_is_rendered_by_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: set[str] = set()
    load = PrefixLoader.load

    def noted(loader: PrefixLoader, environment: Any, name: str, *rest: Any) -> Template:
        loaded.add(name)
        return load(loader, environment, name, *rest)

    monkeypatch.setattr(PrefixLoader, "load", noted)
    entropy = Random(3).randbytes  # noqa: S311 - a test that failed must fail again
    made = house(clock=lambda: NOON, entropy=entropy)
    client = TestClient(made.app, base_url=LOCAL, follow_redirects=False)
    for name in SAMPLES:
        client.get(f"/sample/{name}")
    assert every_template() - loaded - ELSEWHERE == set()
    assert every_template() >= ELSEWHERE


def test_a_button_that_puts_something_off_has_one_name() -> None:
    found = [one for one in SOURCE.rglob("*.html") if "Not now" in one.read_text(encoding="utf-8")]
    assert found == [], "it is called Skip for now"
