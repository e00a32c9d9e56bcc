"""The organisation whose people these are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """The organisation's data on pages and in messages, and its domains for OAuth clients."""

    name: str
    help_desk_phone: str | None = None
    help_desk_hours: str | None = None
    help_desk_mail: str | None = None
    default_region: str | None = None
    default_language: str = "en"
    domains: tuple[str, ...] = ()
