"""Passwords: what may be one, and what is stored of it.

Rules after NIST SP 800-63B-4, *Password Verifiers*: length counts, composition does not, common
words are refused, every character is kept. Hashing itself is an adapter's, for it takes a core
for a while.
"""

import unicodedata
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from proofup.values.changes import Change
from proofup.values.errors import ProofupError
from proofup.values.ids import UserId
from proofup.values.secret import Secret

LEAST_ALONE = 15  # code points, where the password alone may open a session
LEAST_WITH_PROOF = 12  # where a second proof is asked for as well
MOST_CODE_POINTS = 128  # in UTF-8 never more than 512 bytes


class PasswordCredential(Struct, frozen=True, kw_only=True):
    """The verifier of a password: an Argon2id string over the peppered password.

    Of a hash that another system made it is what hashing can recognise that one by.
    """

    user_id: UserId
    verifier: str
    pepper_id: str
    changed_at: datetime


class Passwords(Protocol):
    """Reads password credentials."""

    async def of_user(self, user_id: UserId) -> PasswordCredential | None:
        """Return the user's password credential, or None where there is no password."""
        ...


class PasswordHashing(Protocol):
    """Hashes and verifies, some time later, in bounded threads. Raises TooBusyError."""

    def require_room(self, credential: PasswordCredential | None = None) -> None:
        """Raise TooBusyError where no more is taken now: before a try is counted, for one.

        ``credential`` is what is to be verified; without one it is about a new hash.
        """
        ...

    async def verify(self, password: Secret[str], credential: PasswordCredential | None) -> bool:
        """Tell whether ``password`` is the credential's.

        Without a credential it takes the same time over a dummy and answers False.
        """
        ...

    async def hash(
        self, user_id: UserId, password: Secret[str], *, at: datetime
    ) -> PasswordCredential:
        """Return a new credential for ``password``."""
        ...

    def outdated(self, credential: PasswordCredential, password: Secret[str]) -> bool:
        """Tell whether the credential should be hashed anew of ``password``, which is right."""
        ...


class SetPassword(Change, frozen=True, kw_only=True):
    """Stores a credential in place of the one before."""

    credential: PasswordCredential


class UnacceptablePasswordError(ProofupError):
    """A new password may not be this one.

    ``reason`` is ``too short``, ``too long``, ``common`` or ``context``; ``least`` is how many
    characters are wanted.
    """

    def __init__(self, reason: str, least: int) -> None:
        super().__init__(reason, least)
        self.reason = reason
        self.least = least


class CommonPasswords(Protocol):
    """Knows the passwords that everybody tries first."""

    def __contains__(self, password: str) -> bool:
        """Tell whether ``password``, folded to lower case, is among them."""
        ...


def can_be_password(typed: str) -> bool:
    """Tell whether ``typed`` is short enough to be looked at at all; what is not is refused."""
    return len(typed) <= MOST_CODE_POINTS


def normal_password(typed: str) -> str:
    """Return ``typed`` as it is hashed: NFKC, once, nothing trimmed."""
    return unicodedata.normalize("NFKC", typed)


def least_characters(*, alone: bool) -> int:
    """Return how many characters a new password needs; ``alone`` with no second proof beside it."""
    return LEAST_ALONE if alone else LEAST_WITH_PROOF


def context_words(user_principal_name: str, organisation: str) -> frozenset[str]:
    """Return the words of which somebody's password must not consist."""
    return frozenset({user_principal_name.partition("@")[0], organisation, "proofup"})


def check_new_password(
    typed: str, *, alone: bool, context: frozenset[str], common: CommonPasswords
) -> None:
    """Raise UnacceptablePasswordError unless ``typed`` may become a password.

    ``alone`` says that no second proof stands beside it; ``context`` holds words it must not
    consist of, such as the user's name and the organisation's.
    """
    least = least_characters(alone=alone)
    if not can_be_password(typed):
        raise UnacceptablePasswordError("too long", least)
    password = normal_password(typed)
    if len(password) < least:
        raise UnacceptablePasswordError("too short", least)
    folded = password.casefold()
    if folded in common:
        raise UnacceptablePasswordError("common", least)
    rest = folded
    words = (normal_password(word).casefold() for word in context if word)
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(rest) < least // 2:
        raise UnacceptablePasswordError("context", least)
