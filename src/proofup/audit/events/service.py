"""Events of the service itself: its initialisation, backups, and keys."""

from typing import Literal

from proofup.audit.events.event import Event


class ServiceInitialised(Event, frozen=True, kw_only=True, tag="serviceInitialised"):
    """The service was set up."""

    command: str | None = None


class ServiceRestored(Event, frozen=True, kw_only=True, tag="serviceRestored"):
    """The service was restored from a backup whose newest entry had this number and digest."""

    command: str
    last_entry: int | None = None
    last_digest: str | None = None


class BackupMade(Event, frozen=True, kw_only=True, tag="backupMade"):
    """A backup was made in ``file``; ``key`` is the fingerprint of the key file that opens it."""

    command: str
    file: str
    key: str


class LogExported(Event, frozen=True, kw_only=True, tag="logExported"):
    """Entries of this log were written to a file by an administrator."""

    entries: int


class UsersExported(Event, frozen=True, kw_only=True, tag="usersExported"):
    """All users were written to ``file``, with the numbers of their methods whole or masked."""

    command: str | None = None
    file: str
    authentication_numbers: Literal["whole", "masked"]


class PeopleListed(Event, frozen=True, kw_only=True, tag="peopleListed"):
    """A list of ``people`` who lack a method was written to a file: ``campaign`` or ``without``."""

    command: str | None = None
    list_of: str
    people: int


class ProxyNotNamed(Event, frozen=True, kw_only=True, tag="proxyNotNamed"):
    """Requests came through ``proxy``, which the settings do not name; recorded once an hour."""

    proxy: str


class KeysRotated(Event, frozen=True, kw_only=True, tag="keysRotated"):
    """New keys are in use.

    ``key_encryption_key`` is the fingerprint of a new one. The others are the purposes of data
    keys, each with the id of a new key.
    """

    command: str
    key_encryption_key: str | None = None
    methods: str | None = None
    messages: str | None = None
    codes: str | None = None
    audit: str | None = None
    receipts: str | None = None
    counters: str | None = None
    tokens: str | None = None
    pepper: str | None = None
    numbers: str | None = None
    vapid: str | None = None


class KeysRemoved(Event, frozen=True, kw_only=True, tag="keysRemoved"):
    """Old keys were removed: a data key by purpose and id, or all key files but the named one."""

    command: str
    key_encryption_key: str | None = None
    purpose: str | None = None
    id: str | None = None
