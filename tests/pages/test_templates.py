import re
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from audit.samples import EVENTS
from pages.admin_samples import ADMIN_PAGES
from pages.job_samples import JOB_PAGES
from pages.samples import CALLING, NOON, SAMPLES, SECURITY_INFO, Sample, entry, house
from proofup.audit.events.catalogue import EVENTS as CATALOGUE
from proofup.audit.events.event import Event, UnknownEvent
from proofup.directory.organisation import Organisation
from proofup.languages.known import LANGUAGES
from proofup.pages.call_stage import ENDS
from proofup.pages.csrf import FIELD
from proofup.pages.forms import LONGEST_CODE
from proofup.values.errors import ProofupError
from proofup.values.ids import Entropy

END_OF = re.compile("^(confirm-|call-|request-end-|device-)+")
STYLED = re.compile(r"\sstyle=|<style|\son[a-z]+=|javascript:", re.IGNORECASE)


class Reader(HTMLParser):
    """Reads a page into what the rules below ask about."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.named: list[str] = []
        self.forms: list[dict[str, str | None]] = []
        self.tokens: dict[str | None, str | None] = {}
        self.headings = 0
        self.primaries = 0
        self.links: list[str] = []
        self.codes: list[dict[str, str | None]] = []
        self.submits_for: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(found["id"] or "")
        for name in ("aria-describedby", "aria-labelledby", "for", "data-copy", "form"):
            self.named += (found.get(name) or "").split()
        if tag == "form":
            self.forms.append(found)
        if tag == "input" and found.get("name") == FIELD:
            self.tokens[self.forms[-1]["action"]] = found["value"]
        if tag == "input" and found.get("name") == "code":
            self.codes.append(found)
        if tag == "a":
            self.links.append(found.get("href") or "")
        self.headings += tag == "h1"
        self.primaries += "primary" in (found.get("class") or "").split()


@pytest.mark.parametrize("name", SAMPLES)
def test_every_page_renders_and_keeps_the_rules_of_markup(client: TestClient, name: str) -> None:
    answer = client.get(f"/sample/{name}")
    assert answer.status_code == 200
    text = answer.text
    page = Reader(text)
    assert not STYLED.search(text)
    assert "{{" not in text
    assert "Undefined" not in text
    assert page.headings == 1
    for code in page.codes:
        if code.get("type") != "hidden":
            assert code["maxlength"] == str(LONGEST_CODE), "a browser cuts what is pasted"
            assert "pattern" not in code, "a browser refuses what the server reads"
    assert page.primaries <= 1, "one primary action"
    assert len(page.ids) == len(set(page.ids))
    assert set(page.named) <= set(page.ids)
    assert not [link for link in page.links if link in {"", "#"}], "no dead links"
    for form in page.forms:
        if form["method"] == "post":
            assert page.tokens[form["action"]], "every form that changes something has its token"
        else:
            assert form["method"] == "get"


@pytest.mark.parametrize("name", SAMPLES)
def test_a_title_says_error_first_where_there_is_one(client: TestClient, name: str) -> None:
    text = client.get(f"/sample/{name}").text
    title = text.partition("<title>")[2].partition("</title>")[0]
    assert title.endswith(" · Contoso")
    assert title.startswith("Error: ") is (
        'aria-invalid="true"' in text
        or "No text" in text
        or "No new text" in text
        or "No call" in text
        or "No new code was mailed" in text
        or "No code was sent" in text
        or "No new call" in text
        or "No request was sent" in text
        or "No request is waiting" in text
        or "not good any more" in text
        or END_OF.sub("", name) in {*ENDS, "methodGone"}
        or "no room" in text
        or "Choose one of them." in text
        or "which is the most" in text
        or "data-refused" in text
        or is_refused_by_administration(SAMPLES[name])
    )


def is_refused_by_administration(sample: Sample) -> bool:
    """Tell whether a form of the admin centre comes again with what is wrong."""
    told = sample.context
    is_wrong = any(told.get(one) for one in ("problem", "bad", "trouble"))
    is_wrong = is_wrong or isinstance(told.get("refused"), ProofupError)
    return sample.template.startswith("admin/") and is_wrong


def test_WE3_nothing_a_person_named_is_markup(entropy: Entropy) -> None:
    evil = "<script>alert(1)</script>\"'&{{7*7}}"
    made = house(clock=lambda: NOON, entropy=entropy, organisation=Organisation(name=evil))
    client = TestClient(made.app, base_url="http://localhost:8080")
    changed = {
        "evil-info": Sample(
            "portal/security_info.html",
            {
                **SECURITY_INFO,
                "told": evil,
                "done": "softwareOath-added",
                "done_kind": "softwareOath",
                "fresh": "m-evil",
                "methods": [{**SECURITY_INFO["methods"][0], "id": "m-evil", "full": evil}],
            },
            signed_in=True,
        ),
        "evil-name": Sample("signin/name.html", {**SAMPLES["name"].context, "user_name": evil}),
    }
    for name, sample in changed.items():
        SAMPLES[name] = sample
        try:
            text = client.get(f"/sample/{name}").text
        finally:
            del SAMPLES[name]
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text
        assert "{{7*7}}" in text


@pytest.mark.parametrize(
    "event",
    [
        *EVENTS,
        UnknownEvent("passLent", {"kind": "phone"}),
        *(UnknownEvent(word, {}) for word in CATALOGUE),
    ],
    ids=lambda event: f"{type(event).__name__}-{event.word}",
)
def test_every_event_has_words_for_the_person(client: TestClient, event: Event) -> None:
    shown = Sample(
        "portal/security_info.html",
        {**SECURITY_INFO, "activity": [entry(event), entry(event, actor="a", succeeded=False)]},
        signed_in=True,
    )
    SAMPLES["event"] = shown
    try:
        answer = client.get("/sample/event")
    finally:
        del SAMPLES["event"]
    assert answer.status_code == 200
    assert event.word not in answer.text


def test_a_masked_number_is_spoken_as_its_last_digits(client: TestClient) -> None:
    text = client.get("/sample/text").text
    assert '<span class="mask" aria-hidden="true">+XX XXXXXXXX<b>67</b></span>' in text
    assert "number ending in 67" in text


def test_the_delivery_line_asks_again_until_it_is_known(client: TestClient) -> None:
    for name in ("text", "text-queued", "text-trouble", "confirm"):
        assert 'hx-trigger="every 2s"' in client.get(f"/sample/{name}").text
    for name in ("text-arrived", "text-failed", "text-over", "text-country"):
        assert "hx-trigger" not in client.get(f"/sample/{name}").text


def test_a_call_is_followed_until_the_page_goes_on(client: TestClient) -> None:
    for stage in CALLING:
        text = client.get(f"/sample/call-{stage}").text
        assert 'hx-trigger="every 2s"' in text
        assert "data-go-on" not in text
    text = client.get("/sample/call-approved").text
    assert "hx-trigger" not in text
    assert 'data-go-on="go-on"' in text
    for end in ENDS - {"fraud"}:  # nothing goes on by itself that would only end here again
        assert "data-go-on" not in client.get(f"/sample/call-{end}").text


class Directions(HTMLParser):
    """Finds text with a direction mark outside of elements that keep their direction."""

    VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
    PLAIN = frozenset({"title", "option", "textarea"})  # hold one text and nothing else
    ISOLATED = frozenset({"foreign", "only-spoken"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inside: list[tuple[str, set[str]]] = []
        self.loose: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.inside.append((tag, set((dict(attrs).get("class") or "").split())))

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        is_kept = any(tag in self.PLAIN or classes & self.ISOLATED for tag, classes in self.inside)
        if "\u202e" in data and not is_kept:
            self.loose.append(data)


@pytest.mark.parametrize("name", [one for one in SAMPLES if one in ADMIN_PAGES or one in JOB_PAGES])
def test_WE1_a_direction_mark_in_a_name_turns_nothing_else(client: TestClient, name: str) -> None:
    assert Directions(client.get(f"/sample/{name}").text).loose == []


def test_without_a_help_desk_the_administrators_are_named(entropy: Entropy) -> None:
    made = house(clock=lambda: NOON, entropy=entropy, organisation=Organisation(name="Contoso"))
    client = TestClient(made.app, base_url="http://localhost:8080")
    assert "Ask the administrators of Contoso" in client.get("/sample/options").text
    mail = Organisation(name="Contoso", help_desk_mail="help@contoso.test")
    made = house(clock=lambda: NOON, entropy=entropy, organisation=mail)
    client = TestClient(made.app, base_url="http://localhost:8080")
    assert "mailto:help@contoso.test" in client.get("/sample/options").text


def test_who_lacks_an_invitation_sees_whom_to_ask(client: TestClient) -> None:
    page = client.get("/sample/proofup-not-invited").text
    assert "Call the Contoso help desk" in page
    assert "Nothing is saved until you confirm" not in page


@pytest.mark.parametrize("name", ["text-country", "call-country"])
def test_what_can_never_be_sent_is_not_offered_again(client: TestClient, name: str) -> None:
    assert 'form="resend"' not in client.get(f"/sample/{name}").text


def test_a_name_that_is_too_long_breaks_before_its_domain(client: TestClient) -> None:
    assert "robin.ashby<wbr>@contoso.test" in client.get("/sample/password").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_LNG_03_every_page_renders_in_every_language(client: TestClient, language: str) -> None:
    for name in SAMPLES:
        answer = client.get(f"/sample/{name}", headers={"accept-language": language})
        assert answer.status_code == SAMPLES[name].status, name
        assert f'lang="{language}"' in answer.text
