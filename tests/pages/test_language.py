import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from pages.samples import NOON, house
from proofup.directory.organisation import Organisation
from proofup.languages.known import LANGUAGES
from proofup.pages.language import asked_for, of_browser
from proofup.values.ids import Entropy

ROOT = re.compile(r'<html lang="(\w+)" dir="(\w+)"')


def root_of(text: str) -> tuple[str, str]:
    found = ROOT.search(text)
    assert found, text[:300]
    return found[1], found[2]


def links(text: str) -> dict[str, str]:
    """Return the links of the languages by their tags."""
    found = re.findall(r'<li><a href="([^"]*)" lang="(\w+)"', text)
    return {tag: unescape(address) for address, tag in found}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("fr-FR, ar-EG;q=0.7, de;q=0.9", "de"),
        ("de;q=0, ar;q=0.1", "ar"),
        ("fr, *;q=0.5", None),
        ("de;q=x, de;q=nan, de;q=7, ar;level=1", "ar"),
        ("", None),
        ("," * 400 + "de", None),
        ("x" * 600 + ",de", None),
    ],
)
def test_LNG_01_the_browser_says_what_it_likes_best(header: str, language: str | None) -> None:
    assert of_browser({"headers": [(b"accept-language", header.encode())]}) == language


@given(st.binary())
def test_WE2_no_header_and_no_query_breaks_the_choice(sent: bytes) -> None:
    assert of_browser({"headers": [(b"accept-language", sent)]}) in {None, *LANGUAGES}
    assert asked_for({"query_string": b"lng=" + sent}) in {None, *LANGUAGES}


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("lng=de", "de"),
        ("mkt=ar-SA", "ar"),
        ("mkt=ar&lng=de-DE", "de"),
        ("lng=fr&mkt=de", "de"),
        ("lng=fr", None),
        ("slang=de", None),
        ("x=" + "y" * 5000 + "&lng=de", None),
    ],
)
def test_LNG_01_an_address_asks_for_a_language(query: str, language: str | None) -> None:
    assert asked_for({"query_string": query.encode()}) == language


def test_LNG_01_what_was_asked_for_is_remembered_against_the_browser(client: TestClient) -> None:
    english = {"accept-language": "en"}
    assert root_of(client.get("/sample/name", headers=english).text) == ("en", "ltr")
    answer = client.get("/sample/name?lng=ar", headers=english)
    assert root_of(answer.text) == ("ar", "rtl")
    assert "Max-Age=31536000" in answer.headers["set-cookie"]
    assert answer.headers["content-language"] == "ar"
    answer = client.get("/sample/name", headers=english)
    assert root_of(answer.text) == ("ar", "rtl")
    assert "pu_l" not in answer.headers.get("set-cookie", "")
    client.get("/sample/name?mkt=fr-FR")
    assert root_of(client.get("/sample/name", headers=english).text) == ("ar", "rtl")


def test_LNG_01_without_a_wish_the_organisation_is_asked(entropy: Entropy) -> None:
    organisation = Organisation(name="Contoso", default_language="de")
    made = house(clock=lambda: NOON, entropy=entropy, organisation=organisation)
    client = TestClient(made.app, base_url="http://localhost:8080")
    assert root_of(client.get("/sample/name", headers={"accept-language": "fr"}).text)[0] == "de"


def test_WE9_pages_vary_by_what_their_language_is_chosen_from(client: TestClient) -> None:
    assert client.get("/sample/name").headers["vary"] == "Cookie, Accept-Language"
    assert client.get("/away", follow_redirects=False).headers["vary"] == "Cookie"


def test_LNG_01_each_page_has_links_to_itself_in_every_language(client: TestClient) -> None:
    text = client.get("/sample/text").text
    assert links(text) == {tag: f"?lng={tag}" for tag in LANGUAGES}
    assert text.count('aria-current="true">English<') == 1
    kept = links(client.get("/sample/text?return=/security-info&trouble=limit&lng=ar").text)
    assert kept["de"] == "?return=%2Fsecurity-info&trouble=limit&lng=de"
    for hostile in ("return=//evil.test", "x=%22%3E%3Cb%3E", "lng=de"):
        assert links(client.get(f"/sample/text?{hostile}").text)["de"] == "?lng=de"


def test_a_page_that_answers_a_form_has_links_to_where_one_can_go(client: TestClient) -> None:
    client.headers["sec-fetch-site"] = "same-origin"
    answer = client.post("/take?x=y", data={"code": "1"})
    assert answer.status_code == 403, "a form without its token"
    assert links(answer.text)["de"] == "/?lng=de"
    answer = client.post("/sample/name/send")
    assert links(answer.text)["de"] == "/sample/name?lng=de"
    answer = client.post("/sample/name")
    assert links(answer.text)["de"] == "?lng=de"


def test_LNG_01_a_refusal_at_the_door_speaks_the_language_too(client: TestClient) -> None:
    answer = client.get("/sample/name?lng=de", headers={"host": "evil.test"})
    assert answer.status_code == 421
    assert root_of(answer.text) == ("de", "ltr")
    assert links(answer.text)["ar"] == "?lng=ar"
