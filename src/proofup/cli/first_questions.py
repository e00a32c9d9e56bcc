"""What ``proofup init`` asks in a terminal: whatever the options have not told."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from proofup.cli.asking import Questions
from proofup.cli.first_settings import mail_server, refused_value
from proofup.policy.rule_choices import Demand

POSTGRESQL = """\
  One node can use SQLite. For PostgreSQL, type on its server, once:
    sudo -u postgres psql -c 'CREATE ROLE proofup LOGIN' -c 'CREATE DATABASE proofup OWNER proofup'
  Then answer postgresql:///proofup if that server is on this machine (the role has the name of the
  system user), else postgresql://proofup:PASSWORD@HOST/proofup for a role with a password."""
# What a carrier of texts needs; secrets are typed unseen.
CARRIERS: Mapping[str, tuple[str, ...]] = {
    "none": (),
    "webhook": ("texts.webhook",),
    "kannel": ("texts.kannel.url", "texts.kannel.user", "texts.kannel.password", "texts.sender"),
    "smpp": ("texts.smpp.host", "texts.smpp.user", "texts.smpp.password", "texts.sender"),
    "twilio": ("texts.twilio.account", "texts.twilio.token", "texts.sender"),
}
CALLED = ("texts.webhook", "texts.kannel.url")
HIDDEN = ("password", "token", "secret")
PUBLIC = "https://"
NEVER = "none"


def ask_administrator(arguments: argparse.Namespace, questions: Questions) -> None:
    """Ask who the first administrator is."""
    if not arguments.admin:
        arguments.admin = questions.ask("User name of the administrator, like kim@example.org")
        mail = questions.ask("Mail address of that person", NEVER)
        arguments.admin_mail = arguments.admin_mail or (None if mail == NEVER else mail)


def ask_rules(arguments: argparse.Namespace, questions: Questions) -> None:
    """Ask who must have a second proof."""
    if arguments.demand is None:
        questions.tell("  Administrators must have a second proof from the start.")
        choices = (Demand.EVERYONE.value, Demand.PER_USER.value)
        arguments.demand = questions.choose("Who else must have one", choices)
    if arguments.demand == Demand.EVERYONE and arguments.grace_days is None:
        days = questions.ask("Days for which people may postpone it", "14", _whole)
        arguments.grace_days = int(days)


class SettingsAsked:
    """Asks for the settings that are not ``told`` yet, and adds them."""

    def __init__(self, told: dict[str, str], folder: Path, questions: Questions) -> None:
        self._told = told
        self._folder = folder
        self._questions = questions

    def ask_all(self) -> None:
        """Ask about the service, mail and texts."""
        self._ask("organisation.name", "Name of the organisation")
        self._ask("public_url", "Public address, like https://id.example.org")
        if "database" not in self._told:
            self._questions.tell(POSTGRESQL)
        self._ask("database", "Database", NEVER)
        if self._told["public_url"].startswith(PUBLIC):
            self._ask("trusted_proxies", "Addresses of the proxies in front", "127.0.0.1")
        self._ask("organisation.default_region", "Country of your phone numbers, like GB", NEVER)
        self._ask_mail()
        if not any(name.startswith("texts.") for name in self._told):
            self._ask_texts()

    def _ask_mail(self) -> None:
        self._ask("smtp.host", "Mail server, host or host:port", NEVER)
        if "smtp.host" in self._told:
            self._ask("smtp.sender", "Sender of mails, like no-reply@example.org")
            self._ask("smtp.user", "Account at the mail server", NEVER)
        if "smtp.user" in self._told:
            self._ask("smtp.password", "Password of that account")

    def _ask_texts(self) -> None:
        carrier = self._questions.choose("Carrier of texts", tuple(CARRIERS))
        for name in CARRIERS[carrier]:
            self._ask(name, name)

    def _ask(self, name: str, question: str, default: str | None = None) -> None:
        if name in self._told:
            return
        if name.endswith(HIDDEN):
            self._told[name] = self._questions.secret(question, self._judge(name))
            return
        answer = self._questions.ask(question, default, self._judge(name))
        if answer != NEVER:
            self._told.update(self._values(name, answer))

    def _judge(self, name: str) -> Callable[[str], str | None]:
        def judged(answer: str) -> str | None:
            if answer == NEVER:
                return None
            told = self._told | self._values(name, answer)
            refused = refused_value(self._folder, told, name)
            return f"{refused.problem} {refused.fix}" if refused else None

        return judged

    def _values(self, name: str, answer: str) -> dict[str, str]:
        """Return the settings in an answer; a carrier in the own network may be called."""
        if name == "smtp.host":
            return mail_server(answer)
        if name == "texts.smpp.host":
            allowed = filter(None, (self._told.get("outbound_allow"), answer))
            return {name: answer, "outbound_allow": ",".join(allowed)}
        parts = urlsplit(answer)
        if name not in CALLED or not parts.netloc or (parts.scheme == "https" and not parts.port):
            return {name: answer}
        allowed = filter(None, (self._told.get("outbound_allow"), parts.netloc))
        return {name: answer, "outbound_allow": ",".join(allowed)}


def _whole(answer: str) -> str | None:
    is_good = answer.isascii() and answer.isdecimal() and int(answer) <= 365  # noqa: PLR2004
    return None if is_good else "Answer with a number from 0 to 365."
