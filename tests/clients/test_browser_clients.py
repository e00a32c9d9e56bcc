"""Clients in a real browser: the lines of ``docs/clients/browser.md`` in Chromium."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, sync_playwright

from browser.conftest import ARGUMENTS, CHROMIUM
from clients.cloud import NODE_MODULES, PASSWORD, Account, Cloud
from clients.pages import lines_of

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><html lang="en"><title>Phone list</title>
<script src="client.js"></script><script type="module">{lines}</script></html>"""
LIBRARIES = (
    "@azure/msal-browser/lib/msal-browser.min.js",
    "oidc-client-ts/dist/browser/oidc-client-ts.min.js",
)


class Files(SimpleHTTPRequestHandler):
    """Serves a folder, and says nothing about it."""

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"NO BROWSER: {CHROMIUM} is not there, so no client ran in one")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield found
        found.close()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve ``folder`` at an origin of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("part", [0, 1], ids=["msal-browser", "oidc-client-ts"])
def test_a_script_in_a_browser_signs_a_person_in_and_renews(
    node: Cloud, chromium: Browser, account: Account, tmp_path: Path, part: int
) -> None:
    shutil.copy(NODE_MODULES / LIBRARIES[part], tmp_path / "client.js")
    with served(tmp_path) as site:
        back = ("--public", "--spa", f"{site}/")
        told = node.granted("Phone list", "User.Read", "--delegated", arguments=back)
        lines = node.filled(lines_of("browser.md", "js", part), told, site)
        (tmp_path / "index.html").write_text(PAGE.replace("{lines}", lines), encoding="utf-8")
        # The authority of the service is not in the browser's own list.
        context = chromium.new_context(ignore_https_errors=True)
        page = context.new_page()
        page.goto(f"{site}/")
        page.get_by_role("textbox").fill(account.name)
        page.get_by_role("button", name="Next", exact=True).click()
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("textbox").fill(account.app.shows())
        page.get_by_role("button", name="Verify", exact=True).click()
        page.wait_for_function("name => document.title === name", arg=account.name)
        context.close()
