"""Bodies of POST and PATCH: the properties of an application that scripts set."""

from collections.abc import Iterator
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from proofup.graph.applications.credentials import KeyCredential, PasswordCredential
from proofup.graph.errors import CallRefusedError, bad_request
from proofup.tokens.application import (
    Application,
    AppRole,
    ExposedScope,
    GroupClaims,
    Redirect,
    RedirectKind,
    RequiredAccess,
)
from proofup.tokens.offers import GUID
from proofup.values.ids import ApplicationId

AUDIENCES = frozenset({"AzureADMyOrg"})
MOST = 100  # of each list
MOST_RESOURCES, MOST_NEEDED = 50, 400  # in requiredResourceAccess, as Graph has it


class _Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A part of the body."""


class Implicit(_Part, frozen=True, kw_only=True):
    """``implicitGrantSettings``."""

    enable_id_token_issuance: bool = False
    enable_access_token_issuance: bool = False


class Web(_Part, frozen=True, kw_only=True):
    """``web``."""

    home_page_url: str | UnsetType | None = UNSET
    redirect_uris: tuple[str, ...] | UnsetType = UNSET
    logout_url: str | None = None
    implicit_grant_settings: Implicit | UnsetType = UNSET


class Addresses(_Part, frozen=True, kw_only=True):
    """``spa`` and ``publicClient``."""

    redirect_uris: tuple[str, ...] = ()


class Role(_Part, frozen=True, kw_only=True):
    """An item of ``appRoles``."""

    id: str
    value: str
    display_name: str
    description: str | None = None
    allowed_member_types: frozenset[str]
    is_enabled: bool = True
    origin: str | None = None


class Scope(_Part, frozen=True, kw_only=True):
    """An item of ``oauth2PermissionScopes``."""

    id: str
    value: str
    admin_consent_display_name: str = ""
    admin_consent_description: str | None = None
    user_consent_display_name: str | None = None
    user_consent_description: str | None = None
    is_enabled: bool = True
    type: Literal["User", "Admin"] = "User"
    origin: str | None = None


class Api(_Part, frozen=True, kw_only=True):
    """``api``."""

    oauth2_permission_scopes: tuple[Scope, ...] | UnsetType = UNSET
    requested_access_token_version: int | None = None


class Needed(_Part, frozen=True, kw_only=True):
    """An item of ``resourceAccess``."""

    id: str
    type: Literal["Scope", "Role"]


class NeededOfOne(_Part, frozen=True, kw_only=True):
    """An item of ``requiredResourceAccess``."""

    resource_app_id: str
    resource_access: tuple[Needed, ...]


class Changed(_Part, frozen=True, kw_only=True):
    """What PATCH takes; POST takes the same, with a name."""

    display_name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    sign_in_audience: str | None = None
    is_fallback_public_client: bool | UnsetType | None = UNSET
    identifier_uris: tuple[str, ...] | UnsetType = UNSET
    web: Web | UnsetType = UNSET
    spa: Addresses | UnsetType = UNSET
    public_client: Addresses | UnsetType = UNSET
    api: Api | UnsetType = UNSET
    app_roles: tuple[Role, ...] | UnsetType = UNSET
    group_membership_claims: Literal["None", "SecurityGroup", "All"] | UnsetType | None = UNSET
    tags: tuple[str, ...] = ()
    password_credentials: tuple[PasswordCredential, ...] | UnsetType = UNSET
    key_credentials: tuple[KeyCredential, ...] | UnsetType = UNSET
    required_resource_access: tuple[NeededOfOne, ...] | UnsetType = UNSET

    def properties(self, before: Application) -> dict[str, Any]:
        """Return what is to be set, by the names of ``Application``. Raises CallRefusedError."""
        self._check()
        return dict(self._properties(before))

    def _check(self) -> None:
        if self.sign_in_audience not in {None, *AUDIENCES}:
            raise bad_request("signInAudience must be AzureADMyOrg.")
        lists = (
            self.app_roles,
            self.identifier_uris,
            self.password_credentials,
            self.key_credentials,
        )
        if any(len(one) > MOST for one in lists if not isinstance(one, UnsetType)):
            raise bad_request("A list in the body is too long.")

    def _properties(self, before: Application) -> Iterator[tuple[str, Any]]:
        if not isinstance(self.display_name, UnsetType):
            yield "name", self.display_name
        if not isinstance(self.description, UnsetType):
            yield "description", self.description
        if not isinstance(self.is_fallback_public_client, UnsetType):
            yield "is_public", bool(self.is_fallback_public_client)
        if not isinstance(self.identifier_uris, UnsetType):
            yield "identifier_uris", self.identifier_uris
        if not isinstance(self.app_roles, UnsetType):
            yield "app_roles", self._roles(self.app_roles, before)
        yield from self._of_tokens(before)
        if not isinstance(self.required_resource_access, UnsetType):
            yield "required", _required(self.required_resource_access)
        if not isinstance(self.web, UnsetType):
            yield from _of_web(self.web)
        redirects = self._redirects(before)
        if redirects != before.redirects:
            yield "redirects", redirects

    def _of_tokens(self, before: Application) -> Iterator[tuple[str, Any]]:
        """Yield what says of tokens for the application what is in them."""
        scopes = UNSET if isinstance(self.api, UnsetType) else self.api.oauth2_permission_scopes
        if not isinstance(scopes, UnsetType):
            yield "exposed_scopes", self._scopes(scopes, before)
        if not isinstance(self.group_membership_claims, UnsetType):
            told = self.group_membership_claims
            yield "group_claims", None if told in {None, "None"} else GroupClaims(told)

    def _roles(self, sent: tuple[Role, ...], before: Application) -> tuple[AppRole, ...]:
        new = tuple(map(_role, sent))
        _check_removed(before.app_roles, new)
        return new

    def _scopes(self, sent: tuple[Scope, ...], before: Application) -> tuple[ExposedScope, ...]:
        if len(sent) > MOST:
            raise bad_request("A list in the body is too long.")
        new = tuple(map(_scope, sent))
        _check_removed(before.exposed_scopes, new)
        return new

    def _redirects(self, before: Application) -> tuple[Redirect, ...]:
        """Return the addresses of all kinds: those that were sent, and the others as before."""
        sent: dict[RedirectKind, tuple[str, ...]] = {}
        if not isinstance(self.web, UnsetType) and not isinstance(
            self.web.redirect_uris, UnsetType
        ):
            sent[RedirectKind.WEB] = self.web.redirect_uris
        if not isinstance(self.spa, UnsetType):
            sent[RedirectKind.SPA] = self.spa.redirect_uris
        if not isinstance(self.public_client, UnsetType):
            sent[RedirectKind.NATIVE] = self.public_client.redirect_uris
        kept = tuple(one for one in before.redirects if one.kind not in sent)
        new = tuple(Redirect(uri, kind) for kind, uris in sent.items() for uri in uris)
        if len(new) > MOST:
            raise bad_request("A list in the body is too long.")
        return kept + new


def _of_web(web: Web) -> Iterator[tuple[str, Any]]:
    if not isinstance(web.home_page_url, UnsetType):
        yield "home_page", web.home_page_url
    if not isinstance(web.implicit_grant_settings, UnsetType):
        if web.implicit_grant_settings.enable_access_token_issuance:
            raise bad_request("Access tokens are not given at the authorize endpoint.")
        yield "may_get_id_tokens", web.implicit_grant_settings.enable_id_token_issuance


def _required(sent: tuple[NeededOfOne, ...]) -> tuple[RequiredAccess, ...]:
    found = tuple(
        RequiredAccess(
            resource=ApplicationId(of_one.resource_app_id.lower()),
            id=one.id.lower(),
            is_role=one.type == "Role",
        )
        for of_one in sent
        for one in of_one.resource_access
    )
    if len(sent) > MOST_RESOURCES or len(found) > MOST_NEEDED:
        raise bad_request("A list in the body is too long.")
    for needed in found:
        if not (GUID.fullmatch(needed.resource) and GUID.fullmatch(needed.id)):
            raise bad_request("Ids of requiredResourceAccess must be GUIDs.")
    return found


def _check_removed(
    before: tuple[AppRole, ...] | tuple[ExposedScope, ...],
    new: tuple[AppRole, ...] | tuple[ExposedScope, ...],
) -> None:
    """Demand that what is removed was disabled before, as Graph does."""
    kept = {one.id for one in new}
    if any(one.enabled and one.id not in kept for one in before):
        raise CallRefusedError(
            400,
            "Permission (scope or role) cannot be deleted or updated unless disabled first.",
            code="CannotDeleteOrUpdateEnabledEntitlement",
        )


def _role(one: Role) -> AppRole:
    return AppRole(
        id=one.id.lower(),
        value=one.value,
        name=one.display_name,
        description=one.description or "",
        members=one.allowed_member_types,
        enabled=one.is_enabled,
    )


def _scope(one: Scope) -> ExposedScope:
    return ExposedScope(
        id=one.id.lower(),
        value=one.value,
        name=one.admin_consent_display_name or one.value,
        description=one.admin_consent_description or "",
        name_for_people=one.user_consent_display_name or "",
        description_for_people=one.user_consent_description or "",
        needs_admin=one.type == "Admin",
        enabled=one.is_enabled,
    )
