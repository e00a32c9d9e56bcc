"""What an application offers to others: which app roles and scopes it may have."""

import re
from collections.abc import Sequence

from proofup.tokens.application import AppRole, ExposedScope
from proofup.values.errors import ProofupError

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LETTERS = re.compile(r"[0-9A-Za-z!#$%&'()*+,\-./:;=?@\[\]^_{}~]{1,120}")
MEMBERS = frozenset({"User", "Application"})


class InvalidOfferError(ProofupError):
    """An app role or a scope cannot be offered; ``reason`` says why."""

    def __init__(self, value: str, reason: str) -> None:
        super().__init__(value, reason)
        self.value = value
        self.reason = reason


def checked_roles(roles: Sequence[AppRole]) -> None:
    """Refuse app roles that tokens could not name. Raises InvalidOfferError."""
    for one in roles:
        if not one.members or not one.members <= MEMBERS:
            raise InvalidOfferError(one.value, "nobody could have it")
    _check(roles)


def checked_scopes(scopes: Sequence[ExposedScope]) -> None:
    """Refuse scopes that clients could not ask for. Raises InvalidOfferError."""
    _check(scopes)


def _check(offers: Sequence[AppRole] | Sequence[ExposedScope]) -> None:
    ids, values = set[str](), set[str]()
    for one in offers:
        if not GUID.fullmatch(one.id):
            raise InvalidOfferError(one.value, "its id is no GUID")
        if not LETTERS.fullmatch(one.value) or one.value.startswith("."):
            raise InvalidOfferError(one.value, "letters")
        if one.id in ids or one.value.lower() in values:
            raise InvalidOfferError(one.value, "twice")
        ids.add(one.id)
        values.add(one.value.lower())
