"""How each error of the core is told in Graph's words."""

import math
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeAlias

from starlette.exceptions import HTTPException

from proofup.administration.applications.assigning import UnknownAppRoleError
from proofup.administration.applications.credentials import (
    InvalidCredentialError,
    TooManyCredentialsError,
    UnknownCredentialError,
)
from proofup.administration.applications.finding import UnknownApplicationError
from proofup.administration.applications.rights import UnknownRightError
from proofup.administration.assign_role import EndsAlreadyError, NotForUnitsError
from proofup.administration.create_role import BadPermissionError
from proofup.administration.delete_method import UnknownMethodError
from proofup.administration.display_name import InvalidDisplayNameError
from proofup.administration.finding_roles import (
    BuiltInRoleError,
    UnknownRoleError,
    UnknownUnitError,
)
from proofup.administration.groups import UnknownGroupError
from proofup.administration.invite import AccountDisabledError
from proofup.administration.invite_address import NotAGuestError
from proofup.administration.issue_method import MethodNotIssuedError
from proofup.administration.oath_tokens import TokenNotGivenError, UnknownTokenError
from proofup.administration.provision_method import CeremonyRefusedError
from proofup.administration.reason import InvalidReasonError
from proofup.administration.remove_role import RoleNotHeldError
from proofup.administration.rules_by_name import UnknownRuleError
from proofup.administration.set_rules import NothingToRegisterError, TooManyMethodsError
from proofup.directory.oath_tokens import TokenKnownError
from proofup.directory.passwords import UnacceptablePasswordError
from proofup.directory.roles import LastAdministratorError, NameInUseError, StillHeldError
from proofup.graph.context import GraphContext
from proofup.graph.errors import CallRefusedError, DeniedError, codes_of
from proofup.graph.odata.errors import QueryError, UnsupportedQueryError
from proofup.policy.approval import ApprovalNeededError
from proofup.policy.callers import CallerUnprovenError
from proofup.policy.proofs import NotFreshError
from proofup.policy.rule import BadRuleError
from proofup.registration.ports import ChangesHeldError
from proofup.tokens.certificates import BadSignatureError
from proofup.tokens.offers import InvalidOfferError
from proofup.tokens.redirects import InvalidRedirectError
from proofup.values.errors import (
    InvalidFieldError,
    InvalidInputError,
    InvalidNameError,
    InvalidPhoneNumberError,
    LimitReachedError,
    MethodTakenError,
    NameTakenError,
    NotPermittedError,
    NotYetPermittedError,
    RevokedError,
    SlotTakenError,
    StaleError,
    StaleMethodError,
    TooBusyError,
    UnknownOutcomeError,
    UnknownUserError,
)
from proofup.values.mail_addresses import InvalidMailAddressError
from proofup.web.programs import NO_HEADERS, Refusal
from proofup.web.refusals import (
    BodyTooLargeError,
    BodyTooSlowError,
    ForeignOriginError,
    WrongHostError,
)

Explain: TypeAlias = Callable[[Any, GraphContext], Refusal]
Tell: TypeAlias = Callable[[Any], str]

MFA_NEEDED = (
    "The sign-in that this token is from had no second proof, or none that is recent enough."
)
STALE = "The object was changed by another request; nothing was done. Read it again, and repeat."
# Rules that Graph calls otherwise.
PROPERTIES = {
    "ways": "state",
    "snoozeDays": "snoozeDurationInDays",
    "nudgeWays": "includeTargets",
    "nudgeExcluded": "excludeTargets",
    "enforcementType": "keyRestrictions/enforcementType",
    "aaGuids": "keyRestrictions/aaGuids",
}
UNKNOWN_OUTCOME = "The database was lost; this may have been done, or not."


def _told(status: int, tell: str | Tell, code: str = "") -> Explain:
    """Return the refusal with ``status``; without ``code`` the one of the family of resources."""

    def explain(error: Any, context: GraphContext) -> Refusal:
        message = tell if isinstance(tell, str) else tell(error)
        return Refusal(status, code or codes_of(context).of(status), message)

    return explain


def _bad_rule(error: BadRuleError) -> str:
    name = PROPERTIES.get(error.rule.own_name, error.rule.own_name)
    return f"Invalid value for {name}: {error.together or f'it cannot be {error.text[:80]!r}'}."


def _refused(error: CallRefusedError, context: GraphContext) -> Refusal:
    code = error.code or codes_of(context).of(error.status)
    return Refusal(error.status, code, error.message, error.headers)


def _denied(_: Exception, context: GraphContext) -> Refusal:
    codes = codes_of(context)
    return Refusal(403, codes.denied, codes.denial)


def _of_status(error: HTTPException, context: GraphContext) -> Refusal:
    if error.status_code == HTTPStatus.NOT_FOUND:
        return Refusal(400, "BadRequest", "Resource not found for the segment.")
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        message = "Specified HTTP method is not allowed for the request target."
        return Refusal(405, "Request_BadRequest", message, error.headers or NO_HEADERS)
    return Refusal(error.status_code, codes_of(context).bad, error.detail)


def _of_limit(error: LimitReachedError, context: GraphContext) -> Refusal:
    seconds = max(1, math.ceil((error.until - context.at).total_seconds()))
    headers = {"retry-after": str(seconds)}
    return Refusal(429, "TooManyRequests", "Too many requests. Please retry later.", headers)


def _of_busy(error: TooBusyError, _: GraphContext) -> Refusal:
    headers = {"retry-after": str(error.retry_after_seconds)}
    return Refusal(503, "serviceNotAvailable", "The service is busy. Please retry.", headers)


REFUSALS: Mapping[type[Exception], Explain] = {
    CallRefusedError: _refused,
    DeniedError: _denied,
    NotPermittedError: _denied,
    UnknownUserError: _denied,  # of one whom the caller may not act on; see ``targets``
    QueryError: _told(400, lambda error: error.problem, "BadRequest"),
    UnsupportedQueryError: _told(400, lambda error: error.problem, "Request_UnsupportedQuery"),
    WrongHostError: lambda error, _: Refusal(
        error.status, "BadRequest", f"This is not the address of this service: {error.origin}"
    ),
    ForeignOriginError: _told(403, "Another site sent this.", "AccessDenied"),
    BodyTooLargeError: _told(
        413,
        lambda error: f"The body is longer than {error.longest} bytes.",
        "RequestEntityTooLarge",
    ),
    BodyTooSlowError: _told(408, "The body did not arrive in time.", "requestTimeout"),
    HTTPException: _of_status,
    LimitReachedError: _of_limit,
    TooBusyError: _of_busy,
    UnknownOutcomeError: _told(503, UNKNOWN_OUTCOME, "serviceNotAvailable"),
    NotFreshError: _told(403, MFA_NEEDED),
    NotYetPermittedError: _denied,
    ApprovalNeededError: _told(403, "A second approver is needed: do it in the admin centre."),
    CallerUnprovenError: _told(
        403, "The rules ask to check the caller: do it in the admin centre."
    ),
    ChangesHeldError: _told(
        403, "Changes of this account are held until an administrator releases them."
    ),
    RevokedError: _told(401, "The token has been revoked.", "InvalidAuthenticationToken"),
    StaleError: _told(409, STALE),
    StaleMethodError: _told(404, "The authentication method is not registered for the user."),
    UnknownMethodError: _told(404, "The authentication method is not registered for the user."),
    UnknownTokenError: _told(404, "The hardware OATH device does not exist."),
    TokenNotGivenError: _told(400, lambda error: f"The device was not assigned: {error.problem}"),
    TokenKnownError: _told(400, "There is a hardware OATH device with this serial number."),
    AccountDisabledError: _told(400, "The account of the invited user is disabled."),
    NotAGuestError: _told(400, "The invited user is a member, and signs in with that account."),
    MethodTakenError: _told(400, "The device is registered already, for this or another user."),
    CeremonyRefusedError: _told(
        400, lambda error: f"The passkey was not registered: {error.because}."
    ),
    SlotTakenError: _told(400, "A method of this type is registered already; update it."),
    MethodNotIssuedError: _told(
        400,
        lambda error: (
            "UserCredentialPolicy does not allow creating or updating this authentication method: "
            f"{error.reason}."
        ),
    ),
    InvalidPhoneNumberError: _told(
        400, lambda error: f"Invalid phone number. {error.reason.capitalize()}."
    ),
    InvalidInputError: _told(400, lambda error: f"The value cannot be taken: {error.reason}."),
    InvalidFieldError: _told(400, lambda error: f"{error.field} {error.problem}"),
    InvalidNameError: _told(400, lambda error: f"Invalid user name: {error.reason}."),
    InvalidMailAddressError: _told(400, lambda error: f"Invalid mail address: {error.reason}."),
    InvalidReasonError: _told(400, "The reason must be 1 to 200 letters."),
    InvalidDisplayNameError: _told(400, "Invalid value specified for property 'displayName'."),
    UnacceptablePasswordError: _told(
        400,
        lambda error: f"The specified password does not comply with the rules: {error.reason}.",
    ),
    NameTakenError: _told(
        400,
        "Another object with the same value for property userPrincipalName already exists.",
        "Request_MultipleObjectsWithSameKeyValue",
    ),
    NameInUseError: _told(400, "A conflicting object with this name is present in the directory."),
    StillHeldError: _told(400, "The object is in use."),
    BadPermissionError: _told(400, lambda error: f"No custom role permits {error.word[:64]!r}."),
    BuiltInRoleError: _told(400, "A built-in role cannot be changed or deleted."),
    UnknownRoleError: _told(404, "The role does not exist."),
    UnknownGroupError: _told(404, "The group does not exist, or several have this name."),
    UnknownApplicationError: _told(404, "The application does not exist."),
    UnknownAppRoleError: _told(400, "The application has no appRole of this id for people."),
    UnknownRightError: _told(400, lambda error: f"There is no permission {error.name[:100]!r}."),
    UnknownCredentialError: _told(400, "No credentials found to be removed."),
    InvalidCredentialError: _told(400, lambda error: f"Invalid credential: {error.reason}."),
    TooManyCredentialsError: _told(400, "It has two of this kind already; remove one first."),
    InvalidOfferError: _told(
        400, lambda error: f"{error.value[:120]!r} cannot be offered: {error.reason}."
    ),
    BadSignatureError: _told(400, lambda error: f"The proof proves nothing: {error.reason}."),
    InvalidRedirectError: _told(400, lambda error: f"Invalid address: {error.reason}."),
    UnknownUnitError: _told(404, "The administrative unit does not exist."),
    RoleNotHeldError: _told(404, "The role assignment does not exist."),
    NotForUnitsError: _told(400, "The role cannot be scoped to an administrative unit."),
    EndsAlreadyError: _told(400, "The end is in the past."),
    LastAdministratorError: _told(400, "The last global administrator stays."),
    BadRuleError: _told(400, _bad_rule),
    UnknownRuleError: _told(400, lambda error: f"There is no rule {error.name[:80]!r}."),
    NothingToRegisterError: _told(
        400,
        lambda error: (
            "Nobody could register a method at sign-in any more. Leave one of these allowed: "
            f"{', '.join(error.ways)}."
        ),
    ),
    TooManyMethodsError: _told(
        400,
        lambda error: (
            f"People must have {error.wanted} methods, and some could register {error.most} only."
        ),
    ),
    Exception: _told(500, "Something went wrong on our side.", "generalException"),
}


def refusal_of(error: Exception, context: GraphContext) -> Refusal:
    """Return what is told of ``error``."""
    known = next((kind for kind in type(error).__mro__ if kind in REFUSALS), Exception)
    return REFUSALS[known](error, context)
