"""The pages as a browser sees them: readable for everybody, quiet under the policy, never too wide.

Set ``PAGE_SHOTS`` to a folder to keep a picture of each page.
"""

import os
import re
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from pages.samples import NOON, SAMPLES, house
from proofup.languages.known import ENGLISH, LANGUAGES

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CONTRAST = "color-contrast"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
# A page that goes on by itself stays, to be looked at.
STAYING = """
HTMLFormElement.prototype.requestSubmit = () => {};
window.fetch = () => new Promise(() => {});
"""
PARTS = 4  # of the samples, each a test of its own, so that several processes share them
PICTURED = frozenset(
    {"name", "password-wrong", "text", "text-trouble", "code", "options", "info", "info-changed"}
    | {"info-one", "info-none", "info-held", "phone-wrong", "confirm", "app", "verify", "elsewhere"}
    | {"add", "default", "delete", "not-me", "not-me-done", "held"}
    | {"classic", "classic-wrong", "classic-hidden", "my-apps", "profile"}
    | {"call-ringing", "call-busy", "options-all"}
    | {"recovery-wrong", "codes", "codes-few", "codes-new"}
    | {"call-ringing", "call-busy", "options-all", "info-all", "phone-choice", "confirm-call"}
    | {"proofup", "proofup-may-wait", "proofup-one-more", "proofup-default", "proofup-done"}
    | {"proofup-not-invited", "proofup-improves", "invitation"}
    | {"pass-used", "password-or-pass"}
    | {"info-devices", "text-remember", "code-remember", "classic-restored"}
    | {"users", "person", "act-lost-device", "act-lost-device-done", "mfa", "caller-typed"}
    | {"approval", "logs", "roles", "rules-confirm", "guests", "job-running"}
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NO BROWSER: {CHROMIUM} is not there"),
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve every sample under the real headers, and return the origin."""
    listening = socket.create_server(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
    made = house(clock=lambda: NOON, entropy=Random(4).randbytes, public_url=origin)  # noqa: S311
    config = uvicorn.Config(made.app, log_level="error", server_header=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield origin
    server.should_exit = True
    thread.join()
    listening.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield found
        found.close()


class Watched:
    """A page with everything it complained about."""

    def __init__(self, browser: Browser, **options: Any) -> None:
        self.page: Page = browser.new_context(timezone_id="Europe/Paris", **options).new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self._note(said.type, said.text))
        self.page.on("pageerror", lambda error: self._note("error", str(error)))

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(text)

    def close(self) -> None:
        self.page.context.close()


def violations(page: Page, rules: dict[str, Any], *, without: Sequence[str] = ()) -> list[str]:
    """Return what axe finds wrong by ``rules``, ``without`` some of them."""
    found = page.evaluate(
        "options => axe.run(document, {...options, resultTypes: ['violations']})",
        {"runOnly": rules, "rules": {rule: {"enabled": False} for rule in without}},
    )
    return [
        f"{one['id']}: {one['nodes'][0]['html']} {one['nodes'][0].get('failureSummary')}"
        for one in found["violations"]
    ]


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_LNG_03_every_page_is_readable_for_everybody_and_quiet(
    address: str, browser: Browser, language: str, part: int
) -> None:
    screen = {"width": 1280, "height": 900}
    wide = Watched(browser, locale=language, viewport=screen, reduced_motion="reduce")
    wide.page.add_init_script(STAYING)
    # The files of the authenticator come from a door of its own, which the samples do without.
    wide.page.route("**/authenticator/**", lambda one: one.fulfill(content_type="text/javascript"))
    # Colours are the same in all languages.
    without = () if language == ENGLISH else (CONTRAST,)
    found: dict[str, list[str]] = {}
    for name in list(SAMPLES if language == ENGLISH else sorted(PICTURED))[part::PARTS]:
        wide.page.emulate_media(color_scheme="light")
        wide.page.goto(f"{address}/sample/{name}")
        keep(wide.page, f"{name}-{language}-1280-light", name)
        wide.page.evaluate(AXE)
        found[name] = violations(wide.page, {"type": "tag", "values": RULES}, without=without)
        if name in PICTURED:  # the theme changes colours alone, and no state has colours of its own
            wide.page.emulate_media(color_scheme="dark")
            keep(wide.page, f"{name}-{language}-1280-dark", name)
            if not without:
                found[name] += violations(wide.page, {"type": "rule", "values": [CONTRAST]})
        found[name] += wide.complaints
        wide.complaints.clear()
    wide.close()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_scrolls_sideways_on_a_phone(
    address: str, browser: Browser, language: str, part: int
) -> None:
    screen = {"width": 390, "height": 844}
    phone = Watched(browser, locale=language, viewport=screen, has_touch=True)
    phone.page.add_init_script(STAYING)
    too_wide = {}
    for name in list(SAMPLES)[part::PARTS]:
        phone.page.goto(f"{address}/sample/{name}")
        for width in (390, 320):
            phone.page.set_viewport_size({"width": width, "height": 844})
            reached = phone.page.evaluate("document.documentElement.scrollWidth")
            if reached > width:
                too_wide[f"{name} at {width}"] = reached
            if width == screen["width"]:
                keep(phone.page, f"{name}-{language}-390-light", name)
    phone.close()
    assert too_wide == {}


def test_without_script_every_page_keeps_its_words_and_its_buttons(
    address: str, browser: Browser
) -> None:
    bare = Watched(browser, java_script_enabled=False)
    bare.page.goto(f"{address}/sample/text")
    assert bare.page.get_by_role("button", name="New code in 24 s").is_visible()
    assert bare.page.get_by_text("14:35 UTC").is_visible()
    bare.page.goto(f"{address}/nothing")
    assert bare.page.get_by_role("button", name="Copy all").count() == 0
    bare.page.goto(f"{address}/sample/info")
    bare.page.locator("details.menu > summary").click()
    assert bare.page.get_by_role("button", name="Sign out").is_visible()
    bare.close()


def test_the_delivery_line_goes_on_by_itself_and_then_rests(address: str, browser: Browser) -> None:
    live = Watched(browser)
    asked: list[str] = []
    live.page.on("request", lambda request: asked.append(request.url))
    live.page.goto(f"{address}/sample/text")
    live.page.get_by_text("Delivered").wait_for(timeout=10_000)
    assert live.page.get_by_text("15:32:29").is_visible(), "in the time of Paris"
    assert live.page.locator("[hx-get]").count() == 0
    assert len([url for url in asked if url.endswith("/delivery")]) == 2
    assert live.complaints == []
    live.close()


def test_WE3_markup_put_into_a_page_asks_for_nothing(address: str, browser: Browser) -> None:
    live = Watched(browser)
    live.page.goto(f"{address}/sample/text")
    live.page.evaluate(
        """() => {
          const evil = document.createElement("div");
          evil.id = "evil";
          evil.setAttribute("hx-get", "/sample/name");
          evil.setAttribute("hx-trigger", "load");
          document.body.append(evil);
          htmx.process(evil);
        }"""
    )
    assert live.page.locator("#evil").get_attribute("hx-get") is None
    refused = live.page.evaluate(
        "() => { try { document.body.innerHTML = '<b>x</b>'; return false } catch { return true } }"
    )
    assert refused
    live.close()


def test_the_resend_button_counts_down_and_can_be_focused(address: str, browser: Browser) -> None:
    live = Watched(browser)
    live.page.clock.install()
    live.page.goto(f"{address}/sample/text")
    button = live.page.locator("button[data-countdown]")
    assert button.inner_text() == "New code in 24 s"
    assert button.get_attribute("aria-disabled") == "true"
    button.focus()
    live.page.clock.run_for(5_000)
    assert re.fullmatch(r"New code in (18|19) s", button.inner_text())
    live.page.clock.run_for(20_000)
    assert button.inner_text() == "Send a new code"
    assert button.get_attribute("aria-disabled") is None
    live.close()


def test_a_pressed_button_says_what_it_does_and_is_pressed_once(
    address: str, browser: Browser
) -> None:
    live = Watched(browser)
    live.page.goto(f"{address}/sample/password")
    # The answer takes its time, and the presses are counted.
    live.page.evaluate(
        """() => window.addEventListener("submit", (event) => {
          window.sent = (window.sent ?? 0) + !event.defaultPrevented;
          event.preventDefault();
        })"""
    )
    live.page.get_by_label("Password", exact=True).fill("correct horse")
    button = live.page.get_by_role("button", name="Sign in")
    button.click()
    busy = live.page.get_by_role("button", name="Checking…")
    assert busy.get_attribute("aria-busy") == "true"
    busy.click()
    assert live.page.evaluate("window.sent") == 1
    live.close()


def test_ids_are_copied_as_lines(address: str, browser: Browser) -> None:
    live = Watched(browser, permissions=["clipboard-read", "clipboard-write"])
    live.page.goto(f"{address}/nothing")
    live.page.get_by_role("button", name="Copy all").click()
    live.page.get_by_role("button", name="Copied").wait_for()
    lines = live.page.evaluate("navigator.clipboard.readText()").splitlines()
    assert lines[0] == "Error: 404 Not Found"
    assert lines[3] == "Time: 2026-11-21T14:32:30Z"
    live.close()


@pytest.mark.parametrize(
    ("sample", "copied"),
    [
        ("act-reset-password-done", "Kutasebo-7294-mipo"),
        ("app-password-made", "abcd efgh ijkl mnop qrst uvwx yz"),
    ],
)
def test_a_secret_is_copied_without_words(
    address: str, browser: Browser, sample: str, copied: str
) -> None:
    live = Watched(browser, permissions=["clipboard-read", "clipboard-write"])
    live.page.goto(f"{address}/sample/{sample}")
    live.page.get_by_role("button", name="Copy it").click()
    live.page.get_by_role("button", name="Copied").wait_for()
    assert live.page.evaluate("navigator.clipboard.readText()") == copied
    live.close()


def test_escape_and_a_press_elsewhere_close_the_menu(address: str, browser: Browser) -> None:
    live = Watched(browser)
    live.page.goto(f"{address}/sample/info")
    summary = live.page.locator("details.menu > summary")
    leave = live.page.get_by_role("button", name="Sign out")
    summary.click()
    live.page.keyboard.press("Tab")
    assert leave.is_visible()
    live.page.keyboard.press("Escape")
    assert not leave.is_visible()
    assert summary.evaluate("element => element === document.activeElement")
    summary.click()
    live.page.get_by_role("heading", name="Recent activity").click()
    assert not leave.is_visible()
    live.close()


def test_what_was_done_is_focused_after_the_page_has_loaded(address: str, browser: Browser) -> None:
    live = Watched(browser)
    live.page.goto(f"{address}/sample/info-changed")
    assert live.page.evaluate("document.activeElement.id") == "done"
    assert live.page.get_by_text("Your phone is now +44 7700 900142").is_visible()
    live.close()


def keep(page: Page, name: str, sample: str) -> None:
    """Keep a picture, where somebody wants to look."""
    folder = os.environ.get("PAGE_SHOTS")
    if folder and sample in PICTURED:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
