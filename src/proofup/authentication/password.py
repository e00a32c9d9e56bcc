"""The first factor: counted, then checked, in the same time for every name, known or not."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from proofup.authentication.failing import failed
from proofup.authentication.password_counting import Counted, count_password
from proofup.authentication.ports import Ports
from proofup.authentication.signin import AdvanceSignIn, SignIn
from proofup.directory.passwords import PasswordCredential, SetPassword, can_be_password
from proofup.directory.users import RequireEpoch
from proofup.notices.notifying import Notification, warning
from proofup.policy import figures
from proofup.policy.giving_back import GiveBack
from proofup.policy.proofs import Proofs
from proofup.policy.subscriber import Subscriber
from proofup.values.changes import Change
from proofup.values.errors import LimitReachedError, TooBusyError
from proofup.values.ids import UserId
from proofup.values.secret import Secret


class PasswordRefusal(StrEnum):
    """Why a password did not pass."""

    WRONG = "wrong"  # or the name is unknown or has no password: the same text for all
    TOO_LONG = "tooLong"
    PAUSED = "paused"
    KNOWN_BROWSERS_ONLY = "knownBrowsersOnly"  # until a right password in one of them
    DISABLED = "disabled"  # only shown after the right password, as is the next
    TEMPORARY_OVER = "temporaryOver"


class PasswordRefused(Struct, frozen=True, kw_only=True):
    """The password did not pass; ``until`` ends a pause."""

    because: PasswordRefusal
    until: datetime | None = None


class PasswordRight(Struct, frozen=True, kw_only=True):
    """The password is right, and nothing is written yet.

    ``sign_in`` has its first factor, and ``changes`` store it if the account is unchanged.
    ``subscriber`` is the person.
    """

    sign_in: SignIn
    subscriber: Subscriber
    changes: Sequence[Change]


PasswordOutcome: TypeAlias = SignIn | PasswordRefused


async def submit_password(
    ports: Ports,
    sign_in: SignIn,
    password: Secret[str],
    *,
    browser: str | None = None,
    at: datetime,
) -> PasswordOutcome:
    """Return the sign-in with its first factor met, or why it is not.

    As ``check_password``, and what is right is written when this returns. Raises RevokedError,
    and StaleError where another request was first.
    """
    found = await check_password(ports, sign_in, password, browser=browser, at=at)
    if isinstance(found, PasswordRefused):
        return found
    await write(ports, found)
    return replace(found.sign_in, revision=sign_in.revision + 1)


async def write(ports: Ports, right: PasswordRight) -> None:
    """Write that a password was right."""
    epoch = RequireEpoch(user_id=right.subscriber.person.user.id, epoch=right.sign_in.epoch)
    await ports.room.commit(epoch, *right.changes)


async def check_password(
    ports: Ports,
    sign_in: SignIn,
    password: Secret[str],
    *,
    browser: str | None = None,
    at: datetime,
) -> PasswordRight | PasswordRefused:
    """Return what a right password changes, or why it is not right, which is recorded.

    ``browser`` is the token by which a browser shows that the account has signed in in it.

    Raises TooBusyError where too many passwords wait to be checked. No try is counted then, for an
    overload must not use up the user's attempts.
    """
    if not can_be_password(password.reveal()):
        return PasswordRefused(because=PasswordRefusal.TOO_LONG)
    credential = await ports.passwords.of_user(sign_in.user_id) if sign_in.user_id else None
    ports.hashing.require_room(credential)
    try:
        counted = await count_password(ports, sign_in, password, browser, at=at)
    except LimitReachedError as limit:
        return _paused(limit)
    try:
        right = await ports.hashing.verify(password, credential)
    except TooBusyError:  # others came in between: what was not judged was no try
        await ports.room.commit(GiveBack(charges=counted.charges, at=at))
        raise
    if not right or sign_in.user_id is None or credential is None:
        await ports.room.commit(*await _wrong(ports, sign_in, counted, at=at))
        return PasswordRefused(because=PasswordRefusal.WRONG)
    subscriber = await ports.subscribers.of(sign_in.user_id)
    if subscriber is None or not subscriber.person.account.enabled:
        await ports.room.commit(await failed(ports, sign_in, "accountDisabled", at=at))
        return PasswordRefused(because=PasswordRefusal.DISABLED)
    if credential.is_over(at):
        await ports.room.commit(await failed(ports, sign_in, "temporaryPasswordOver", at=at))
        return PasswordRefused(because=PasswordRefusal.TEMPORARY_OVER)
    advanced = replace(sign_in, proofs=Proofs(first_at=at), forced_change=credential.forced_change)
    return PasswordRight(
        sign_in=advanced,
        subscriber=subscriber,
        changes=(
            AdvanceSignIn(sign_in=advanced),
            *counted.when_right,
            *await _rehashed(ports, sign_in.user_id, password, credential, at=at),
        ),
    )


def _paused(limit: LimitReachedError) -> PasswordRefused:
    if limit.limit == figures.PASSWORD_IN_A_ROW.name:
        return PasswordRefused(because=PasswordRefusal.KNOWN_BROWSERS_ONLY, until=limit.until)
    return PasswordRefused(because=PasswordRefusal.PAUSED, until=limit.until)


async def _wrong(
    ports: Ports, sign_in: SignIn, counted: Counted, *, at: datetime
) -> tuple[Change, ...]:
    """Return the changes of a wrong password; the owner is told of the last one in a row."""
    whose = sign_in.user_id if counted.in_a_row is not None else None
    person = await ports.people.by_id(whose) if whose else None
    if person is None:
        return (await failed(ports, sign_in, "wrongPassword", at=at),)
    notification = Notification(
        user=person.user,
        correlation_id=sign_in.correlation_id,
        client=sign_in.client,
        language=sign_in.language,
    )
    facts = {"tries": str(counted.in_a_row)}
    return (
        await failed(ports, sign_in, "wrongPasswordsInARow", at=at),
        *warning(ports.room.notifier, notification, "password-guessed", facts, at=at),
    )


async def _rehashed(
    ports: Ports,
    user_id: UserId,
    password: Secret[str],
    credential: PasswordCredential,
    *,
    at: datetime,
) -> tuple[Change, ...]:
    """Return a new hash of the credential if its parameters are outdated."""
    if not ports.hashing.outdated(credential, password):
        return ()
    try:
        fresh = await ports.hashing.hash(user_id, password, at=at)
    except TooBusyError:
        return ()  # the next sign-in will do it
    rehashed = replace(credential, verifier=fresh.verifier, pepper_id=fresh.pepper_id)
    return (SetPassword(credential=rehashed),)
