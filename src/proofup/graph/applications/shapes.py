"""An application, as Graph shows the two halves of it."""

import base64

from proofup.graph.answers import Resource, instant
from proofup.tokens.application import (
    Application,
    AppRole,
    ClientCertificate,
    ClientSecret,
    ExposedScope,
    RedirectKind,
)

AUDIENCE = "AzureADMyOrg"


def application_shown(one: Application) -> Resource:
    """Return the ``application``."""
    return {
        "id": one.object_id,
        "appId": one.id,
        "deletedDateTime": None,
        "displayName": one.name,
        "description": one.description,
        "createdDateTime": instant(one.created_at),
        "signInAudience": AUDIENCE,
        "isFallbackPublicClient": one.is_public,
        "groupMembershipClaims": one.group_claims,
        "identifierUris": list(one.identifier_uris),
        "tags": [],
        "web": {
            "homePageUrl": one.home_page,
            "logoutUrl": None,
            "redirectUris": _redirects(one, RedirectKind.WEB),
            "implicitGrantSettings": {
                "enableIdTokenIssuance": one.may_get_id_tokens,
                "enableAccessTokenIssuance": False,
            },
        },
        "spa": {"redirectUris": _redirects(one, RedirectKind.SPA)},
        "publicClient": {"redirectUris": _redirects(one, RedirectKind.NATIVE)},
        "api": {"oauth2PermissionScopes": list(map(_scope, one.exposed_scopes))},
        "appRoles": list(map(_role, one.app_roles)),
        "requiredResourceAccess": _required(one),
        **_credentials(one),
    }


def principal_shown(one: Application) -> Resource:
    """Return the ``servicePrincipal``."""
    return {
        "id": one.principal_id,
        "appId": one.id,
        "deletedDateTime": None,
        "displayName": one.name,
        "appDisplayName": one.name,
        "description": one.description,
        "accountEnabled": one.enabled,
        "appRoleAssignmentRequired": one.needs_assignment,
        "servicePrincipalType": "Application",
        "servicePrincipalNames": [one.id, *one.identifier_uris],
        "signInAudience": AUDIENCE,
        "homepage": one.home_page,
        "loginUrl": one.home_page,
        "replyUrls": [redirect.uri for redirect in one.redirects],
        "tags": [],
        "appRoles": list(map(_role, one.app_roles)),
        "oauth2PermissionScopes": list(map(_scope, one.exposed_scopes)),
        **_credentials(one),
    }


def secret_shown(one: ClientSecret, text: str | None = None) -> Resource:
    """Return a ``passwordCredential``, with its ``text`` when it was just drawn."""
    return {
        "keyId": one.id,
        "displayName": one.name or None,
        "hint": one.hint,
        "customKeyIdentifier": None,
        "startDateTime": instant(one.starts_at),
        "endDateTime": instant(one.ends_at),
        "secretText": text,
    }


def _credentials(one: Application) -> Resource:
    return {
        "passwordCredentials": [secret_shown(secret) for secret in one.secrets],
        "keyCredentials": list(map(certificate_shown, one.certificates)),
    }


def with_certificates(shown: Resource, one: Application) -> Resource:
    """Return ``shown`` with the certificates themselves, which only a select of them gives."""
    keys = [
        {**certificate_shown(found), "key": base64.b64encode(found.der).decode()}
        for found in one.certificates
    ]
    return {**shown, "keyCredentials": keys}


def certificate_shown(one: ClientCertificate) -> Resource:
    """Return a ``keyCredential`` without the certificate itself."""
    return {
        "keyId": one.id,
        "displayName": one.name or None,
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
        "customKeyIdentifier": base64.b64encode(one.sha1).decode(),
        "startDateTime": instant(one.starts_at),
        "endDateTime": instant(one.ends_at),
        "key": None,
    }


def _required(one: Application) -> list[Resource]:
    """Return what the application says it needs, by the application that has it."""
    resources = dict.fromkeys(needed.resource for needed in one.required)
    return [
        {
            "resourceAppId": resource,
            "resourceAccess": [
                {"id": needed.id, "type": "Role" if needed.is_role else "Scope"}
                for needed in one.required
                if needed.resource == resource
            ],
        }
        for resource in resources
    ]


def _redirects(one: Application, kind: RedirectKind) -> list[str]:
    return [redirect.uri for redirect in one.redirects if redirect.kind is kind]


def _role(one: AppRole) -> Resource:
    return {
        "id": one.id,
        "value": one.value,
        "displayName": one.name,
        "description": one.description or one.name,
        "allowedMemberTypes": sorted(one.members),
        "isEnabled": one.enabled,
        "origin": "Application",
    }


def _scope(one: ExposedScope) -> Resource:
    return {
        "id": one.id,
        "value": one.value,
        "adminConsentDisplayName": one.name,
        "adminConsentDescription": one.description or one.name,
        "userConsentDisplayName": one.name_for_people or None,
        "userConsentDescription": one.description_for_people or None,
        "isEnabled": one.enabled,
        "type": "Admin" if one.needs_admin else "User",
    }
