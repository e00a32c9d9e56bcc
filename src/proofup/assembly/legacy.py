"""Builds the door of servers that speak old protocols."""

from proofup.authentication.ports import Ports
from proofup.config.settings import Settings
from proofup.legacy.door import Legacy
from proofup.web.mount import Mount


def legacy_doors(settings: Settings, ports: Ports) -> list[Mount]:
    """Return the door, or nothing where no server has a secret."""
    return [Legacy(ports, settings.legacy.secret).door()] if settings.legacy else []
