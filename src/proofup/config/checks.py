"""Checks of settings beyond their types, and of settings that depend on each other."""

import re
from collections.abc import Collection
from dataclasses import replace

from proofup.config.addresses import HOST, Listen, database_url
from proofup.config.errors import SettingsError
from proofup.config.examples import EXAMPLES
from proofup.config.prices import prices
from proofup.config.settings import (
    Calls,
    Kannel,
    LogStreamed,
    Settings,
    Smpp,
    Smtp,
    SmtpSecurity,
    Texts,
    Twilio,
)
from proofup.delivery.outbound import ForbiddenTargetError, check_url, is_allowed
from proofup.directory.organisation import Organisation
from proofup.languages.known import LANGUAGES
from proofup.values.countries import is_country, no_country
from proofup.values.mail_addresses import deliverable
from proofup.values.secret import Secret
from proofup.values.shown_text import UnshowableTextError, shown_text
from proofup.web.public_url import LOOPBACK

DOMAIN = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+"
)
LONGEST_NAME = 64
LONGEST_PASSWORD = 64  # SMPP 3.4 says 8, but many operators give longer ones
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
    if settings.calls is not None:
        _check_calls(settings.calls, settings.outbound_allow)
    if settings.log_stream is not None:
        _check_log_stream(settings.log_stream, settings.outbound_allow)
    if settings.metrics is not None:
        _check_shown("metrics.token", settings.metrics.token.reveal())
        _check_secret("metrics.token", settings.metrics.token)
    if settings.legacy is not None:
        _check_shown("legacy.secret", settings.legacy.secret.reveal())
        _check_secret("legacy.secret", settings.legacy.secret)


def _check_log_stream(stream: LogStreamed, outbound_allow: Collection[str]) -> None:
    if (stream.webhook is None) != (stream.secret is None):
        missing = "log_stream.webhook" if stream.webhook is None else "log_stream.secret"
        raise _refusal(missing, "is missing: a webhook and a secret go together.")
    if stream.webhook is not None and stream.secret is not None:
        _check_target("log_stream.webhook", stream.webhook, outbound_allow)
        _check_secret("log_stream.secret", stream.secret)


def _check_organisation(organisation: Organisation) -> None:
    try:
        name = shown_text(organisation.name)
    except UnshowableTextError:
        name = ""
    if not 0 < len(name) <= LONGEST_NAME:
        raise _refusal(
            "organisation.name", f"must be 1 to {LONGEST_NAME} letters, without line breaks."
        )
    region = organisation.default_region
    if region is not None and not is_country(region):
        raise _refusal("organisation.default_region", no_country(region))
    if organisation.default_language not in LANGUAGES:
        raise _refusal(
            "organisation.default_language",
            f"{organisation.default_language!r} is none of {', '.join(LANGUAGES)}.",
        )
    for domain in organisation.domains:
        if not DOMAIN.fullmatch(domain):
            raise _refusal("organisation.domains", f"{domain!r} is no domain in small letters.")
    mail = organisation.help_desk_mail
    if mail is not None and deliverable(mail) is None:
        raise _refusal("organisation.help_desk_mail", f"{mail!r} is no mail address.")


def _check_smtp(smtp: Smtp) -> None:
    if smtp.security is SmtpSecurity.NONE and smtp.host not in LOOPBACK:
        raise _refusal("smtp.security", "may be none only for a server on this machine.")
    if (smtp.user is None) != (smtp.password is None):
        missing = "smtp.user" if smtp.user is None else "smtp.password"
        raise _refusal(missing, "is missing: a user and a password go together.")
    if deliverable(smtp.sender.rpartition("<")[2].removesuffix(">")) is None:
        raise _refusal("smtp.sender", f"{smtp.sender!r} is no mail address.")


def _check_texts(texts: Texts, outbound_allow: Collection[str]) -> None:
    if not texts.carriers:
        raise _refusal("texts.webhook", "is missing, and so are texts.kannel, smpp and twilio.")
    if (texts.webhook is None) != (texts.secret is None):
        missing = "texts.webhook" if texts.webhook is None else "texts.secret"
        raise _refusal(missing, "is missing: a webhook and a secret go together.")
    set_up = replace(texts, order=None).carriers
    for carrier in texts.carriers:
        if carrier not in set_up or texts.carriers.count(carrier) > 1:
            raise _refusal("texts.order", f"names {carrier}, which is not set up, or named twice.")
    if texts.webhook is not None:
        _check_target("texts.webhook", texts.webhook, outbound_allow)
    if texts.secret is not None:
        _check_secret("texts.secret", texts.secret)
    if texts.kannel is not None:
        _check_kannel(texts.kannel, outbound_allow)
    if texts.smpp is not None:
        _check_smpp(texts.smpp, outbound_allow)
    if texts.twilio is not None:
        _check_twilio("texts", texts.twilio, texts.sender, "texts.sender", outbound_allow)
    _check_countries("texts.countries", texts.countries)
    _check_prices("texts.prices", texts.prices)
    _check_shown("texts.sender", texts.sender)


def _check_kannel(kannel: Kannel, outbound_allow: Collection[str]) -> None:
    _check_target("texts.kannel.url", kannel.url, outbound_allow)
    _check_shown("texts.kannel.user", kannel.user)
    _check_shown("texts.kannel.sender", kannel.sender)
    password = kannel.password.reveal()
    if not (password.isascii() and password.isprintable()):
        raise _refusal("texts.kannel.password", "may hold ASCII letters, digits and signs only.")


def _check_smpp(smpp: Smpp, outbound_allow: Collection[str]) -> None:
    if not is_allowed(smpp.host, smpp.port, {host.lower() for host in outbound_allow}):
        place = f"{smpp.host}:{smpp.port}"
        fix = f'For example: outbound_allow = ["{place}"]'
        raise SettingsError("texts.smpp.host", f"{place} is not in outbound_allow.", fix)
    _check_shown("texts.smpp.user", smpp.user)
    _check_shown("texts.smpp.sender", smpp.sender)
    password = smpp.password.reveal()
    if not (password.isascii() and password.isprintable() and len(password) <= LONGEST_PASSWORD):
        raise _refusal("texts.smpp.password", "may hold 64 ASCII letters, digits and signs only.")


def _check_calls(calls: Calls, outbound_allow: Collection[str]) -> None:
    if calls.webhook is None and calls.twilio is None:
        raise _refusal("calls.webhook", "is missing, and so is calls.twilio.")
    if (calls.webhook is None) != (calls.secret is None):
        missing = "calls.webhook" if calls.webhook is None else "calls.secret"
        raise _refusal(missing, "is missing: a webhook and a secret go together.")
    if calls.webhook is not None:
        _check_target("calls.webhook", calls.webhook, outbound_allow)
    if calls.secret is not None:
        _check_secret("calls.secret", calls.secret)
    if calls.twilio is not None:
        _check_twilio("calls", calls.twilio, calls.caller, "calls.caller", outbound_allow)
    _check_countries("calls.countries", calls.countries)
    _check_prices("calls.prices", calls.prices)
    _check_shown("calls.caller", calls.caller)


def _check_twilio(
    section: str,
    twilio: Twilio,
    sender: str | None,
    named: str,
    outbound_allow: Collection[str],
) -> None:
    _check_target(f"{section}.twilio.url", twilio.url, outbound_allow)
    if sender is None:
        raise _refusal(named, "is missing: Twilio sends from a number of the account.")


def _check_target(setting: str, url: str, outbound_allow: Collection[str]) -> None:
    try:
        check_url(url, allow=outbound_allow)
    except ForbiddenTargetError as error:
        raise _refusal(setting, f"{error.reason}.") from error


def _check_secret(setting: str, secret: Secret[str]) -> None:
    if len(secret.reveal()) < SHORTEST_SECRET:
        raise _refusal(setting, f"is shorter than {SHORTEST_SECRET} letters.")


def _check_countries(setting: str, countries: Collection[str] | None) -> None:
    for country in sorted(countries or ()):
        if not is_country(country):
            raise _refusal(setting, no_country(country))


def _check_prices(setting: str, told: Collection[str]) -> None:
    try:
        prices(told)
    except ValueError as error:
        raise _refusal(setting, str(error)) from error


def _check_shown(setting: str, value: str | None) -> None:
    """Refuse text that is not allowed in a header or not shown by every phone."""
    if value is not None and not (value.isascii() and value.isprintable()):
        raise _refusal(setting, f"{value!r} may hold ASCII letters, digits and signs only.")


def _is_host_with_port(text: str) -> bool:
    try:
        return Listen.of(text).port > 0
    except ValueError:
        return False


def _refusal(setting: str, problem: str) -> SettingsError:
    return SettingsError(setting, problem, f"For example: {EXAMPLES[setting]}")
