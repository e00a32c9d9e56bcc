"""Turning a mail of the outbox into words: a subject, a plain text, and the same in HTML.

A template says its words once (``mail/<name>.words``); two letters, ``mail/letter.txt`` and
``mail/letter.html``, set them. Nothing that a person typed can become a header line or markup.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import NamedTuple

from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, select_autoescape

from proofup.directory.organisation import Organisation
from proofup.languages.catalogues import translations
from proofup.languages.known import LANGUAGES
from proofup.methods.registered_methods import MethodKind
from proofup.pages.environments import environment
from proofup.pages.instants import Days
from proofup.pages.methods.parts import folder_of
from proofup.web.public_url import PublicUrl

TEMPLATES = (
    "method-added",
    "method-changed",
    "method-removed",
    "methods-reset",
    "default-changed",
    "not-me-reported",
    "recovery-code-used",
    "recovery-codes-made",
    "password-changed",
    "password-change-forced",
    "password-reset",
    "invitation",
    "guest-invitation",
    "password-invitation",
    "code-for-address",
    "code-for-reset",
    "address-removed",
    "approval-approved",
    "approval-declined",
    "devices-restored",
    "app-password-made",
    "app-passwords-deleted",
    "mail-address-changed",
    "device-refused",
    "signed-out-everywhere",
    "password-guessed",
    "second-proof-guessed",
)
LINKS = frozenset({"not_me_url", "invitation_url", "approval_url"})
KINDS = frozenset({"kind", "was_kind", "now_kind"})
INSTANTS = ("when", "until", "temporary_until")
LONGEST_FACT = 256
LONGEST_SUBJECT = 150
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")


class RenderedMail(NamedTuple):
    """A mail, ready to be sent."""

    subject: str
    text: str
    html: str


def render_mail(
    template: str,
    facts: Mapping[str, str],
    language: str,
    organisation: Organisation,
    public_url: PublicUrl,
) -> RenderedMail:
    """Return the mail ``template`` with ``facts``, in one of our languages.

    Facts: ``user_name``, ``given_name`` (may be empty), ``when`` (an ISO instant, or words),
    ``browser`` and ``system`` (each may be empty), ``address``, ``by`` (empty where the person did
    it), ``correlation_id``; of a change ``kind`` (of the method), ``was`` and ``now``, masked; of
    another default these are ways, of ``was_kind`` and ``now_kind``, or empty; ``not_me_url`` (of
    this origin, or a path) and ``until`` (its last instant); of a temporary password
    ``temporary_until`` (may be empty); of an invitation ``invitation_url``, alike, of a
    guest's ``inviter`` and ``message`` (may be empty); of several that
    are alike how many ``more`` followed; of a report to the help desk ``display_name``; of a used
    recovery code how many are ``left``; of guesses how many ``tries`` there were; of a code that
    ``code``; of a request for a second approver ``approval_url``, ``display_name`` and ``reason``.
    Raises KeyError for an unknown template, ValueError for a link to elsewhere,
    UndefinedError for a missing fact.
    """
    if template not in TEMPLATES:
        raise KeyError(template)
    told = {name: _one_line(value) for name, value in facts.items()}
    days = Days(language, translations(language).gettext)
    for name in INSTANTS:
        if INSTANT.fullmatch(told.get(name, "")):
            told[name] = days.in_full(datetime.fromisoformat(told[name]))
    for name in LINKS & told.keys():
        told[name] = _own_link(told[name], public_url)
    for name in KINDS & told.keys():
        told[name] = told[name] and f"methods/{folder_of(MethodKind(told[name]))}/mail.words"
    known = {
        "given_name": "",
        "by": "",
        "until": "",
        "temporary_until": "",
        "inviter": "",
        "message": "",
        "more": "",
        **told,
        "organisation": organisation,
        "language": LANGUAGES[language],
    }
    templates = _environment(language)
    words = templates.get_template(f"{template}.words").make_module(known)
    subject = _one_line(str(getattr(words, "subject")))[:LONGEST_SUBJECT]  # noqa: B009 - a template's
    letter = {**known, "words": words}
    text = templates.get_template("letter.txt").render(letter)
    html = templates.get_template("letter.html").render(letter)
    return RenderedMail(subject, text, html)


@cache
def _environment(language: str) -> Environment:
    return environment(
        ChoiceLoader(
            [
                PackageLoader("proofup.pages", "templates/mail"),
                PrefixLoader({"methods": PackageLoader("proofup.pages", "methods")}),
            ]
        ),
        language,
        autoescape=select_autoescape(("html",), default=False),
    )


def _one_line(text: str) -> str:
    """Return ``text`` without anything that ends a line, hides a letter or turns the direction."""
    shown = (
        " " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text[:LONGEST_FACT]
    )
    return " ".join("".join(shown).split())


def _own_link(link: str, public_url: PublicUrl) -> str:
    if link.startswith("/") and not link.startswith("//"):
        return public_url.origin + link
    if not link.startswith(f"{public_url.origin}/"):
        raise ValueError("a mail links to our own pages only")
    return link
