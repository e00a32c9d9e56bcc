"""Roles and administrative units: who was given what, and for whom."""

from proofup.audit.events.event import Event


class RoleAssigned(Event, frozen=True, kw_only=True, tag="roleAssigned"):
    """A user was given a role, named by its id; for a unit and until a date where so said."""

    role: str
    name: str
    unit: str | None = None
    until: str | None = None
    command: str | None = None


class RoleRemoved(Event, frozen=True, kw_only=True, tag="roleRemoved"):
    """A role was taken away from a user."""

    role: str
    name: str
    unit: str | None = None
    command: str | None = None


class CustomRoleCreated(Event, frozen=True, kw_only=True, tag="customRoleCreated"):
    """A role was made that permits ``permissions``."""

    role: str
    name: str
    permissions: str
    command: str | None = None


class CustomRoleDeleted(Event, frozen=True, kw_only=True, tag="customRoleDeleted"):
    """A role was deleted; nobody held it."""

    role: str
    name: str
    command: str | None = None


class UnitCreated(Event, frozen=True, kw_only=True, tag="unitCreated"):
    """An administrative unit was made."""

    unit: str
    name: str
    command: str | None = None


class UnitDeleted(Event, frozen=True, kw_only=True, tag="unitDeleted"):
    """An administrative unit was deleted; nobody held a role for it."""

    unit: str
    name: str
    command: str | None = None


class UnitMemberAdded(Event, frozen=True, kw_only=True, tag="unitMemberAdded"):
    """A user is a member of a unit."""

    unit: str
    name: str
    command: str | None = None


class UnitMemberRemoved(Event, frozen=True, kw_only=True, tag="unitMemberRemoved"):
    """A user is a member of a unit no more."""

    unit: str
    name: str
    command: str | None = None
