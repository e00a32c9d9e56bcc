"""What clients are told of a refusal: the error of OAuth, and Entra's number with its sentence.

Clients show the number to people, who look it up.
"""

from collections.abc import Mapping

from msgspec import Struct

from proofup.granting.refusals import Refused


class Told(Struct, frozen=True):
    """An error code of RFC 6749 §5.2, the number, the sentence, and the status."""

    error: str
    number: int
    sentence: str
    status: int = 400


CLIENT = "invalid_client"
TOLD: Mapping[Refused, Told] = {
    Refused.UNKNOWN_TENANT: Told(
        "invalid_tenant",
        90002,
        "Tenant '{about}' not found. Check to make sure you have the correct tenant ID.",
    ),
    Refused.UNKNOWN_APPLICATION: Told(
        "unauthorized_client",
        700016,
        "Application with identifier '{about}' was not found in the directory.",
    ),
    Refused.DISABLED_APPLICATION: Told(
        "unauthorized_client", 7000112, "Application '{about}' is disabled."
    ),
    Refused.NO_CLIENT_AUTHENTICATION: Told(
        CLIENT,
        7000218,
        "The request body must contain the following parameter: 'client_assertion' or "
        "'client_secret'.",
        401,
    ),
    Refused.WRONG_SECRET: Told(
        CLIENT,
        7000215,
        "Invalid client secret provided. Ensure the secret being sent in the request is the client "
        "secret value, not the client secret ID, for a secret added to app '{about}'.",
        401,
    ),
    Refused.EXPIRED_SECRET: Told(
        CLIENT, 7000222, "The provided client secret keys for app '{about}' are expired.", 401
    ),
    Refused.SECRET_OF_PUBLIC_CLIENT: Told(
        CLIENT,
        700025,
        "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
        401,
    ),
    Refused.MALFORMED_REQUEST: Told("invalid_request", 9000410, "Malformed request: {about}."),
    Refused.MISSING_PARAMETER: Told(
        "invalid_request",
        900144,
        "The request body must contain the following parameter: '{about}'.",
    ),
    Refused.UNKNOWN_GRANT: Told(
        "unsupported_grant_type", 70003, "The app requested an unsupported grant type '{about}'."
    ),
    Refused.NOT_THIS_GRANT: Told(
        "unauthorized_client", 700016, "Application '{about}' may not use this grant."
    ),
    Refused.INVALID_SCOPE: Told(
        "invalid_scope",
        70011,
        "The provided value for the input parameter 'scope' is not valid. "
        "The scope {about} is not valid.",
    ),
    Refused.NOT_DEFAULT_SCOPE: Told(
        "invalid_scope",
        1002012,
        "The provided value for scope {about} is not valid. Client credential flows must have a "
        "scope value with /.default suffixed to the resource identifier (application ID URI).",
    ),
    Refused.UNKNOWN_SCOPE: Told(
        "invalid_scope", 650053, "The application asked for scope '{about}' that doesn't exist."
    ),
    Refused.CONSENT_REQUIRED: Told(
        "invalid_grant",
        65001,
        "The user or administrator has not consented to use the application with ID '{about}'.",
    ),
    Refused.ADMIN_CONSENT_REQUIRED: Told(
        "invalid_grant", 90094, "An administrator has to grant the permissions '{about}' first."
    ),
    Refused.NOT_ASSIGNED: Told(
        "access_denied",
        50105,
        "Your administrator has configured the application '{about}' to block users unless they "
        "are specifically granted ('assigned') access to the application.",
    ),
    Refused.WRONG_REDIRECT: Told(
        "invalid_request",
        50011,
        "The redirect URI '{about}' specified in the request does not match the redirect URIs "
        "configured for the application.",
    ),
    Refused.NO_REDIRECT: Told("invalid_request", 500113, "No reply address is registered."),
    Refused.WRONG_RESPONSE_TYPE: Told(
        "unsupported_response_type",
        700051,
        "response_type '{about}' is not enabled for the application.",
    ),
    Refused.WRONG_RESPONSE_MODE: Told(
        "invalid_request", 700052, "response_mode '{about}' is not supported for this request."
    ),
    Refused.PKCE_REQUIRED: Told(
        "invalid_request",
        9002325,
        "Proof Key for Code Exchange is required for authorization code redemption.",
    ),
    Refused.PKCE_NOT_S256: Told(
        "invalid_request", 9002313, "Only the code_challenge_method 'S256' is supported."
    ),
    Refused.LOGIN_REQUIRED: Told(
        "login_required", 50058, "Session information is not sufficient for single-sign-on."
    ),
    Refused.MFA_REQUIRED: Told(
        "interaction_required",
        50076,
        "You must use multi-factor authentication to access '{about}'.",
    ),
    Refused.ACCESS_DENIED: Told(
        "access_denied", 65004, "User declined to consent to access the app."
    ),
    Refused.EXPIRED_REQUEST: Told(
        "invalid_request", 50089, "The sign-in took too long. Open the application again."
    ),
    Refused.UNKNOWN_CODE: Told("invalid_grant", 70000, "The provided code is not valid."),
    Refused.SPENT_CODE: Told(
        "invalid_grant", 54005, "OAuth2 authorization code was already redeemed."
    ),
    Refused.EXPIRED_CODE: Told(
        "invalid_grant", 70008, "The provided authorization code has expired."
    ),
    Refused.WRONG_CODE: Told(
        "invalid_grant", 70000, "The code was given to another client or redirect address."
    ),
    Refused.WRONG_VERIFIER: Told(
        "invalid_grant",
        501481,
        "The code_verifier does not match the code_challenge of the authorization request.",
    ),
    Refused.UNKNOWN_REFRESH_TOKEN: Told(
        "invalid_grant", 70008, "The refresh token is not valid, or has expired."
    ),
    Refused.REUSED_REFRESH_TOKEN: Told(
        "invalid_grant", 70000, "The refresh token was already redeemed."
    ),
    Refused.REVOKED: Told(
        "invalid_grant", 50173, "The grant was revoked. A fresh sign-in is needed."
    ),
    Refused.DISABLED_ACCOUNT: Told("invalid_grant", 50057, "The user account is disabled."),
    Refused.AUTHORIZATION_PENDING: Told(
        "authorization_pending", 70016, "OAuth 2.0 device flow error. Authorization is pending."
    ),
    Refused.DEVICE_CODE_EXPIRED: Told("expired_token", 70019, "Verification code expired."),
    Refused.DEVICE_CODE_DENIED: Told("authorization_declined", 70018, "The user declined."),
    Refused.BAD_ASSERTION: Told(
        CLIENT,
        700027,
        "The certificate used to sign the client assertion is not valid: {about}.",
        401,
    ),
    Refused.REPLAYED_ASSERTION: Told(CLIENT, 700024, "The client assertion was used before.", 401),
    Refused.BAD_USER_ASSERTION: Told(
        "invalid_grant", 500133, "The assertion is not valid: {about}."
    ),
    Refused.UNKNOWN_RESOURCE: Told(
        "invalid_resource",
        500011,
        "The resource principal named {about} was not found in the tenant.",
    ),
}
