"""Consents: what a person allowed an application to do for them."""

from collections.abc import Mapping
from typing import Protocol

from proofup.values.changes import Change
from proofup.values.ids import ApplicationId, UserId


class Consents(Protocol):
    """Reads consents."""

    async def of(self, user_id: UserId, application_id: ApplicationId) -> frozenset[str]:
        """Return the scopes that the person allowed, as ``scope_key`` writes them."""
        ...

    async def of_user(self, user_id: UserId) -> Mapping[ApplicationId, frozenset[str]]:
        """Return all consents of the person, by application."""
        ...


class SetConsent(Change, frozen=True, kw_only=True):
    """Stores all that a person allows an application; nothing removes the consent.

    With ``was``, it raises StaleError unless this is what they allow still.
    """

    user_id: UserId
    application_id: ApplicationId
    scopes: frozenset[str]
    was: frozenset[str] | None = None


def scope_key(resource: str, name: str) -> str:
    """Return how a scope is stored: Graph's by its name, another with its resource before it."""
    return f"{resource}/{name}".lower() if resource else name.lower()


def resource_of(key: str) -> str:
    """Return the resource of a scope as it is stored; the empty text is Graph."""
    return key.rpartition("/")[0]
