"""Applications: programs that sign people in or act by themselves, as Graph names their properties.

One record is what Graph splits into an application and its service principal, because both belong
to the same organisation here.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from proofup.values.changes import Change
from proofup.values.ids import ApplicationId, UserId

GRAPH = ApplicationId("00000003-0000-0000-c000-000000000000")  # Graph as an application


class RedirectKind(StrEnum):
    """Where a redirect address is: Graph has a list for each."""

    WEB = "web"  # a server with a secret
    SPA = "spa"  # a script in a browser
    NATIVE = "native"  # a program on the person's machine; Graph's publicClient


class Redirect(Struct, frozen=True):
    """An address to which codes and tokens may be sent."""

    uri: str
    kind: RedirectKind = RedirectKind.WEB


class ClientSecret(Struct, frozen=True, kw_only=True):
    """A secret of an application; ``digest`` is SHA-256 of it, ``hint`` its first letters."""

    id: str
    name: str
    hint: str
    digest: bytes
    starts_at: datetime
    ends_at: datetime


class ClientCertificate(Struct, frozen=True, kw_only=True):
    """A certificate of an application, in DER; the thumbprints are its digests."""

    id: str
    name: str
    der: bytes
    sha1: bytes
    sha256: bytes
    starts_at: datetime
    ends_at: datetime


class ExposedScope(Struct, frozen=True, kw_only=True):
    """A permission of this application that others may be given to use it for a person.

    One that ``needs_admin`` can only be allowed by an administrator, for everybody.
    """

    id: str
    value: str
    name: str
    description: str = ""
    name_for_people: str = ""
    description_for_people: str = ""
    needs_admin: bool = False
    enabled: bool = True


class AppRole(Struct, frozen=True, kw_only=True):
    """A role in this application; ``members`` are Graph's ``User`` and ``Application``."""

    id: str
    value: str
    name: str
    description: str = ""
    members: frozenset[str]
    enabled: bool = True


class RequiredAccess(Struct, frozen=True, kw_only=True):
    """A permission that an application says it needs, which gives it nothing.

    ``id`` is that of an app role or of a scope of the application ``resource``.
    """

    resource: ApplicationId
    id: str
    is_role: bool


class HeldRole(Struct, frozen=True, kw_only=True):
    """An app role of the application ``resource``, by its id, that an application was given."""

    resource: ApplicationId
    id: str


class GroupClaims(StrEnum):
    """Which groups tokens tell, in Graph's words; all groups are security groups here."""

    SECURITY = "SecurityGroup"
    ALL = "All"


class Application(Struct, frozen=True, kw_only=True):
    """An application of the organisation, or one that is built in.

    ``object_id`` and ``principal_id`` are Graph's ids of the application and of its service
    principal. ``permissions`` are Graph's application permissions that were granted to it, by their
    names there. ``consented`` are the delegated ones that an administrator allowed for everybody,
    and ``required`` what it says it needs. ``roles`` are ids of directory roles; without one
    it acts on people without a role only. ``epoch`` is raised when it loses a right, which revokes
    its tokens. ``revision`` counts all changes.
    """

    id: ApplicationId
    object_id: str
    principal_id: str
    name: str
    created_at: datetime
    enabled: bool = True
    epoch: int = 0
    revision: int = 0
    is_public: bool = False  # it can keep no secret, so it needs none
    is_first_party: bool = False  # it belongs to this service: nobody is asked for consent
    needs_pkce: bool = True
    may_get_id_tokens: bool = False  # from the authorize endpoint: implicit and hybrid flow
    description: str | None = None
    home_page: str | None = None  # where its tile on My Apps leads; without it there is none
    needs_assignment: bool = False  # only people who are assigned see its tile and may sign in
    redirects: tuple[Redirect, ...] = ()
    sign_out_redirects: tuple[str, ...] = ()
    secrets: tuple[ClientSecret, ...] = ()
    certificates: tuple[ClientCertificate, ...] = ()
    permissions: frozenset[str] = frozenset()
    held_roles: tuple[HeldRole, ...] = ()  # in other applications, when it acts by itself
    consented: frozenset[str] = frozenset()
    required: tuple[RequiredAccess, ...] = ()
    roles: frozenset[str] = frozenset()
    identifier_uris: tuple[str, ...] = ()
    exposed_scopes: tuple[ExposedScope, ...] = ()
    app_roles: tuple[AppRole, ...] = ()
    group_claims: GroupClaims | None = None  # which groups its tokens tell

    def changed(self, **properties: Any) -> "Application":
        """Return the application with other ``properties``, as its next revision."""
        return replace(self, revision=self.revision + 1, **properties)

    @property
    def credentials(self) -> tuple[ClientSecret | ClientCertificate, ...]:
        """Its secrets, then its certificates."""
        return (*self.secrets, *self.certificates)

    @property
    def has_tile(self) -> bool:
        """Whether My Apps shows it to those who may sign in to it."""
        return self.enabled and self.home_page is not None

    def is_open(self, epoch: int) -> bool:
        """Return whether the application is enabled and still has this ``epoch``."""
        return self.enabled and self.epoch == epoch


class Applications(Protocol):
    """Reads the applications of the organisation; built-in ones are in ``tokens.first_party``."""

    async def by_id(self, application_id: ApplicationId) -> Application | None:
        """Return the application with this client id."""
        ...

    async def by_any_id(self, id_: str) -> Application | None:
        """Return the application with this client id, object id or service principal id."""
        ...

    async def by_uri(self, uri: str) -> Application | None:
        """Return the application that has ``uri`` among its identifier URIs."""
        ...

    async def holding(
        self, resource: ApplicationId, *, begins: ApplicationId | None = None, most: int
    ) -> Sequence[Application]:
        """Return up to ``most`` applications that hold app roles of ``resource``, or of Graph.

        They are ordered by their ids, from ``begins`` on.
        """
        ...

    async def called(self, name: str, *, most: int) -> Sequence[Application]:
        """Return up to ``most`` applications with this name in upper or lower case."""
        ...

    async def beginning(self, name: str, *, most: int) -> Sequence[Application]:
        """Return up to ``most`` applications whose names begin so, ordered by name."""
        ...

    async def tiles_of(self, user_id: UserId, *, most: int) -> Sequence[Application]:
        """Return up to ``most`` applications with a tile for this person, ordered by name."""
        ...

    async def page(self, *, after: ApplicationId | None = None, most: int) -> Sequence[Application]:
        """Return up to ``most`` applications ordered by their ids, starting after ``after``."""
        ...


class AddApplication(Change, frozen=True, kw_only=True):
    """Stores a new application. Raises StaleError if one of its identifier URIs is in use."""

    application: Application


class ChangeApplication(Change, frozen=True, kw_only=True):
    """Stores the next revision of an application.

    Raises StaleError if there is one already, if the application was deleted, or if an identifier
    URI is in use.
    """

    application: Application


class DeleteApplication(Change, frozen=True, kw_only=True):
    """Deletes an application with its assignments, and ends its tokens.

    Raises StaleError if it is gone.
    """

    application_id: ApplicationId


class RequireApplication(Change, frozen=True, kw_only=True):
    """Writes nothing; raises RevokedError unless the application is enabled and at this epoch."""

    application_id: ApplicationId
    epoch: int
