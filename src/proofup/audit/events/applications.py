"""Events of applications, by their client ids."""

from proofup.audit.events.event import Event


class ApplicationCreated(Event, frozen=True, kw_only=True, tag="applicationCreated"):
    """An application was registered."""

    application: str
    name: str
    command: str | None = None
    reason: str | None = None


class ApplicationDeleted(Event, frozen=True, kw_only=True, tag="applicationDeleted"):
    """An application was deleted, and its tokens ended."""

    application: str
    name: str
    command: str | None = None
    reason: str | None = None


class ApplicationChanged(Event, frozen=True, kw_only=True, tag="applicationChanged"):
    """Properties of an application were changed: the names of those."""

    application: str
    name: str
    properties: str
    command: str | None = None
    reason: str | None = None


class CredentialAdded(Event, frozen=True, kw_only=True, tag="credentialAdded"):
    """An application got a secret or a certificate; ``until`` is its end."""

    application: str
    name: str
    kind: str
    id: str
    until: str
    command: str | None = None
    reason: str | None = None


class CredentialRemoved(Event, frozen=True, kw_only=True, tag="credentialRemoved"):
    """A secret or a certificate of an application was removed."""

    application: str
    name: str
    kind: str
    id: str
    command: str | None = None
    reason: str | None = None


class PermissionsGranted(Event, frozen=True, kw_only=True, tag="permissionsGranted"):
    """Rights were given to an application: permissions or roles, for itself or for everybody."""

    application: str
    name: str
    kind: str
    permissions: str
    command: str | None = None
    reason: str | None = None


class PermissionsRemoved(Event, frozen=True, kw_only=True, tag="permissionsRemoved"):
    """Rights of an application were taken away, and its tokens ended."""

    application: str
    name: str
    kind: str
    permissions: str
    command: str | None = None
    reason: str | None = None


class ApplicationAssigned(Event, frozen=True, kw_only=True, tag="applicationAssigned"):
    """A user or a group was assigned to an application, in the app role ``role`` if it has any."""

    application: str
    name: str
    role: str | None = None
    group: str | None = None
    command: str | None = None
    reason: str | None = None


class ApplicationUnassigned(Event, frozen=True, kw_only=True, tag="applicationUnassigned"):
    """A user or a group is no longer assigned to an application."""

    application: str
    name: str
    role: str | None = None
    group: str | None = None
    command: str | None = None
    reason: str | None = None


class ConsentGiven(Event, frozen=True, kw_only=True, tag="consentGiven"):
    """A user allowed an application ``permissions``, which it may use for them."""

    application: str
    name: str
    permissions: str


class ConsentWithdrawn(Event, frozen=True, kw_only=True, tag="consentWithdrawn"):
    """What a user had allowed an application was withdrawn, and its tokens for them ended."""

    application: str
    name: str
    command: str | None = None
    reason: str | None = None


class ClientRefused(Event, frozen=True, kw_only=True, tag="clientRefused"):
    """A client that wanted a token did not prove which application it is."""

    application: str
    reason: str
