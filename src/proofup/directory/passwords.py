"""Passwords: the rules for new ones, and the stored credential.

Rules after NIST SP 800-63B-4, *Password Verifiers*: length counts, composition does not, common
passwords are refused, every character is kept. An adapter hashes, because hashing is slow.
"""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from proofup.directory.users import Person
from proofup.values.changes import Change
from proofup.values.errors import ProofupError
from proofup.values.ids import UserId
from proofup.values.secret import Secret

LEAST_ALONE = 15  # code points, if the password alone opens a session
LEAST_WITH_PROOF = 12  # code points, if a second proof is needed as well
MOST_CODE_POINTS = 128  # in UTF-8 never more than 512 bytes


class ForcedChange(StrEnum):
    """The next sign-in demands a new password; the words of Graph's ``passwordProfile``."""

    NEXT_SIGN_IN = "forceChangePasswordNextSignIn"
    NEXT_SIGN_IN_WITH_MFA = "forceChangePasswordNextSignInWithMfa"  # after a second proof


class PasswordCredential(Struct, frozen=True, kw_only=True):
    """The verifier of a password: an Argon2id string over the peppered password.

    For an imported hash, it is the form that ``hashing`` derives from that hash. A temporary
    password is accepted until ``ends_at``.
    """

    user_id: UserId
    verifier: str
    pepper_id: str
    changed_at: datetime
    forced_change: ForcedChange | None = None
    ends_at: datetime | None = None

    def is_over(self, at: datetime) -> bool:
        """Return whether the password was temporary and has expired ``at`` this instant."""
        return self.ends_at is not None and at >= self.ends_at


class Passwords(Protocol):
    """Reads password credentials."""

    async def of_user(self, user_id: UserId) -> PasswordCredential | None:
        """Return the user's password credential, or None where there is no password."""
        ...


class WithoutPassword(Struct, frozen=True):
    """A page of people who have no password, and where the next one begins."""

    people: Sequence[Person]
    after: str | None


class PeopleWithoutPassword(Protocol):
    """Finds people who have no password."""

    async def page(self, *, after: str | None, most: int) -> WithoutPassword:
        """Return up to ``most`` people with an enabled account and no password, by user name."""
        ...

    async def among(self, user_ids: Sequence[UserId]) -> frozenset[UserId]:
        """Return those of these users who have no password."""
        ...


class PasswordHashing(Protocol):
    """Hashes and verifies in a bounded pool of threads. Raises TooBusyError."""

    def require_room(self, credential: PasswordCredential | None = None) -> None:
        """Raise TooBusyError where no more is taken now: before a try is counted, for one.

        ``credential`` is what is to be verified; without one it is about a new hash.
        """
        ...

    async def verify(self, password: Secret[str], credential: PasswordCredential | None) -> bool:
        """Return whether ``password`` matches the credential.

        Without a credential it verifies a dummy, to take the same time, and returns False.
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
    """Stores a credential in place of the one before.

    With ``is_first`` it raises AlreadySpentError where there is one.
    """

    credential: PasswordCredential
    is_first: bool = False


class ForceChange(Change, frozen=True, kw_only=True):
    """Demands a new password at the next sign-in. Raises StaleError where there is no password."""

    user_id: UserId
    forced_change: ForcedChange


class UnacceptablePasswordError(ProofupError):
    """A new password may not be this one.

    ``reason`` is ``too short``, ``too long``, ``common``, ``context`` or ``same``; ``least`` is how
    many characters are wanted.
    """

    def __init__(self, reason: str, least: int) -> None:
        super().__init__(reason, least)
        self.reason = reason
        self.least = least


class CommonPasswords(Protocol):
    """The set of common passwords."""

    def __contains__(self, password: str) -> bool:
        """Return whether ``password``, in lower case, is in the set."""
        ...


def can_be_password(typed: str) -> bool:
    """Return whether ``typed`` is short enough to be hashed; longer input is refused."""
    return len(typed) <= MOST_CODE_POINTS


def normal_password(typed: str) -> str:
    """Return ``typed`` in the form that is hashed: NFKC, nothing trimmed."""
    return unicodedata.normalize("NFKC", typed)


def least_characters(*, alone: bool) -> int:
    """Return the least length of a new password; ``alone`` means without a second proof."""
    return LEAST_ALONE if alone else LEAST_WITH_PROOF


def context_words(user_principal_name: str, organisation: str) -> frozenset[str]:
    """Return the words that a user's password must not consist of."""
    return frozenset({user_principal_name.partition("@")[0], organisation, "proofup"})


def check_new_password(
    typed: str, *, alone: bool, context: frozenset[str], common: CommonPasswords
) -> None:
    """Raise UnacceptablePasswordError unless ``typed`` may become a password.

    ``alone`` says that there is no second proof. ``context`` holds words that it must not consist
    of, such as the user's name and the organisation's.
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
