"""All settings with their types and safe defaults; ``docs/operators/settings.md`` explains each."""

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from proofup.config.addresses import Listen
from proofup.directory.organisation import Organisation
from proofup.methods.declaration import Carrier
from proofup.values.secret import Secret
from proofup.web.public_url import PublicUrl

Network: TypeAlias = IPv4Network | IPv6Network
Filled: TypeAlias = Annotated[str, Meta(min_length=1)]
Port: TypeAlias = Annotated[int, Meta(ge=1, le=65535)]
Count: TypeAlias = Annotated[int, Meta(ge=0)]
Money: TypeAlias = Annotated[float, Meta(ge=0, le=1_000_000)]

OtherLine: TypeAlias = Literal["personal", "tollFree", "global"]

DEFAULT_LISTEN = (Listen("127.0.0.1", 8080),)


class SmtpSecurity(StrEnum):
    """How the connection to the mail server is kept private."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"  # only to a server on this machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """The mail server that takes our mails."""

    host: Filled
    port: Port = 587
    security: SmtpSecurity = SmtpSecurity.STARTTLS
    user: str | None = None
    password: Secret[str] | None = None
    sender: Filled


@dataclass(frozen=True, slots=True, kw_only=True)
class Kannel:
    """The organisation's own Kannel: the address of ``sendsms``, and the account there."""

    url: Filled
    user: Filled
    password: Secret[str]
    sender: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Twilio:
    """An account at Twilio; ``url`` is that of its API, in the region of the account."""

    account: Annotated[str, Meta(pattern="^AC[0-9a-f]{32}$")]
    token: Secret[str]
    url: Filled = "https://api.twilio.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Smpp:
    """The account at an operator that takes texts by SMPP."""

    host: Filled
    port: Port = 2775
    tls: bool = False
    user: Annotated[str, Meta(min_length=1, max_length=15)]
    password: Secret[str]
    system_type: Annotated[str, Meta(max_length=12)] = ""
    sender: str | None = None


class TextCarrier(StrEnum):
    """The carriers that can take texts."""

    KANNEL = "kannel"
    SMPP = "smpp"
    WEBHOOK = "webhook"
    TWILIO = "twilio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The carriers that take our texts, in which order, and what texts may cost."""

    order: tuple[TextCarrier, ...] | None = None
    webhook: Filled | None = None
    secret: Secret[str] | None = None
    sender: str | None = None
    kannel: Kannel | None = None
    smpp: Smpp | None = None
    twilio: Twilio | None = None
    countries: frozenset[str] | None = None
    lines: frozenset[OtherLine] = frozenset()
    per_day: Count = 10_000
    per_day_and_country: Count = 2_000
    price: Money = 0.0
    prices: tuple[str, ...] = ()
    spend_per_day: Money | None = None
    spend_per_day_and_country: Money | None = None

    @property
    def carriers(self) -> tuple[TextCarrier, ...]:
        """The carriers in the order in which they are tried: ``order``, or all that are set up."""
        if self.order is not None:
            return self.order
        is_set_up = {
            TextCarrier.KANNEL: self.kannel,
            TextCarrier.SMPP: self.smpp,
            TextCarrier.WEBHOOK: self.webhook,
            TextCarrier.TWILIO: self.twilio,
        }
        return tuple(carrier for carrier, found in is_set_up.items() if found is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """The carrier that takes our calls, a webhook or Twilio, and what they may cost."""

    webhook: Filled | None = None
    secret: Secret[str] | None = None
    twilio: Twilio | None = None
    caller: str | None = None
    countries: frozenset[str] | None = None
    lines: frozenset[OtherLine] = frozenset()
    per_day: Count = 2_000
    per_day_and_country: Count = 500
    price: Money = 0.0
    prices: tuple[str, ...] = ()
    spend_per_day: Money | None = None
    spend_per_day_and_country: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashing:
    """The cost of checking one password; at least 19 MiB and 2 passes."""

    memory_mib: Annotated[int, Meta(ge=19, le=1024)] = 64
    passes: Annotated[int, Meta(ge=2, le=20)] = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkeys:
    """The metadata by which authenticators prove their model, and the root that signed them."""

    metadata: Path
    metadata_root: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """The token that grants access to the metrics."""

    token: Secret[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogStreamed:
    """Where every entry of the audit log is sent as a line of JSON."""

    standard_output: bool = False
    webhook: Filled | None = None
    secret: Secret[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Legacy:
    """The secret of servers that speak old protocols and ask about app passwords."""

    secret: Secret[str]


class LogLevel(StrEnum):
    """The lowest level that is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings. ``folder`` is the folder of the settings file."""

    folder: Path
    public_url: PublicUrl
    listen: tuple[Listen, ...] = DEFAULT_LISTEN
    database: Secret[str]
    key_file: Path
    organisation: Organisation
    trusted_proxies: tuple[Network, ...] = ()
    outbound_allow: tuple[str, ...] = ()
    smtp: Smtp | None = None
    texts: Texts | None = None
    calls: Calls | None = None
    hashing: Hashing = field(default_factory=Hashing)
    passkeys: Passkeys | None = None
    metrics: Metrics | None = None
    log_stream: LogStreamed | None = None
    legacy: Legacy | None = None
    log_level: LogLevel = LogLevel.INFO

    @property
    def carriers(self) -> frozenset[Carrier]:
        """The carriers that are set up."""
        found = {
            Carrier.TEXTS: self.texts,
            Carrier.CALLS: self.calls,
            Carrier.MAILS: self.smtp,
        }
        return frozenset(carrier for carrier, settings in found.items() if settings)
