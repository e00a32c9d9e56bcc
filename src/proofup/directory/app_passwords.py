"""App passwords: for programs that ask for a user name and a password, and for nothing else.

The service draws them, and shows each once. They open mail and the like by old protocols, and
never a page or an API. They are long and random, so one keyed digest of them is safe, and a mail
client that signs in every minute costs no slow hash.
"""

import hmac
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeAlias

from msgspec import Struct

from proofup.values.changes import Change
from proofup.values.errors import InvalidInputError
from proofup.values.ids import AppPasswordId, Entropy, UserId
from proofup.values.secret import Secret
from proofup.values.shown_text import UnshowableTextError, shown_text

MOST_OF_USER = 40
LONGEST_NAME = 64  # letters
LENGTH = 26  # letters a to z: 122 bit
GROUP = 4  # letters between two spaces, as it is shown
LETTERS = "abcdefghijklmnopqrstuvwxyz"
LONGEST_TYPED = 128  # with whatever a program puts between the letters


class Digest(Struct, frozen=True):
    """A keyed digest of an app password, and the id of its key."""

    key_id: str
    value: bytes


Digests: TypeAlias = Callable[[UserId, Secret[str]], Sequence[Digest]]
"""Returns the digests of a user's app password under every key, the key in use first."""


class AppPassword(Struct, frozen=True, kw_only=True):
    """An app password of a user, by the name that they gave it.

    ``last_used_for`` is the protocol by which a program last signed in, as its server names it,
    and ``last_used_from`` the program's address. Of uses that are alike one an hour is noted.
    """

    id: AppPasswordId
    user_id: UserId
    name: str
    digest: Digest
    created_at: datetime
    last_used_at: datetime | None = None
    last_used_for: str | None = None
    last_used_from: str | None = None

    def is_one_of(self, digests: Sequence[Digest]) -> bool:
        """Tell whether one of ``digests`` is this password's."""
        return any(hmac.compare_digest(self.digest.value, one.value) for one in digests)


class AppPasswords(Protocol):
    """Reads app passwords."""

    async def of_user(self, user_id: UserId) -> Sequence[AppPassword]:
        """Return all of a user, oldest first."""
        ...


class AddAppPassword(Change, frozen=True, kw_only=True):
    """Stores a new app password.

    Raises InvalidInputError: ``taken`` is the name, or there are ``tooMany`` of the user's.
    """

    new: AppPassword


class UseAppPassword(Change, frozen=True, kw_only=True):
    """Stores when and for what ``used`` was last used, and its digest under the key in use.

    Raises StaleError if it was deleted.
    """

    used: AppPassword


class DeleteAppPassword(Change, frozen=True, kw_only=True):
    """Deletes one of the user's. Raises StaleError if it is gone."""

    user_id: UserId
    app_password_id: AppPasswordId


class DeleteAppPasswords(Change, frozen=True, kw_only=True):
    """Deletes all of the user's."""

    user_id: UserId


def drawn_app_password(entropy: Entropy) -> Secret[str]:
    """Return a new app password, without spaces."""
    number = int.from_bytes(entropy(2 * LENGTH), "big")  # so many bits that modulo favours none
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return Secret("".join(letters))


def in_groups(password: Secret[str]) -> str:
    """Return the letters in groups, as they are shown this once."""
    letters = password.reveal()
    return " ".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def typed_app_password(typed: Secret[str]) -> Secret[str] | None:
    """Return what was typed without spaces and in lower case; None if it is no app password."""
    if len(typed.reveal()) > LONGEST_TYPED:
        return None
    letters = "".join(typed.reveal().split()).lower()
    return Secret(letters) if len(letters) == LENGTH and set(letters) <= set(LETTERS) else None


def checked_app_name(typed: str) -> str:
    """Return the name of an app password. Raises InvalidInputError: empty, too long, unshowable."""
    try:
        name = shown_text(typed)
    except UnshowableTextError as error:
        raise InvalidInputError("unshowable") from error
    if not name:
        raise InvalidInputError("empty")
    if len(name) > LONGEST_NAME:
        raise InvalidInputError("tooLong")
    return name
