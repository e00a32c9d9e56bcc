"""Somebody with a real browser, whose pages are judged as they go."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
NARROWEST = 360
REFUSED = "Failed to load resource: the server responded with a status of 4"  # a page may be one
WATCH = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));"""

numbers = count(1)


@dataclass(frozen=True, slots=True)
class Account:
    """What a person knows and has."""

    name: str
    password: str
    number: str
    mail: str

    @property
    def e164(self) -> str:
        return self.number.replace(" ", "")


class Person:
    """One browser, in a network of its own."""

    def __init__(
        self,
        browser: Browser,
        origin: str,
        *,
        script: bool = True,
        width: int = 1280,
        shots: str = "",
        locale: str = "en-GB",
    ) -> None:
        self.origin = origin
        self.script = script
        self.width = width
        self.shots = shots
        number = next(numbers)
        self.context = browser.new_context(
            java_script_enabled=script,
            viewport={"width": width, "height": 844 if width < 600 else 900},
            has_touch=width < 600,
            timezone_id="Europe/Paris",
            locale=locale,
            reduced_motion="reduce" if shots else "no-preference",
            # Limits count a /24 as one network.
            extra_http_headers={"x-forwarded-for": f"198.{18 + number // 256}.{number % 256}.1"},
        )
        self.context.add_init_script(WATCH)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self._note(said.type, said.text))
        self.page.on("pageerror", lambda error: self._note("error", str(error)))

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not text.startswith(REFUSED):
            self.complaints.append(text)

    def open(self, path: str) -> None:
        self.page.goto(f"{self.origin}{path}" if path.startswith("/") else path)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def field(self, label: str) -> Locator:
        """Return the field that is labelled so, not a group around it."""
        return self.page.get_by_label(label, exact=True).and_(self.page.locator("input, select"))

    def heading(self, words: str) -> None:
        """Demand that the page has arrived whose heading is ``words``, and judge it."""
        expect(self.page.get_by_role("heading", name=words, exact=True)).to_be_visible()
        self.judge(words)

    def says(self, words: str) -> None:
        """Demand that the page shows ``words``."""
        expect(self.page.get_by_text(words).first).to_be_visible()

    def judge(self, name: str) -> None:
        """Demand a page for everybody, quiet under its policy and never too wide; picture it."""
        assert self._too_wide() is None, name
        if self.script:
            assert self._violations() == [], name
        assert self.complaints == [], name
        self._keep(name)

    def _too_wide(self) -> int | None:
        size = self.page.viewport_size
        assert size
        width = min(NARROWEST, size["width"])
        self.page.set_viewport_size({"width": width, "height": size["height"]})
        reached = int(self.page.evaluate("document.documentElement.scrollWidth"))
        self.page.set_viewport_size(size)
        return reached if reached > width else None

    def _violations(self) -> list[str]:
        self.page.evaluate(AXE)
        found = self.page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
        )
        return [
            f"{one['id']}: {one['nodes'][0]['html']} {one['nodes'][0].get('failureSummary')}"
            for one in found["violations"]
        ]

    def _keep(self, name: str) -> None:
        """Keep pictures, where somebody wants to look."""
        folder = os.environ.get("PAGE_SHOTS")
        if not folder or not self.shots:
            return
        for scheme in _schemes():
            self.page.emulate_media(color_scheme=scheme)
            plain = "-".join("".join(filter(_is_plain, name.lower())).split())
            file = f"{self.shots}-{next(numbers):03}-{plain[:40]}-{self.width}-{scheme}.png"
            self.page.screenshot(path=str(Path(folder) / file), full_page=True)
        self.page.emulate_media(color_scheme="light")

    def close(self) -> None:
        self.context.close()

    # The steps that most trips take.

    def to_password(self, account: Account) -> None:
        self.heading("Sign in")
        self.field("User name").fill(account.name)
        self.press("Next")
        self.heading("Enter your password")

    def to_challenge(self, account: Account) -> None:
        self.to_password(account)
        self.field("Password").fill(account.password)
        self.press("Sign in")

    def give(self, label: str, code: str, button: str) -> None:
        self.field(label).fill(code)
        self.press(button)

    def menu(self, item: str) -> None:
        self.page.locator("details.menu > summary").click()
        self.press(item)

    # By keyboard alone.

    def tab_to(self, target: Locator) -> None:
        """Press Tab until ``target`` has the focus, and demand that one sees it there."""
        for _ in range(40):
            if self.has_focus(target):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"Tab never comes to {target}")

    def has_focus(self, target: Locator) -> bool:
        """Tell whether ``target`` has the focus; where it has, it must be seen."""
        if not target.evaluate("element => element === document.activeElement"):
            return False
        ring = target.evaluate(
            """element => [element, element.closest("label"), element.parentElement]
              .filter(Boolean)
              .map((one) => getComputedStyle(one))
              .some((style) => style.boxShadow !== "none"
                || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2))"""
        )
        assert ring, f"one does not see that {target} has the focus"
        return True


def _is_plain(letter: str) -> bool:
    return letter.isalnum() or letter.isspace()


def _schemes() -> Iterator[Literal["light", "dark"]]:
    yield "light"
    yield "dark"


def other_than(code: str) -> str:
    """Return six digits that are not ``code``."""
    return "000000" if code != "000000" else "111111"
