"""Where a person signs in to: an application that sent them, or this service."""

from typing import Protocol

from proofup.tokens.application import Application


class Destinations(Protocol):
    """Finds the application that waits behind the page to which a sign-in returns."""

    async def behind(self, page: str | None) -> Application | None:
        """Return the application that waits at ``page``, or None for a page of the service."""
        ...
