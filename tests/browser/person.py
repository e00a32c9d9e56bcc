"""Somebody with a real browser, whose pages are judged as they go."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Literal

import pytest
from _pytest.mark import ParameterSet
from playwright.sync_api import Browser, Locator, Page, expect

from browser.app import App

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
    alternate: str = ""
    office: str = ""
    app: App = field(default_factory=App)
    default: str = ""
    is_new: bool = False

    @property
    def e164(self) -> str:
        return self.number.replace(" ", "")

    def another(self, which: int) -> str:
        """Return a number in E.164 that is this person's alone; ``which`` is from 0 to 9."""
        return f"+4477009{90 + which}{self.number[-3:]}"

    @property
    def alternate_e164(self) -> str:
        return self.alternate.replace(" ", "")

    @property
    def office_e164(self) -> str:
        number, _, _ = self.office.replace(" ", "").partition("X")
        return number

    @property
    def row(self) -> dict[str, str]:
        """The line of the file that people are imported from."""
        return {
            "userPrincipalName": self.name,
            "displayName": "Robin Ashby",
            "mail": self.mail,
            "password": self.password,
            "authenticationPhone": "" if self.is_new else self.number,
            "alternateAuthenticationPhone": self.alternate,
            "officePhone": self.office,
            "totpSecret": self.app.secret,
            "defaultMethod": self.default,
            "perUserMfaState": "enabled" if self.is_new else "",
        }


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
        keys: bool = False,
    ) -> None:
        self.origin = origin
        self.script = script
        self.width = width
        self.shots = shots
        self.keys = keys
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
        self.go(self.page.get_by_role("button", name=name, exact=True))

    def follow(self, name: str) -> None:
        self.go(self.page.get_by_role("link", name=name, exact=True))

    def choose(self, words: str) -> None:
        """Press the row that begins with ``words``."""
        self.go(self.page.get_by_role("button", name=re.compile(f"^{re.escape(words)}")))

    def go(self, target: Locator) -> None:
        """Press a button or follow a link, by the keyboard where the person has nothing else."""
        if not self.keys:
            target.click()
            return
        self.tab_to(target)
        self.page.keyboard.press("Enter")

    def fill(self, label: str, words: str) -> None:
        self.write(self.field(label), words)

    def write(self, field: Locator, words: str) -> None:
        """Write ``words`` in place of what stands in ``field``."""
        if not self.keys:
            field.fill(words)
            return
        self.tab_to(field)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(words)

    def tick(self, name: str) -> None:
        """Press the box that is called so."""
        box = self.page.get_by_role("checkbox", name=re.compile(f"^{re.escape(name)}"))
        if not self.keys:
            box.click()
            return
        self.tab_to(box)
        self.page.keyboard.press("Space")

    def pick(self, name: str) -> None:
        """Pick one of several: Tab comes to the group, arrows go within it."""
        one = self.page.get_by_role("radio", name=re.compile(f"^{re.escape(name)}"))
        if not self.keys:
            one.check()
            return
        group = self.page.locator(f"input[name={one.get_attribute('name')}]")
        picked = group.and_(self.page.locator(":checked"))
        self.tab_to(picked if picked.count() else group.first)
        self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if one.is_checked():
                break
            self.page.keyboard.press("ArrowDown")
        assert self.has_focus(one)

    def select(self, label: str, option: str) -> None:
        """Choose from a list by its value."""
        field = self.field(label)
        if not self.keys:
            field.select_option(option)
            return
        self.tab_to(field)
        self.page.keyboard.press("Home")
        for _ in range(300):
            if field.input_value() == option:
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"{option} is not in {label}")

    def field(self, label: str) -> Locator:
        """Return the field that is labelled so, not a group around it."""
        return self.page.get_by_label(label, exact=True).and_(
            self.page.locator("input, select, textarea")
        )

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
        self.fill("User name", account.name)
        self.press("Next")
        self.heading("Enter your password")

    def to_challenge(self, account: Account) -> None:
        self.to_password(account)
        self.fill("Password", account.password)
        self.press("Sign in")

    def give(self, label: str, code: str, button: str) -> None:
        self.fill(label, code)
        self.press(button)

    def menu(self, item: str) -> None:
        self.go(self.page.locator("details.menu > summary"))
        self.press(item)

    # By keyboard alone.

    def tab_to(self, target: Locator) -> None:
        """Press Tab until ``target`` has the focus, and demand that one sees it there."""
        expect(target).to_be_visible()
        for _ in range(60):
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


def _way(*, keys: bool = False, script: bool = True, width: int = 1280) -> ParameterSet:
    name = f"{'keys' if keys else 'pointer'}-{'script' if script else 'no-script'}-{width}"
    return pytest.param({"keys": keys, "script": script, "width": width}, id=name)


# By keyboard alone with script, and by touch without: what one hides the other shows.
WAYS = [_way(keys=True), _way(script=False, width=390)]
EVERY_WAY = [*WAYS, _way(keys=True, script=False), _way(width=390)]
