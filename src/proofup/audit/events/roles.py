"""Events of roles and administrative units."""

from proofup.audit.events.event import Event


class RoleAssigned(Event, frozen=True, kw_only=True, tag="roleAssigned"):
    """A user was given a role, named by its id; optionally for one unit and until a date."""

    role: str
    name: str
    unit: str | None = None
    until: str | None = None
    command: str | None = None
    reason: str | None = None


class RoleRemoved(Event, frozen=True, kw_only=True, tag="roleRemoved"):
    """A role was taken away from a user."""

    role: str
    name: str
    unit: str | None = None
    command: str | None = None
    reason: str | None = None


class CustomRoleCreated(Event, frozen=True, kw_only=True, tag="customRoleCreated"):
    """A custom role was created that grants ``permissions``."""

    role: str
    name: str
    permissions: str
    command: str | None = None
    reason: str | None = None


class CustomRoleChanged(Event, frozen=True, kw_only=True, tag="customRoleChanged"):
    """A custom role is called ``name`` now, and grants ``permissions``."""

    role: str
    name: str
    permissions: str
    command: str | None = None
    reason: str | None = None


class CustomRoleDeleted(Event, frozen=True, kw_only=True, tag="customRoleDeleted"):
    """A role was deleted; nobody held it."""

    role: str
    name: str
    command: str | None = None
    reason: str | None = None


class UnitCreated(Event, frozen=True, kw_only=True, tag="unitCreated"):
    """An administrative unit was made."""

    unit: str
    name: str
    command: str | None = None
    reason: str | None = None


class UnitChanged(Event, frozen=True, kw_only=True, tag="unitChanged"):
    """An administrative unit got another name, which is ``name``, or another description."""

    unit: str
    name: str
    command: str | None = None
    reason: str | None = None


class UnitDeleted(Event, frozen=True, kw_only=True, tag="unitDeleted"):
    """An administrative unit was deleted; nobody held a role for it."""

    unit: str
    name: str
    command: str | None = None
    reason: str | None = None


class UnitMemberAdded(Event, frozen=True, kw_only=True, tag="unitMemberAdded"):
    """A user was added to a unit."""

    unit: str
    name: str
    command: str | None = None
    reason: str | None = None


class UnitMemberRemoved(Event, frozen=True, kw_only=True, tag="unitMemberRemoved"):
    """A user was removed from a unit."""

    unit: str
    name: str
    command: str | None = None
    reason: str | None = None
