import gzip
import hashlib
import re
from importlib.resources import files
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pages.samples import House

STATIC = files("proofup.pages") / "static"
NAMES = ("proofup.css", "proofup.js", "htmx.js", "hx-csp.js", "mark.svg")
SHEETS = [part for part in STATIC.iterdir() if part.name.endswith(".css")]


@pytest.mark.parametrize("name", NAMES)
def test_WE9_a_file_is_served_under_a_name_with_its_hash_and_may_be_kept(
    local: House, client: TestClient, name: str
) -> None:
    answer = client.get(local.static.address(name))
    digest = hashlib.sha256(answer.content).hexdigest()[:16]
    assert digest in local.static.address(name)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "Accept-Encoding"


def test_a_file_goes_out_compressed_where_that_is_read(local: House, client: TestClient) -> None:
    address = local.static.address("proofup.css")
    plain = client.get(address, headers={"accept-encoding": "identity"})
    small = client.get(address, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert small.content == plain.content
    assert len(gzip.compress(plain.content)) < len(plain.content) / 2


@pytest.mark.parametrize("path", ["proofup.css", "proofup.0000.css", "tokens.css", "..%2fapp.py"])
def test_WE9_any_other_name_is_404_and_not_kept(client: TestClient, path: str) -> None:
    answer = client.get(f"/static/{path}")
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"


def test_vendored_scripts_are_those_that_were_looked_at() -> None:
    folder = STATIC / "vendor"
    rows = re.findall(
        r"`(\S+\.js)` \| `\S+` \| `([0-9a-f]{64})`", (folder / "README.md").read_text()
    )
    found = {part.name: part.read_bytes() for part in folder.iterdir() if part.name.endswith(".js")}
    assert {name: hashlib.sha256(content).hexdigest() for name, content in found.items()} == dict(
        rows
    )


def test_sheets_use_tokens_that_exist_and_load_nothing_from_elsewhere() -> None:
    text = "\n".join(part.read_text() for part in SHEETS)
    defined = set(re.findall(r"(--[\w-]+):", text))
    assert set(re.findall(r"var\((--[\w-]+)", text)) == defined
    assert "url(" not in text
    assert "@import" not in text
    assert all(len(part.read_text().splitlines()) <= 400 for part in SHEETS)


def test_every_rule_of_a_sheet_has_a_user() -> None:
    sheets = "\n".join(part.read_text() for part in SHEETS)
    styled = set(
        re.findall(r"\.([a-z][\w-]*)", re.sub(r"/\*.*?\*/|\d\.\d\w*", "", sheets, flags=re.DOTALL))
    )
    house = Path(str(files("proofup")))
    pages = "\n".join(part.read_text(encoding="utf-8") for part in house.rglob("*.html"))
    unused = {name for name in styled if not re.search(rf"[\"' }}]{name}[\"' {{]", pages)}
    assert unused - {"qr-code"} == set()  # the QR code is drawn in Python
