"""What a new service still lacks, as ``proofup init`` says at its end."""

from collections.abc import Iterator

from msgspec import Struct

from proofup.config.settings import Settings


class Lack(Struct, frozen=True):
    """What is missing, and what to do about it."""

    what: str
    fix: str


def still_missing(settings: Settings) -> Iterator[Lack]:
    """Yield what is missing, the most urgent first."""
    yield Lack("a copy of the key file elsewhere", f"without {settings.key_file} no data is read")
    if settings.public_url.is_secure and not settings.trusted_proxies:
        yield Lack("the proxy that speaks TLS", "name its address in trusted_proxies")
    if settings.smtp is None:
        yield Lack("mail", "set smtp.host and smtp.sender, so that people hear of changes")
    if settings.texts is None:
        yield Lack("a carrier of texts", "docs/carriers; until then people register an app")
    else:
        yield Lack("a first text", "send one with `proofup carrier test +NUMBER`")
    if settings.texts is not None and settings.texts.webhook:
        yield Lack("the secret at the carrier", "give it texts.secret of the settings")
    if settings.organisation.default_region is None:
        yield Lack("the country of numbers", "set organisation.default_region")
    if settings.organisation.help_desk_phone is None:
        yield Lack("the help desk", "set organisation.help_desk_phone, which pages and mails name")
    yield Lack("people", "bring them with `proofup import users FILE`")
