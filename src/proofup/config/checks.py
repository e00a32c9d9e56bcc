"""What a type alone cannot say about a setting, and what two settings must say together."""

import re
from collections.abc import Collection

from proofup.config.addresses import HOST, Listen, database_url
from proofup.config.errors import SettingsError
from proofup.config.examples import EXAMPLES
from proofup.config.settings import Settings, Smtp, SmtpSecurity, Texts
from proofup.delivery.outbound import ForbiddenTargetError, check_url
from proofup.directory.organisation import Organisation
from proofup.languages.known import LANGUAGES
from proofup.web.public_url import LOOPBACK

REGION = re.compile(r"[A-Z]{2}")
LONGEST_NAME = 64
SHORTEST_SECRET = 32  # letters; 16 could be guessed from one signed post


def check(settings: Settings) -> None:
    """Raise SettingsError for the first setting that cannot be used."""
    try:
        database_url(settings.database.reveal())
    except ValueError as error:
        raise _refusal("database", str(error)) from error
    _check_organisation(settings.organisation)
    for host in settings.outbound_allow:
        if not (HOST.fullmatch(host) or _is_host_with_port(host)):
            raise _refusal("outbound_allow", f"{host!r} is no host, with or without a port.")
    if settings.smtp is not None:
        _check_smtp(settings.smtp)
    if settings.texts is not None:
        _check_texts(settings.texts, settings.outbound_allow)


def _check_organisation(organisation: Organisation) -> None:
    name = organisation.name
    if len(name) > LONGEST_NAME or not name.isprintable() or name != name.strip():
        raise _refusal(
            "organisation.name", f"must be at most {LONGEST_NAME} letters, without line breaks."
        )
    region = organisation.default_region
    if region is not None and not REGION.fullmatch(region):
        raise _refusal("organisation.default_region", f"{region!r} is no ISO 3166 code.")
    if organisation.default_language not in LANGUAGES:
        raise _refusal(
            "organisation.default_language",
            f"{organisation.default_language!r} is none of {', '.join(LANGUAGES)}.",
        )
    mail = organisation.help_desk_mail
    if mail is not None and not _is_address(mail):
        raise _refusal("organisation.help_desk_mail", f"{mail!r} is no mail address.")


def _check_smtp(smtp: Smtp) -> None:
    if smtp.security is SmtpSecurity.NONE and smtp.host not in LOOPBACK:
        raise _refusal("smtp.security", "may be none only for a server on this machine.")
    if (smtp.user is None) != (smtp.password is None):
        missing = "smtp.user" if smtp.user is None else "smtp.password"
        raise _refusal(missing, "is missing: a user and a password go together.")
    if not _is_address(smtp.sender.rpartition("<")[2].removesuffix(">")):
        raise _refusal("smtp.sender", f"{smtp.sender!r} is no mail address.")


def _check_texts(texts: Texts, outbound_allow: Collection[str]) -> None:
    try:
        check_url(texts.webhook, allow=outbound_allow)
    except ForbiddenTargetError as error:
        raise _refusal("texts.webhook", f"{error.reason}.") from error
    if len(texts.secret.reveal()) < SHORTEST_SECRET:
        raise _refusal("texts.secret", f"is shorter than {SHORTEST_SECRET} letters.")
    for country in sorted(texts.countries or ()):
        if not REGION.fullmatch(country):
            raise _refusal("texts.countries", f"{country!r} is no ISO 3166 code.")


def _is_host_with_port(text: str) -> bool:
    try:
        return Listen.of(text).port > 0
    except ValueError:
        return False


def _is_address(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    return bool(local and at and domain) and text.isprintable() and " " not in text


def _refusal(setting: str, problem: str) -> SettingsError:
    return SettingsError(setting, problem, f"For example: {EXAMPLES[setting]}")
