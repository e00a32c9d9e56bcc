"""What every method of the catalogue shows; a new kind is found unasked."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import proofup
from known_methods import METHODS
from proofup.directory.organisation import Organisation
from proofup.methods.declaration import Role, Who
from proofup.methods.registered_methods import MethodKind
from proofup.pages.mails import render_mail
from proofup.pages.methods.parts import folder_of, pages_of, template, template_for, typed_forms
from proofup.policy.nudging import stronger
from proofup.policy.rules import Policy
from proofup.values.clock import EPOCH
from proofup.web.public_url import PublicUrl

FOLDER = Path(proofup.__path__[0]) / "pages"
MACRO = re.compile(r"{% macro (\w+)\(")
every_kind = pytest.mark.parametrize("kind", METHODS.by_kind)
URL = PublicUrl.of("https://id.contoso.test")
ALWAYS = {"icon", "name", "detail", "event", "event_of_way"}
REGISTERED = {"spoken", "added_title", "added_text", "choice", "instead_of_adding"}
DELETED = {"spoken", "delete_title", "delete_button"}
MAILED = {"label", "added_subject", "added_title", "removed_subject", "removed_title"}
MAILED_CHANGE = {"changed_subject", "changed_title", "changed_opening"}
CHANGED = {"changed_title", "changed_text", "changed_undo"}
STRONGER = {"stronger_title", "stronger_text"}
OPTION = {"way_icon", "way_words", "option_lines", "option_reaches", "lost"}

OF_ROLE = {
    Role.FIRST: {"way_icon", "way_words"},
    Role.SECOND: OPTION,
    Role.STAND_IN: {"way_words"},
    Role.RESET: {"way_icon", "way_words", "option_lines"},
}
PROPOSED = {METHODS.kinds[way] for way in stronger(METHODS, Policy(), METHODS.ways, at=EPOCH)}


def shown(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "folder"),
    [("phone", "phone"), ("softwareOath", "software_oath"), ("recoveryCodes", "recovery_codes")],
)
def test_the_folder_of_a_kind_is_named_as_python_names_things(kind: str, folder: str) -> None:
    assert folder_of(MethodKind(kind)) == folder


@every_kind
def test_the_module_of_a_method_is_named_as_the_folder_of_its_pages(kind: MethodKind) -> None:
    assert type(METHODS.by_kind[kind]).__module__ == f"proofup.methods.{folder_of(kind)}"


@every_kind
def test_every_method_has_the_words_that_its_declaration_asks_for(kind: MethodKind) -> None:
    declared = METHODS.by_kind[kind].declaration
    asked = set(ALWAYS)
    if kind in METHODS.registrable:
        asked |= REGISTERED
    if Who.PERSON in declared.deleted_by:
        asked |= DELETED
    if declared.lasting:
        asked |= {"only"}
    for role in declared.roles:
        asked |= OF_ROLE[role]
    if declared.changed_by:
        asked |= CHANGED
    if any(page.proposed for page in pages_of(kind).forms):
        asked |= {"proposed"}
    if kind in PROPOSED:
        asked |= STRONGER
    assert asked <= {*MACRO.findall(shown(template(kind, "words")))}


@pytest.mark.parametrize("kind", METHODS.registrable)
def test_every_method_has_the_words_of_the_mails_about_it(kind: MethodKind) -> None:
    declared = METHODS.by_kind[kind].declaration
    asked = MAILED | (MAILED_CHANGE if declared.changed_by else set())
    if any(traits.can_be_default for traits in declared.ways):
        asked |= {"way"}
    assert asked <= {*MACRO.findall(shown(f"methods/{folder_of(kind)}/mail.words"))}


@every_kind
def test_every_way_of_a_method_has_its_challenge_and_its_registration(kind: MethodKind) -> None:
    declared = METHODS.by_kind[kind].declaration
    asks = declared.roles != {Role.RESET}
    for traits in declared.ways:
        names = [
            *(["challenge"] if asks else []),
            *(["register"] if kind in METHODS.registrable else []),
        ]
        names += [] if traits.typed else ["waiting"]
        for name in names:
            assert shown(template_for(kind, name, traits)).strip()


@every_kind
def test_what_is_typed_has_its_form_and_a_page_for_what_changed_meanwhile(
    kind: MethodKind,
) -> None:
    forms = [form for form in typed_forms([kind]).values() if form.kind == kind]
    assert [form.page for form in forms] == list(pages_of(kind).forms)
    for name in ("form", "changed_elsewhere"):
        assert (FOLDER / template(kind, name)).exists() is bool(forms)


def test_no_two_methods_share_a_page_or_a_word_of_a_form() -> None:
    forms = typed_forms(METHODS.by_kind)
    assert {*forms} <= {*METHODS.slots}
    assert len({form.page.path for form in forms.values()}) == len(forms)
    assert len({form.page.choice for form in forms.values()}) == len(forms)


@every_kind
def test_every_option_on_the_classic_page_can_be_preferred(kind: MethodKind) -> None:
    for way in pages_of(kind).preferred:
        assert METHODS.kinds[way] == kind
        assert METHODS.traits[way].can_be_default


@pytest.mark.parametrize("way", [way for way, one in METHODS.traits.items() if one.can_be_default])
def test_a_mail_has_words_for_every_way_that_can_be_the_default(way: str) -> None:
    kind = next(kind for known, kind in METHODS.kinds.items() if known == way)
    facts = {
        "user_name": "robin@contoso.test",
        "when": "2026-11-21T14:41:00+00:00",
        "browser": "",
        "system": "",
        "address": "",
        "correlation_id": "c",
    }
    changed = {"was": way, "was_kind": kind, "now": way, "now_kind": kind}
    organisation = Organisation(name="Contoso")
    mail = render_mail("default-changed", {**facts, **changed}, "en", organisation, URL)
    assert mail.text.count("  a ") == 2, "a code or a call, before and after"


def test_the_language_of_a_page_is_that_of_the_words_of_a_method(client: TestClient) -> None:
    text = client.get("/sample/delete-office", headers={"accept-language": "de"}).text
    assert "Delete your office phone?" not in text
