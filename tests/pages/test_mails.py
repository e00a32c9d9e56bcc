import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from pages.samples import CONTOSO
from proofup.directory.organisation import Organisation
from proofup.languages.known import LANGUAGES
from proofup.pages.mails import TEMPLATES, render_mail
from proofup.web.public_url import PublicUrl

URL = PublicUrl.of("https://id.contoso.test")
FACTS = {
    "user_name": "robin.ashby@contoso.test",
    "display_name": "Robin Ashby",
    "given_name": "Robin",
    "kind": "phone",
    "was": "+XX XXXXXXXX67",
    "now": "+XX XXXXXXXX42",
    "when": "2026-11-21T14:41:00+00:00",
    "browser": "Chrome",
    "system": "Windows",
    "address": "203.0.113.24",
    "left": "9",
    "tries": "10",
    "app_password": "laptop at home",
    "app_passwords": "2",
    "until": "2026-11-28T14:41:00+00:00",
    "code": "492 817",
    "not_me_url": "https://id.contoso.test/not-me/8Q2KFX7M",
    "correlation_id": "4f6c2a1e-8d0b-4c57-9b3e-2d7a51c09e84",
}
REPORT = {
    **{name: value for name, value in FACTS.items() if name not in {"not_me_url", "until"}},
    "gone": "phone +XX XXXXXXXX42",
    "back": "phone +XX XXXXXXXX67",
}
INVITATION = "https://id.contoso.test/invitation/8Q2KFX7M"
INVITATIONS = ("invitation", "guest-invitation", "password-invitation")
WAYS = {"was": "", "was_kind": "", "now": "oath", "now_kind": "softwareOath"}


def facts_for(template: str) -> dict[str, str]:
    if template in INVITATIONS:
        told = {"until": FACTS["until"], "invitation_url": INVITATION}
        return {**REPORT, **told, "inviter": "Kim Larsen", "message": "See you on Monday"}
    if template.startswith("approval-"):
        url = "https://id.contoso.test/admin/approvals/8Q2KFX7M"
        return {**REPORT, "until": FACTS["until"], "reason": "called back", "approval_url": url}
    if template == "methods-reset":
        return {**FACTS, "browser": "", "system": "", "address": ""}
    if template == "not-me-reported":
        return dict(REPORT)
    return {**FACTS, **(WAYS if template == "default-changed" else {})}


@pytest.mark.parametrize(
    ("template", "kind"),
    [
        *((template, "phone") for template in TEMPLATES),
        ("method-added", "softwareOath"),
        ("method-removed", "softwareOath"),
    ],
)
def test_every_mail_says_the_same_twice(template: str, kind: str) -> None:
    mail = render_mail(template, {**facts_for(template), "kind": kind}, "en", CONTOSO, URL)
    words = re.sub(r"<style>.*?</style>|<[^>]+>", " ", mail.html, flags=re.DOTALL)
    of_a_change = ("21 November 2026, 14:41 UTC", "203.0.113.24")
    of_an_invitation = ("28 November 2026, 14:41 UTC",)
    of_a_reset = ("21 November 2026, 14:41 UTC",)
    of_what = {**dict.fromkeys(INVITATIONS, of_an_invitation), "methods-reset": of_a_reset}
    whose = () if template.startswith("code-") else ("robin.ashby@contoso.test",)
    of_what |= dict.fromkeys(("approval-approved", "approval-declined"), of_a_reset)
    for said in (
        *whose,  # a code may go to the address of somebody else
        *of_what.get(template, of_a_change),
        "4f6c2a1e-8d0b-4c57-9b3e-2d7a51c09e84",
        "+44 20 7946 0018",
        "never ask for a code",
    ):
        assert said in mail.text
        assert said in words
    assert "Undefined" not in mail.text + mail.html
    assert "\n" not in mail.subject
    assert all(len(line) <= 78 for line in mail.text.splitlines())


def test_a_changed_phone_is_told_masked_with_a_way_to_object() -> None:
    mail = render_mail("method-changed", FACTS, "en", CONTOSO, URL)
    assert mail.subject == "Your Contoso phone was changed"
    assert mail.text.startswith("Your phone was changed\n\nHello Robin, the phone that protects")
    assert "  Was     +XX XXXXXXXX67\n  Is now  +XX XXXXXXXX42\n" in mail.text
    assert "https://id.contoso.test/not-me/8Q2KFX7M\n" in mail.text
    assert 'href="https://id.contoso.test/not-me/8Q2KFX7M"' in mail.html
    assert "until 28 November 2026" in mail.text
    assert "http" not in re.sub(r"https://id\.contoso\.test/not-me/8Q2KFX7M", "", mail.html)


def test_a_report_reaches_the_help_desk_without_a_link() -> None:
    mail = render_mail("not-me-reported", REPORT, "en", CONTOSO, URL)
    assert mail.subject == "“This wasn't me”: robin.ashby@contoso.test"
    assert "href" not in mail.html
    assert "Robin Ashby (robin.ashby@contoso.test) pressed" in re.sub(r"\s+", " ", mail.text)


def test_without_a_given_name_or_a_help_desk_it_is_still_a_letter() -> None:
    facts = {**FACTS, "given_name": "", "until": ""}
    mail = render_mail("method-changed", facts, "en", Organisation(name="Contoso"), URL)
    assert "\n\nThe phone that protects" in mail.text
    assert "Contoso help desk" not in mail.text


def test_a_mail_that_stands_for_others_says_how_many() -> None:
    mail = render_mail("method-changed", {**FACTS, "more": "117"}, "en", CONTOSO, URL)
    for said in (mail.text, mail.html):
        assert "More of this kind followed within minutes: 117." in re.sub(r"\s+", " ", said)


def test_a_link_is_ours_or_none() -> None:
    mail = render_mail("method-changed", {**FACTS, "not_me_url": "/not-me/x"}, "en", CONTOSO, URL)
    assert "https://id.contoso.test/not-me/x" in mail.text
    for link in ("https://evil.test/", "//evil.test", "https://id.contoso.test.evil.test/x"):
        with pytest.raises(ValueError, match="our own pages"):
            render_mail("method-changed", {**FACTS, "not_me_url": link}, "en", CONTOSO, URL)


def test_an_unknown_mail_and_a_missing_fact_are_errors() -> None:
    with pytest.raises(KeyError):
        render_mail("../letter", FACTS, "en", CONTOSO, URL)
    with pytest.raises(UndefinedError):
        render_mail("method-changed", {"user_name": "x"}, "en", CONTOSO, URL)


@given(st.text(max_size=300))
def test_WE3_no_fact_becomes_a_header_or_markup(evil: str) -> None:
    facts = {**REPORT, "user_name": evil, "display_name": evil + "<script>"}
    mail = render_mail("not-me-reported", facts, "en", CONTOSO, URL)
    assert mail.subject.isprintable()
    assert len(mail.subject) <= 150
    assert "<script" not in mail.html


def test_WE3_a_line_break_in_a_name_ends_no_header() -> None:
    facts = {**REPORT, "user_name": "a\r\nBcc: evil@evil.test\u2028x\u202ey"}
    assert render_mail("not-me-reported", facts, "en", CONTOSO, URL).subject == (
        "“This wasn't me”: a Bcc: evil@evil.test x y"
    )


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_is_written_in_the_language_of_its_reader(template: str, language: str) -> None:
    english = render_mail(template, facts_for(template), "en", CONTOSO, URL)
    mail = render_mail(template, facts_for(template), language, CONTOSO, URL)
    assert (mail.subject == english.subject) is (language == "en")
    assert f'<html lang="{language}" dir="{LANGUAGES[language].direction}">' in mail.html
    assert "14:41 UTC" in mail.text
    assert "%(" not in mail.subject + mail.text + mail.html


def test_LNG_03_a_number_keeps_its_plus_in_front_in_arabic() -> None:
    mail = render_mail("method-changed", FACTS, "ar", CONTOSO, URL)
    assert "\u200e+XX XXXXXXXX42\n" in mail.text
    assert "<bdi>+XX XXXXXXXX42</bdi>" in mail.html
    assert "21 نوفمبر 2026" in mail.text


@pytest.mark.parametrize(
    ("browser", "system", "address", "told"),
    [
        ("Edge", "Windows", "203.0.113.7", "Edge on Windows, 203.0.113.7"),
        ("curl", "", "203.0.113.7", "curl, 203.0.113.7"),
        ("", "Mac", "203.0.113.7", "Mac, 203.0.113.7"),
        ("", "", "203.0.113.7", "an unknown browser, 203.0.113.7"),
        ("", "", "", "the phone that was called"),
    ],
)
def test_a_mail_says_where_as_far_as_it_is_known(
    browser: str, system: str, address: str, told: str
) -> None:
    facts = {**FACTS, "browser": browser, "system": system, "address": address}
    assert f"  Where   {told}\n" in render_mail("method-changed", facts, "en", CONTOSO, URL).text


@pytest.mark.parametrize(
    "template", ["method-added", "method-changed", "method-removed", "default-changed"]
)
def test_a_mail_says_that_an_administrator_did_it(template: str) -> None:
    nowhere = {"browser": "", "system": "", "address": ""}
    own, others = (
        render_mail(template, {**facts_for(template), **nowhere, "by": by}, "en", CONTOSO, URL).text
        for by in ("", "administrator")
    )
    assert "an administrator did it" in others
    assert "Did you ask for this?" in others
    assert "phone that was called" not in others
    assert "administrator" not in own
    assert "Was it you?" in own
