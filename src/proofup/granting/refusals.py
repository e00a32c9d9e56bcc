"""Why a grant is refused: what happened, which the door says in the words of OAuth and Entra."""

from enum import StrEnum

from proofup.values.errors import ProofupError


class Refused(StrEnum):
    """The reasons; the door has an error code and a number for each."""

    UNKNOWN_TENANT = "unknownTenant"
    MALFORMED_REQUEST = "malformedRequest"
    MISSING_PARAMETER = "missingParameter"
    UNKNOWN_GRANT = "unknownGrant"
    UNKNOWN_APPLICATION = "unknownApplication"
    DISABLED_APPLICATION = "disabledApplication"
    NO_CLIENT_AUTHENTICATION = "noClientAuthentication"
    WRONG_SECRET = "wrongSecret"  # noqa: S105 - a reason
    EXPIRED_SECRET = "expiredSecret"  # noqa: S105 - a reason
    SECRET_OF_PUBLIC_CLIENT = "secretOfPublicClient"  # noqa: S105 - a reason
    NOT_THIS_GRANT = "notThisGrant"
    INVALID_SCOPE = "invalidScope"
    NOT_DEFAULT_SCOPE = "notDefaultScope"  # client credentials take no single permissions
    UNKNOWN_RESOURCE = "unknownResource"
    UNKNOWN_SCOPE = "unknownScope"
    CONSENT_REQUIRED = "consentRequired"
    ADMIN_CONSENT_REQUIRED = "adminConsentRequired"
    NOT_ASSIGNED = "notAssigned"
    WRONG_REDIRECT = "wrongRedirect"
    NO_REDIRECT = "noRedirect"
    WRONG_RESPONSE_TYPE = "wrongResponseType"
    WRONG_RESPONSE_MODE = "wrongResponseMode"
    PKCE_REQUIRED = "pkceRequired"
    PKCE_NOT_S256 = "pkceNotS256"
    LOGIN_REQUIRED = "loginRequired"
    MFA_REQUIRED = "mfaRequired"
    ACCESS_DENIED = "accessDenied"
    EXPIRED_REQUEST = "expiredRequest"
    UNKNOWN_CODE = "unknownCode"
    SPENT_CODE = "spentCode"
    EXPIRED_CODE = "expiredCode"
    WRONG_CODE = "wrongCode"  # of another client or redirect address
    WRONG_VERIFIER = "wrongVerifier"
    UNKNOWN_REFRESH_TOKEN = "unknownRefreshToken"  # noqa: S105 - a reason
    REUSED_REFRESH_TOKEN = "reusedRefreshToken"  # noqa: S105 - a reason
    REVOKED = "revoked"
    DISABLED_ACCOUNT = "disabledAccount"
    AUTHORIZATION_PENDING = "authorizationPending"
    DEVICE_CODE_EXPIRED = "deviceCodeExpired"
    DEVICE_CODE_DENIED = "deviceCodeDenied"
    BAD_ASSERTION = "badAssertion"
    REPLAYED_ASSERTION = "replayedAssertion"
    BAD_USER_ASSERTION = "badUserAssertion"


class GrantRefusedError(ProofupError):
    """No token is given; ``about`` is what was asked, for the message."""

    def __init__(self, reason: Refused, about: str = "") -> None:
        super().__init__(reason, about)
        self.reason = reason
        self.about = about
