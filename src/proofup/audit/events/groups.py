"""Events of security groups, by their ids."""

from proofup.audit.events.event import Event


class GroupCreated(Event, frozen=True, kw_only=True, tag="groupCreated"):
    """A group was made."""

    group: str
    name: str
    command: str | None = None
    reason: str | None = None


class GroupChanged(Event, frozen=True, kw_only=True, tag="groupChanged"):
    """A group got another name, which is ``name``, or another description."""

    group: str
    name: str
    command: str | None = None
    reason: str | None = None


class GroupDeleted(Event, frozen=True, kw_only=True, tag="groupDeleted"):
    """A group was deleted, with its assignments to applications."""

    group: str
    name: str
    command: str | None = None
    reason: str | None = None


class AddedToGroup(Event, frozen=True, kw_only=True, tag="addedToGroup"):
    """A user was added to a group, as ``belonging`` says: a member or an owner."""

    group: str
    name: str
    belonging: str
    command: str | None = None
    reason: str | None = None


class RemovedFromGroup(Event, frozen=True, kw_only=True, tag="removedFromGroup"):
    """A user was removed from a group, as a member or as an owner."""

    group: str
    name: str
    belonging: str
    command: str | None = None
    reason: str | None = None
