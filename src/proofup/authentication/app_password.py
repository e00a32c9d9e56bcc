"""A program signs in by an old protocol, with an app password: no second proof follows.

A right one is never refused for what others tried. Guessing is no threat to 122 random bits; the
counters keep the log and the database from filling, and stop nobody's sign-in (security row SE8).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from proofup.audit.entry import Entry
from proofup.audit.events.app_passwords import AppPasswordRefused, AppPasswordUsed
from proofup.audit.events.event import Event
from proofup.authentication.ports import Ports
from proofup.challenges.brakes import count
from proofup.directory.app_passwords import (
    AppPassword,
    Digest,
    UseAppPassword,
    typed_app_password,
)
from proofup.directory.users import Person
from proofup.policy import figures
from proofup.policy.decision import ProofsBlockedError, check_not_blocked
from proofup.policy.limits import Charge
from proofup.values.client import Client
from proofup.values.errors import InvalidNameError, StaleError
from proofup.values.ids import CorrelationId
from proofup.values.names import canonical_name
from proofup.values.secret import Secret

LONGEST_COUNTED = 113  # letters of a name, known or not
NOTED_EACH = timedelta(hours=1)  # a mail program signs in every minute


class ProgramRefusal(StrEnum):
    """Why a program was refused; its server is told no more than that it was."""

    WRONG = "wrong"  # or nobody has the name, or the password is the person's own
    DISABLED = "disabled"
    BLOCKED = "blocked"  # the second proofs of the person, which this would go without


class Attempt(Struct, frozen=True, kw_only=True):
    """What a program brought: ``name`` and ``password`` as typed, and by which ``protocol``.

    ``client`` has the program's address, as its server tells it.
    """

    name: str
    password: Secret[str]
    protocol: str
    client: Client
    correlation_id: CorrelationId


class Right(Struct, frozen=True, kw_only=True):
    """An app password that is right; ``digest`` is the one under the key in use."""

    person: Person
    app_password: AppPassword
    digest: Digest

    def is_new_use(self, attempt: Attempt, *, at: datetime) -> bool:
        """Tell whether the use is unlike the last one that was noted, or an hour later."""
        last = self.app_password
        return (
            last.last_used_at is None
            or at >= last.last_used_at + NOTED_EACH
            or last.last_used_for != attempt.protocol
            or last.last_used_from != attempt.client.address
            or last.digest.key_id != self.digest.key_id
        )

    def used(self, attempt: Attempt, *, at: datetime) -> AppPassword:
        """Return the app password after this use."""
        return replace(
            self.app_password,
            digest=self.digest,
            last_used_at=at,
            last_used_for=attempt.protocol,
            last_used_from=attempt.client.address,
        )


async def sign_in_program(
    ports: Ports, attempt: Attempt, *, at: datetime
) -> Person | ProgramRefusal:
    """Return who signs in, or why nobody does, which is recorded.

    Raises LimitReachedError for a wrong one that is one too many.
    """
    try:
        person = await ports.people.by_name(canonical_name(attempt.name))
    except InvalidNameError:
        person = None
    entry = partial(_entry, attempt, person, at=at)
    found = await _judged(ports, attempt, person, at=at)
    if not isinstance(found, Right):
        await count(ports.room, entry, *await _charges(ports, attempt), at=at)
        event = AppPasswordRefused(protocol=attempt.protocol, because=found.value)
        await ports.room.commit(entry(event))
        return found
    if found.is_new_use(attempt, at=at):
        one = found.app_password
        event_of_use = AppPasswordUsed(
            app_password=one.id, name=one.name, protocol=attempt.protocol
        )
        try:
            await ports.room.commit(
                UseAppPassword(used=found.used(attempt, at=at)), entry(event_of_use, succeeded=True)
            )
        except StaleError:  # it was deleted a moment ago
            return ProgramRefusal.WRONG
    return found.person


async def _judged(
    ports: Ports, attempt: Attempt, person: Person | None, *, at: datetime
) -> Right | ProgramRefusal:
    letters = typed_app_password(attempt.password)
    if person is None or letters is None:
        return ProgramRefusal.WRONG
    digests = ports.app_password_digests(person.user.id, letters)
    held = await ports.app_passwords.of_user(person.user.id)
    right = next((one for one in held if one.is_one_of(digests)), None)
    if right is None:
        return ProgramRefusal.WRONG
    if not person.account.enabled:
        return ProgramRefusal.DISABLED
    try:
        check_not_blocked(person.account, at=at)
    except ProofsBlockedError:
        return ProgramRefusal.BLOCKED
    return Right(person=person, app_password=right, digest=digests[0])


async def _charges(ports: Ports, attempt: Attempt) -> Sequence[Charge]:
    """Return what a wrong one is counted against: the name from this network, and the network."""
    policy, network = await ports.room.policies.current(), attempt.client.network
    of_name = policy.limit(figures.APP_PASSWORD_FROM_NETWORK)
    of_network = policy.limit(figures.APP_PASSWORD_OF_NETWORK)
    key = ports.room.counter_key
    return (
        Charge(key=key(of_name.name, attempt.name[:LONGEST_COUNTED], network), limit=of_name),
        Charge(key=key(of_network.name, network), limit=of_network),
    )


def _entry(
    attempt: Attempt, person: Person | None, event: Event, *, succeeded: bool = False, at: datetime
) -> Entry:
    return Entry(
        at=at,
        event=event,
        actor=person.user.id if person else "anonymous",
        target=person.user.id if person else None,
        succeeded=succeeded,
        correlation_id=attempt.correlation_id,
        network=attempt.client.address,
    )
